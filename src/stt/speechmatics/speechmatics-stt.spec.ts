import { RealtimeClient } from '@speechmatics/real-time-client';
import { EventLog, settle } from '../../../test/contract/event-log.js';
import { faultTitle, outcomeOf } from '../../../test/contract/fault-matrix.js';
import type { FaultCase } from '../../../test/contract/fault-matrix.js';
import { SIMULATED_SPEECHMATICS_KEY, SpeechmaticsSimulator } from '../../../test/simulators/speechmatics.js';
import type { SpeechmaticsSimulatorOptions } from '../../../test/simulators/speechmatics.js';
import type { SpeechmaticsLog } from '../../../test/simulators/speechmatics-connection.js';
import type { SpeechmaticsFaultKind, SpeechmaticsKnobs } from '../../../test/simulators/speechmatics-knobs.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { SttEvent, SttOptions, SttStream } from '../stt.port.js';
import { SpeechmaticsSpeechToText } from './speechmatics-stt.js';
import type { SpeechmaticsSttOptions } from './speechmatics-options.js';

const RATE = 16_000;
const speech = tone(600, RATE);

const refused = (status: number, outcome: FaultCase<never>['outcome']): FaultCase<SpeechmaticsKnobs> => ({
  fault: `answers ${status}`,
  phase: 'connect',
  knobs: { handshake: { status } },
  outcome: { ...outcome, status },
});

/** What each fault of an open stream means, whether recognition has started or not. */
const IN_STREAM: readonly (readonly [SpeechmaticsFaultKind, string, FaultCase<never>['outcome']])[] = [
  ['close', 'closes (1000) unasked', { code: 'closed_early', retryable: true, status: 1000 }],
  ['close-codeless', 'closes without a code', { code: 'closed_early', retryable: true, status: 1005 }],
  ['close-1011', 'closes (1011)', { code: 'unavailable', retryable: true, status: 1011 }],
  ['destroy', 'drops the connection', { code: 'unavailable', retryable: true, status: 1006 }],
  ['stall', 'says nothing any more', { code: 'timeout', retryable: true }],
  ['garbage', 'sends a text that is not JSON', { code: 'protocol', retryable: true }],
  ['no-type', 'sends JSON that is not a message', { code: 'protocol', retryable: true }],
  ['malformed', 'sends a message of another shape', { code: 'protocol', retryable: true }],
  ['binary', 'sends a binary frame', { code: 'protocol', retryable: true }],
  ['bad-frame', 'sends bytes that are no frame', { code: 'protocol', retryable: true }],
  ['error', 'reports a failed job', { code: 'unavailable', retryable: true }],
  ['our-error', 'blames the client', { code: 'bad_request', retryable: false }],
  ['not-authorised', 'takes back the authorisation', { code: 'unauthorized', retryable: false }],
  ['quota', 'has too many sessions', { code: 'rate_limited', retryable: true }],
  ['time-limit', 'has no minutes left', { code: 'rate_limited', retryable: false, status: 4006 }],
  ['end-of-transcript', 'ends the transcript unasked', { code: 'closed_early', retryable: true }],
];

const faults: readonly FaultCase<SpeechmaticsKnobs>[] = [
  refused(400, { code: 'bad_request', retryable: false }),
  refused(401, { code: 'unauthorized', retryable: false }),
  refused(429, { code: 'rate_limited', retryable: true }),
  refused(503, { code: 'unavailable', retryable: true }),
  {
    fault: 'drops the connection',
    phase: 'connect',
    knobs: { handshake: 'refuse' },
    outcome: { code: 'unavailable', retryable: true },
  },
  {
    fault: 'never answers',
    phase: 'connect',
    knobs: { handshake: 'hang' },
    outcome: { code: 'timeout', retryable: true },
  },
  ...IN_STREAM.map(([kind, fault, outcome]) => ({
    fault,
    phase: 'first byte' as const,
    knobs: { startFault: kind },
    outcome,
  })),
  ...IN_STREAM.map(([kind, fault, outcome]) => ({
    fault,
    phase: 'mid-stream' as const,
    knobs: { fault: { kind, afterAudioMs: 300 } },
    outcome,
  })),
];

