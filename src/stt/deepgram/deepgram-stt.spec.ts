import { EventLog, settle } from '../../../test/contract/event-log.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import type { DeepgramSimulatorOptions } from '../../../test/simulators/deepgram.js';
import type { DeepgramConnectionLog } from '../../../test/simulators/deepgram-connection.js';
import type { DeepgramKnobs } from '../../../test/simulators/deepgram-knobs.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import type { ProviderErrorDetails } from '../../provider/provider.port.js';
import type { SttEvent, SttOptions, SttStream } from '../stt.port.js';
import { DeepgramSpeechToText } from './deepgram-stt.js';
import type { DeepgramSttOptions } from './deepgram-stt.js';

const RATE = 16_000;
const speech = tone(600, RATE);

describe('the Deepgram adapter', () => {
  let simulator: DeepgramSimulator;
  let streams: SttStream[] = [];

  const simulate = async (knobs: DeepgramKnobs, options: DeepgramSimulatorOptions = {}): Promise<void> => {
    simulator = await DeepgramSimulator.start({ ...options, knobs: { transcripts: ['Hello there.'], ...knobs } });
  };

  const open = (options: Partial<DeepgramSttOptions> = {}, sttOptions: Partial<SttOptions> = {}) => {
    const stt = new DeepgramSpeechToText({
      apiKey: SIMULATED_DEEPGRAM_KEY,
      model: 'nova-3',
      baseUrl: simulator.url,
      ...options,
    });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [], ...sttOptions }, log.listener);
    log.markOpened();
    streams.push(stream);
    return { stream, log };
  };

  const connection = (index = 0): DeepgramConnectionLog => {
    const log = simulator.connections[index];
    if (log === undefined) throw new Error(`no connection ${index}`);
    return log;
  };

  const connected = () => until('a connection', () => simulator.connections.length > 0);

  const failure = async (log: EventLog<SttEvent>): Promise<Partial<ProviderErrorDetails> & { message: string }> => {
    await log.untilType('failed');
    const error = log.of('failed')[0]?.error;
    if (error === undefined) throw new Error('no failure');
    const { provider, code, retryable, status, retryAfterMs, message } = error;
    return {
      provider,
      code,
      retryable,
      message,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  };

  afterEach(async () => {
    for (const stream of streams) stream.abort();
    streams = [];
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  describe('at the handshake', () => {
    it('passes on how long to wait, and what Deepgram says was wrong', async () => {
      await simulate({
        handshake: { status: 429, headers: { 'retry-after': '7', 'dg-error': 'Too many\tstreams' } },
      });
      expect(await failure(open().log)).toMatchObject({
        retryAfterMs: 7000,
        message: 'deepgram answered 429: Too many streams',
      });
    });

    it('reports a wrong key, without it', async () => {
      await simulate({});
      const fault = await failure(open({ apiKey: 'dg-secret-key' }).log);
      expect(fault).toMatchObject({ code: 'unauthorized', retryable: false, status: 401 });
      expect(fault.message).not.toContain('secret');
    });

    it('reports a model that the endpoint does not have', async () => {
      await simulate({});
      expect(await failure(open({ model: 'nova-9' }, { sampleRate: 1000 }).log)).toMatchObject({ code: 'bad_request' });
    });

    it('leaves nothing behind when it is aborted meanwhile', async () => {
      await simulate({ handshake: 'hang' });
      const { stream, log } = open();
      await until('the handshake', () => simulator.counts.handshakes === 1);
      stream.abort();
      await until('the connection is gone', () => simulator.open === 0);
      expect(log.events).toEqual([]);
    });

    it('keeps only so much audio for a socket that does not open', async () => {
      await simulate({ handshake: 'hang' });
      const { stream, log } = open({ maxPendingMs: 1000 });
      for (let sent = 0; sent < 3; sent += 1) stream.push(speech);
      expect(await failure(log)).toMatchObject({ code: 'timeout', retryable: true });
    });
  });

  describe('on the wire', () => {
    it('asks nova for what it needs, with the key in a header', async () => {
      await simulate({});
      const { log, stream } = open(
        { endpointingMs: 250, utteranceEndMs: 1200 },
        { keyTerms: ['Parley', 'client 5001'] },
      );
      stream.push(speech);
      await connected();
      const { path, query } = connection();
      expect(path).toBe('/v1/listen');
      expect(Object.fromEntries(query)).toMatchObject({
        model: 'nova-3',
        language: 'en-US',
        encoding: 'linear16',
        sample_rate: '16000',
        channels: '1',
        interim_results: 'true',
        vad_events: 'true',
        endpointing: '250',
        utterance_end_ms: '1200',
      });
      expect(query.getAll('keyterm')).toEqual(['Parley', 'client 5001']);
      expect(query.toString()).not.toContain(SIMULATED_DEEPGRAM_KEY);
      stream.abort();
      expect(log.violations).toEqual([]);
    });

    it('asks flux by its model, with its thresholds', async () => {
      await simulate({});
      const { stream } = open(
        { model: 'flux-general-multi', eagerEotThreshold: 0.4, eotThreshold: 0.8, eotTimeoutMs: 3000 },
        { keyTerms: ['Parley', 'Julia'], language: 'es-ES' },
      );
      stream.push(speech);
      await connected();
      const { path, query } = connection();
      expect(path).toBe('/v2/listen');
      expect(query.getAll('keyterm')).toEqual(['Parley', 'Julia']);
      query.delete('keyterm');
      expect(Object.fromEntries(query)).toEqual({
        model: 'flux-general-multi',
        encoding: 'linear16',
        sample_rate: '16000',
        language_hint: 'es',
        eager_eot_threshold: '0.4',
        eot_threshold: '0.8',
        eot_timeout_ms: '3000',
      });
    });

    it('does not compress, even where the server would', async () => {
      await simulate({}, { compression: true });
      const { stream } = open();
      stream.push(speech);
      await connected();
      expect(connection().extensions).toBe('');
    });

    it('sends all audio that came before the socket was open, in order and whole', async () => {
      await simulate({ openDelay: { ms: 40 } });
      const { stream, log } = open();
      const audio = Buffer.concat([speech, silence(500, RATE)]);
      for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
      stream.close();
      await log.untilType('closed');
      expect(connection().audioBytes).toBe(audio.length);
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['Hello there.']);
    });

    it('gathers small chunks, and holds nothing back at finalize and close', async () => {
      await simulate({ script: [] });
      const { stream, log } = open({ sendEveryMs: 100 });
      await connected();
      const frame = tone(10, RATE);
      for (let sent = 0; sent < 25; sent += 1) stream.push(frame);
      await until('two whole messages', () => connection().audioMessages === 2);
      expect(connection()).toMatchObject({ smallestAudioMessage: 3200, largestAudioMessage: 3200 });
      stream.finalize();
      await until('the rest', () => connection().controls.includes('Finalize'));
      expect(connection().audioBytes).toBe(25 * frame.length);
      stream.push(frame);
      stream.close();
      await log.untilType('closed');
      expect(connection().audioBytes).toBe(26 * frame.length);
      expect(connection().emptyFrames).toBe(0);
    });

    it('gathers more while the caller is silent', async () => {
      await simulate({});
      const { stream, log } = open({ sendEveryMs: 20, quietSendEveryMs: 80 });
      await connected();
      const messagesFor = async (audio: Buffer): Promise<number> => {
        const { audioBytes, audioMessages } = connection();
        for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
        await until('the audio has arrived', () => connection().audioBytes === audioBytes + audio.length);
        return connection().audioMessages - audioMessages;
      };
      expect(await messagesFor(silence(800, RATE))).toBe(10);
      expect(await messagesFor(tone(80, RATE))).toBe(1);
      await log.untilType('speech.started');
      expect(await messagesFor(tone(800, RATE))).toBe(40);
      await messagesFor(silence(400, RATE));
      await log.untilType('turn.ended');
      expect(await messagesFor(silence(800, RATE))).toBe(10);
    });

    it('never sends an empty message', async () => {
      await simulate({});
      const { stream, log } = open();
      await connected();
      stream.push(new Uint8Array(0));
      stream.finalize();
      stream.push(speech);
      stream.close();
      await log.untilType('closed');
      expect(connection().emptyFrames).toBe(0);
    });

    it('keeps a quiet nova connection alive', async () => {
      await simulate({ idleTimeoutMs: 800 });
      const { stream, log } = open({ keepAliveMs: 150 });
      await connected();
      await until('some KeepAlives', () => connection().controls.filter((type) => type === 'KeepAlive').length >= 7);
      expect(log.events).toEqual([]);
      stream.push(Buffer.concat([speech, silence(500, RATE)]));
      await log.untilType('turn.ended');
    });

    it('sends flux no message that it does not know, but pings', async () => {
      await simulate({});
      const { log } = open({ model: 'flux-general-en', keepAliveMs: 20 });
      await connected();
      await until('some pings', () => connection().pings >= 2);
      expect(connection().controls).toEqual([]);
      expect(log.events).toEqual([]);
    });
  });

  describe('under load', () => {
    it('gives up on a provider that takes audio and says nothing', async () => {
      await simulate({ fault: { kind: 'stall', afterAudioMs: 0 } });
      const { stream, log } = open({ stallTimeoutMs: 80 });
      const frames = setInterval(() => {
        stream.push(tone(20, RATE));
      }, 5);
      try {
        expect(await failure(log)).toMatchObject({ code: 'timeout', retryable: true });
      } finally {
        clearInterval(frames);
      }
    });

    it('does not count a pause of its own as the provider’s silence', async () => {
      await simulate({ fault: { kind: 'stall', afterAudioMs: 0 } });
      const { stream, log } = open({ stallTimeoutMs: 500 });
      await connected();
      stream.push(silence(20, RATE));
      await settle(1050);
      stream.push(silence(20, RATE));
      await settle(20);
      expect(log.events).toEqual([]);
    });

    it('gives up when the network takes no more audio', async () => {
      await simulate({ fault: { kind: 'stop-reading', afterAudioMs: 0 } });
      const { stream, log } = open({ maxPendingMs: 60_000 });
      await connected();
      const minute = silence(30_000, RATE);
      for (let sent = 0; sent < 40 && log.events.length === 0; sent += 1) {
        stream.push(minute);
        await settle(1);
      }
      expect(await failure(log)).toMatchObject({ code: 'timeout', retryable: true });
      simulator.resume();
    });
  });

  describe('ends turns', () => {
    it('once, with the words before it, when finals are sent twice', async () => {
      await simulate({ duplicateFinals: true });
      const { stream, log } = open();
      stream.push(Buffer.concat([speech, silence(2000, RATE), speech, silence(2000, RATE)]));
      stream.close();
      await log.untilType('closed');
      expect(log.events.map(({ type }) => type)).toEqual([
        'speech.started',
        'transcript.final',
        'speech.stopped',
        'turn.ended',
        'speech.started',
        'transcript.final',
        'speech.stopped',
        'turn.ended',
        'closed',
      ]);
    });

    it('by UtteranceEnd when speech_final does not come', async () => {
      await simulate({ withoutSpeechFinal: true });
      const { stream, log } = open();
      stream.push(Buffer.concat([speech, silence(2000, RATE)]));
      await log.untilType('turn.ended');
      expect(log.of('turn.ended')).toHaveLength(1);
    });

    it('at finalize, also when Deepgram does not answer it', async () => {
      await simulate({ ignoreFinalize: true });
      const { stream, log } = open({ finalizeTimeoutMs: 60 });
      stream.push(tone(1500, RATE));
      await log.untilType('transcript.partial');
      stream.finalize();
      await log.untilType('turn.ended');
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['Hello there.']);
    });

    it('at a finalize that came before the socket was open', async () => {
      await simulate({ openDelay: { ms: 30 } });
      const { stream, log } = open();
      stream.push(speech);
      stream.finalize();
      stream.push(silence(100, RATE));
      await log.untilType('turn.ended');
      expect(connection().controls).toEqual(['Finalize']);
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['Hello there.']);
    });

    it('of flux at finalize, with the words up to it', async () => {
      await simulate({ silenceMs: 3000 });
      const { stream, log } = open({ model: 'flux-general-en' });
      stream.push(speech);
      stream.finalize();
      await log.untilType('turn.ended');
      expect(log.events.slice(-3).map(({ type }) => type)).toEqual([
        'transcript.final',
        'speech.stopped',
        'turn.ended',
      ]);
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['Hello there.']);
      expect(log.of('speech.stopped')[0]?.audioMs).toBeLessThanOrEqual(600);
      stream.push(silence(4000, RATE)); // Flux ends its own turn now
      stream.close();
      await log.untilType('closed');
      expect(log.of('turn.ended')).toHaveLength(1);
    });

    it('of flux early when it is told to', async () => {
      await simulate({ silenceMs: 600 });
      const { stream, log } = open({ model: 'flux-general-en', eagerEotThreshold: 0.5 });
      stream.push(Buffer.concat([speech, silence(300, RATE), speech, silence(1000, RATE)]));
      await log.untilType('turn.ended');
      const turn = log.events.map(({ type }) => type).filter((type) => type.startsWith('turn.'));
      expect(turn).toEqual(['turn.eager', 'turn.resumed', 'turn.eager', 'turn.ended']);
    });
  });

  describe('at close', () => {
    it.each([
      ['hang', { code: 'timeout', retryable: true }],
      ['destroy', { code: 'unavailable', retryable: true, status: 1006 }],
      ['close-1011', { code: 'unavailable', retryable: true, status: 1011 }],
    ] as const)('reports a provider that answers with %s', async (onCloseStream, expected) => {
      await simulate({ onCloseStream });
      const { stream, log } = open(onCloseStream === 'hang' ? { closeTimeoutMs: 60 } : {});
      stream.push(speech);
      stream.close();
      expect(await failure(log)).toMatchObject(expected);
    });

    it('accepts a close without a code', async () => {
      await simulate({ onCloseStream: 'codeless' });
      const { stream, log } = open();
      stream.push(speech);
      stream.close();
      await log.untilType('closed');
      expect(connection().controls).toEqual(['CloseStream']);
    });

    it('ignores messages that it does not know, then and before', async () => {
      await simulate({
        afterClose: [{ type: 'Summary', text: 'x' }],
        script: [{ atMs: 10, send: { type: 'Novelty', a: 1 } }],
      });
      const { stream, log } = open();
      stream.push(speech);
      stream.close();
      await log.untilType('closed');
      expect(log.events).toEqual([{ type: 'closed' }]);
    });
  });

  it('connects to nothing before a call', async () => {
    await simulate({});
    await new DeepgramSpeechToText({ apiKey: 'k', model: 'nova-3', baseUrl: simulator.url }).warmUp();
    await settle(20);
    expect(simulator.counts.handshakes).toBe(0);
  });

  it('leaves nothing behind after many streams', async () => {
    await simulate({});
    const logs = Array.from({ length: 40 }, (_, index) => {
      const { stream, log } = open(index % 2 === 0 ? {} : { model: 'flux-general-en' });
      stream.push(Buffer.concat([speech, silence(600, RATE)]));
      if (index % 4 < 3) stream.close();
      return log;
    });
    await Promise.all(logs.map((log, index) => log.untilType(index % 4 < 3 ? 'closed' : 'turn.ended')));
    for (const stream of streams) stream.abort();
    await until('no connection is left', () => simulator.open === 0);
    expect(simulator.counts).toEqual({ accepted: 40, refused: 0, handshakes: 40 });
  });
});