describe('the Speechmatics adapter', () => {
  let simulator: SpeechmaticsSimulator;
  let streams: SttStream[] = [];

  const simulate = async (knobs: SpeechmaticsKnobs, options: SpeechmaticsSimulatorOptions = {}): Promise<void> => {
    simulator = await SpeechmaticsSimulator.start({ ...options, knobs });
  };

  const open = (options: Partial<SpeechmaticsSttOptions> = {}, sttOptions: Partial<SttOptions> = {}) => {
    const stt = new SpeechmaticsSpeechToText({ apiKey: SIMULATED_SPEECHMATICS_KEY, url: simulator.url, ...options });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [], ...sttOptions }, log.listener);
    log.markOpened();
    streams.push(stream);
    return { stream, log };
  };

  const connection = (index = 0): SpeechmaticsLog => {
    const log = simulator.connections[index];
    if (log === undefined) throw new Error(`no connection ${index}`);
    return log;
  };

  const started = () => until('StartRecognition', () => simulator.connections[0]?.start !== undefined);

  const failure = async (log: EventLog<SttEvent>): Promise<ProviderError> => {
    await log.untilType('failed');
    const error = log.of('failed')[0]?.error;
    if (error === undefined) throw new Error('no failure');
    return error;
  };

  const texts = (log: EventLog<SttEvent>): string[] => log.of('transcript.final').map(({ text }) => text);

  afterEach(async () => {
    for (const stream of streams) stream.abort();
    streams = [];
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('is tested on a wire that the vendor’s own client speaks', async () => {
    await simulate({ transcripts: ['Hello there.'] });
    // Its timers outlive what they wait for; this test comes first so that they end with the others.
    const client = new RealtimeClient({ url: simulator.url, connectionTimeout: 2000 });
    const heard: string[] = [];
    client.addEventListener('receiveMessage', ({ data }) => {
      if (data.message === 'AddTranscript') heard.push(data.metadata.transcript.trim());
    });
    await client.start(SIMULATED_SPEECHMATICS_KEY, {
      audio_format: { type: 'raw', encoding: 'pcm_s16le', sample_rate: RATE },
      transcription_config: { language: 'en', conversation_config: { end_of_utterance_silence_trigger: 0.5 } },
    });
    client.sendAudio(speech);
    await client.stopRecognition();
    expect(heard).toEqual(['Hello', 'there', '.']);
  });

  it.each(faults.map((fault) => [faultTitle('speechmatics', fault), fault] as const))(
    '%s',
    async (_title, { knobs, outcome, phase }) => {
      await simulate(knobs);
      const isSilent = outcome.code === 'timeout';
      const { stream, log } = open({
        connectTimeoutMs: isSilent && phase !== 'mid-stream' ? 100 : 10_000,
        stallTimeoutMs: isSilent ? 100 : 10_000,
      });
      // A caller goes on talking; only so is a provider noticed that falls silent.
      const frames = setInterval(() => stream.push(tone(40, RATE)), 5);
      try {
        const error = await failure(log);
        expect(outcomeOf(error)).toEqual(outcome);
        expect(error.message).not.toContain('client five');
        expect(error.message).not.toContain(SIMULATED_SPEECHMATICS_KEY);
      } finally {
        clearInterval(frames);
      }
      stream.push(speech);
      stream.finalize();
      stream.close();
      await until('the connection is gone', () => simulator.open === 0);
      expect(log.of('failed')).toHaveLength(1);
      expect(log.violations).toEqual([]);
      expect(simulator.counts.handshakes).toBe(1); // no reconnecting
    },
  );

  it('asks to wait when there are too many sessions, as the provider wishes', async () => {
    await simulate({ startFault: 'quota' });
    expect(await failure(open().log)).toMatchObject({ retryAfterMs: 5000 });
  });

  it('passes on how long to wait after a 429', async () => {
    await simulate({ handshake: { status: 429, headers: { 'retry-after': '7' } } });
    expect(await failure(open().log)).toMatchObject({ retryAfterMs: 7000 });
  });

  it('survives garbage that the vendor’s own client would end the process with', async () => {
    await simulate({ fault: { kind: 'garbage', afterAudioMs: 20 } });
    const uncaught: unknown[] = [];
    const listener = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', listener);
    try {
      const logs = Array.from({ length: 8 }, () => {
        const { stream, log } = open();
        stream.push(speech);
        return log;
      });
      for (const log of logs) expect(await failure(log)).toMatchObject({ code: 'protocol' });
      await settle(20);
    } finally {
      process.off('uncaughtException', listener);
    }
    expect(uncaught).toEqual([]);
  });

  describe('on the wire', () => {
    it('sends its key in a header and asks for what it needs', async () => {
      await simulate({});
      open({ endOfUtteranceMs: 700, maxDelayMs: 1200, model: 'standard' }, { keyTerms: ['Parley', 'client 5001'] });
      await started();
      expect(connection().start).toEqual({
        message: 'StartRecognition',
        audio_format: { type: 'raw', encoding: 'pcm_s16le', sample_rate: RATE },
        transcription_config: {
          language: 'en',
          output_locale: 'en-US',
          additional_vocab: ['Parley', 'client 5001'],
          model: 'standard',
          enable_partials: true,
          max_delay: 1.2,
          max_delay_mode: 'fixed',
          conversation_config: { end_of_utterance_silence_trigger: 0.7 },
        },
      });
    });

    it.each([
      ['de-DE', 'de'],
      ['zh-CN', 'cmn'],
      ['en-IN', 'en'],
    ])('calls %s %s, without a locale that it does not have', async (language, expected) => {
      await simulate({});
      open({}, { language });
      await started();
      expect(connection().start?.transcription_config).toMatchObject({ language: expected });
      expect(connection().start?.transcription_config).not.toHaveProperty('output_locale');
    });

    it('leaves out terms that are too long, and too many', async () => {
      await simulate({});
      const keyTerms = ['one two three four five six seven', ...Array.from({ length: 300 }, (_, n) => `term ${n}`)];
      open({}, { keyTerms });
      await started();
      const { additional_vocab: vocabulary = [] } = connection().start?.transcription_config ?? {};
      expect(vocabulary).toHaveLength(200);
      expect(vocabulary[0]).toBe('term 0');
    });

    it('does not compress, even where the server would', async () => {
      await simulate({}, { compression: true });
      open();
      await started();
      expect(connection().extensions).toBe('');
    });

    it('sends all audio that came before recognition had started, in order and whole', async () => {
      await simulate({ openDelay: { ms: 20 }, startDelay: { ms: 30 } });
      const { stream, log } = open();
      const audio = Buffer.concat([speech, silence(1000, RATE)]);
      for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
      stream.close();
      await log.untilType('closed');
      expect(connection().audioBytes).toBe(audio.length);
      expect(connection().lastSeqNo).toBe(connection().audioMessages);
      expect(texts(log).join(' ')).toBe('Hello there');
    });

    it('gathers small chunks, and holds nothing back at finalize', async () => {
      await simulate({});
      const { stream } = open({ sendEveryMs: 100 });
      await started();
      for (let sent = 0; sent < 25; sent += 1) stream.push(tone(10, RATE));
      stream.finalize();
      await until('the rest', () => connection().controls.includes('ForceEndOfUtterance'));
      expect(connection()).toMatchObject({ audioBytes: 250 * 32, audioMessages: 3 });
    });
  });

  describe('makes turns', () => {
    it('of partials, finals and the end of an utterance; a mark by itself is no words', async () => {
      await simulate({ transcripts: ['What did I spend?'] });
      const { stream, log } = open();
      stream.push(Buffer.concat([tone(1200, RATE), silence(1000, RATE)]));
      await log.untilType('turn.ended');
      const types = log.events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
      expect(types).toEqual([
        'speech.started',
        'transcript.partial',
        'transcript.final',
        'speech.stopped',
        'turn.ended',
      ]);
      expect(texts(log)).toEqual(['What did', 'I spend']);
      expect(log.of('speech.stopped')[0]?.audioMs).toBeLessThanOrEqual(1220);
    });

    it('once each, when finals are sent twice', async () => {
      await simulate({ duplicateFinals: true });
      const { stream, log } = open();
      stream.push(Buffer.concat([speech, silence(1500, RATE), speech, silence(1500, RATE)]));
      await log.untilType('turn.ended', 2);
      expect(texts(log)).toEqual(['Hello', 'there', 'Hello', 'there']);
    });

    it('of what only partials brought', async () => {
      await simulate({ withoutFinals: true });
      const { stream, log } = open();
      stream.push(Buffer.concat([tone(1200, RATE), silence(1000, RATE)]));
      await log.untilType('turn.ended');
      expect(texts(log)).toEqual(['Hello there.']);
    });

    it('of nothing: an end of utterance without words ends no turn', async () => {
      await simulate({ transcripts: [''] });
      const { stream, log } = open();
      stream.push(Buffer.concat([speech, silence(1500, RATE)]));
      stream.close();
      await log.untilType('closed');
      expect(log.events).toEqual([{ type: 'closed' }]);
    });

    it('at finalize, also when it is not answered', async () => {
      await simulate({ ignoreForce: true });
      const { stream, log } = open({ finalizeTimeoutMs: 60 });
      stream.push(tone(1200, RATE));
      await log.untilType('transcript.partial', 2);
      stream.finalize();
      await log.untilType('turn.ended');
      expect(texts(log)).toEqual(['Hello there.']);
    });

    it('at a finalize that came before recognition had started', async () => {
      await simulate({ startDelay: { ms: 30 } });
      const { stream, log } = open();
      stream.push(speech);
      stream.finalize();
      await log.untilType('turn.ended');
      expect(connection().controls).toEqual(['ForceEndOfUtterance']);
      expect(texts(log).join(' ')).toBe('Hello there');
    });
  });

  describe('at close', () => {
    it.each([
      ['hang', { code: 'timeout', retryable: true }],
      ['destroy', { code: 'unavailable', retryable: true, status: 1006 }],
      ['close', { code: 'closed_early', retryable: true, status: 1005 }],
      ['error', { code: 'unavailable', retryable: true }],
    ] as const)('reports a provider that answers with %s', async (onEndOfStream, expected) => {
      await simulate({ onEndOfStream });
      const { stream, log } = open(onEndOfStream === 'hang' ? { closeTimeoutMs: 60 } : {});
      stream.push(speech);
      stream.close();
      expect(await failure(log)).toMatchObject(expected);
    });
  });

  it('gives key terms the time that their preparation takes', async () => {
    await simulate({ startDelay: { ms: 150 } });
    const { stream, log } = open({ connectTimeoutMs: 100, vocabularyTimeoutMs: 10_000 }, { keyTerms: ['Parley'] });
    stream.push(speech);
    stream.close();
    await log.untilType('closed');
  });

  it('gives up when the network takes no more audio', async () => {
    await simulate({ fault: { kind: 'stop-reading', afterAudioMs: 0 } });
    const { stream, log } = open({ maxPendingMs: 60_000 });
    const halfMinute = silence(30_000, RATE);
    for (let sent = 0; sent < 40 && log.events.length === 0; sent += 1) {
      stream.push(halfMinute);
      await settle(5);
    }
    expect(await failure(log)).toMatchObject({ code: 'timeout', retryable: true });
    simulator.resume();
  });

  it('leaves nothing behind when it is aborted while connecting', async () => {
    await simulate({ handshake: 'hang' });
    const { stream, log } = open();
    await until('the handshake', () => simulator.counts.handshakes === 1);
    stream.abort();
    await until('the connection is gone', () => simulator.open === 0);
    expect(log.events).toEqual([]);
  });
});
