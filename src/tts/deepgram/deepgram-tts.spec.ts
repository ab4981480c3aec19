import { EventLog, settle } from '../../../test/contract/event-log.js';
import { ttsContract } from '../../../test/contract/tts.contract.js';
import { HANDSHAKE_FAULTS, voiceFaultMatrix } from '../../../test/contract/voice-faults.contract.js';
import type { FaultPhase } from '../../../test/contract/fault-matrix.js';
import type { FaultOutcome, VoiceFaultRow } from '../../../test/contract/voice-faults.contract.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import type { DeepgramKnobs } from '../../../test/simulators/deepgram-knobs.js';
import { until } from '../../../test/simulators/until.js';
import { voiceOf } from '../../../test/simulators/voice.js';
import type { VoiceFault } from '../../../test/simulators/voice-knobs.js';
import type { TtsEvent, TtsOptions } from '../tts.port.js';
import { DeepgramTextToSpeech } from './deepgram-tts.js';
import type { DeepgramTtsOptions } from './deepgram-tts.js';

const MS_PER_CHAR = 20;

const adapterFor = (baseUrl: string, options: Partial<DeepgramTtsOptions> = {}) =>
  new DeepgramTextToSpeech({ apiKey: SIMULATED_DEEPGRAM_KEY, model: 'aura-2-thalia-en', baseUrl, ...options });

const simulate = ({ voice, ...knobs }: DeepgramKnobs = {}) =>
  DeepgramSimulator.start({ knobs: { ...knobs, voice: { msPerChar: MS_PER_CHAR, ...voice } } });

describe('the Deepgram voice', () => {
  let simulator: DeepgramSimulator;

  const start = async (knobs: DeepgramKnobs['voice'] = {}): Promise<void> => {
    simulator = await simulate({ voice: knobs });
  };

  const open = (options: Partial<TtsOptions> = {}) => {
    const log = new EventLog<TtsEvent>(['ended', 'failed']);
    const tts = adapterFor(simulator.url);
    const stream = tts.open({ voice: '', language: 'en-US', sampleRate: 16_000, ...options }, log.listener);
    log.markOpened();
    return { stream, log };
  };

  const audioOf = (log: EventLog<TtsEvent>, segment: number): Buffer =>
    Buffer.concat(log.of('audio').flatMap((event) => (event.segment === segment ? [event.chunk] : [])));

  afterEach(async () => {
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('asks for raw audio of the agent’s voice and flushes each sentence', async () => {
    await start();
    const { stream, log } = open({ voice: 'aura-2-apollo-en', sampleRate: 11_025 });
    stream.speak(0, 'Hello there.');
    stream.speak(1, 'How are you?');
    stream.end();
    await log.untilType('ended');
    const [voice] = simulator.voices;
    expect(Object.fromEntries(voice?.query ?? [])).toEqual({
      model: 'aura-2-apollo-en',
      encoding: 'linear16',
      sample_rate: '16000',
    });
    expect(voice?.messages).toEqual([
      { type: 'Speak', text: 'Hello there.' },
      { type: 'Flush' },
      { type: 'Speak', text: 'How are you?' },
      { type: 'Flush' },
    ]);
  });

  it.each([1, 333, 65_537])('delivers every sample when messages have %i bytes', async (chunkBytes) => {
    const text = chunkBytes === 1 ? 'Hi.' : 'Good morning, this is Julia.';
    await start({ chunkBytes });
    const { stream, log } = open();
    stream.speak(0, text);
    stream.end();
    await log.untilType('ended');
    expect(audioOf(log, 0).equals(voiceOf(text, 16_000, MS_PER_CHAR))).toBe(true);
  });

  it('stays within the flushes that are allowed, and loses no word of a long reply', async () => {
    await start({ msPerChar: 2 });
    const { stream, log } = open();
    const texts = Array.from({ length: 60 }, (_, n) => `This is sentence number ${n}.`);
    for (const [segment, text] of texts.entries()) {
      stream.speak(segment, text);
      if (segment % 15 === 14) await log.untilType('segment.ended', segment - 5);
    }
    stream.end();
    await log.untilType('ended');
    const messages = simulator.voices[0]?.messages ?? [];
    expect(messages.filter(({ type }) => type === 'Flush').length).toBeLessThanOrEqual(20);
    const spoken = messages.flatMap(({ text }) => (text === undefined ? [] : [text])).join(' ');
    expect(spoken).toBe(texts.join(' '));
    expect(log.of('segment.ended').map(({ segment }) => segment)).toEqual(texts.map((_, n) => n));
    const bytes = log.of('audio').reduce((sum, { chunk }) => sum + chunk.length, 0);
    // A blank between two sentences of one flush is spoken too.
    expect(bytes).toBeGreaterThanOrEqual(texts.join('').length * 2 * 32);
    // Sentences that were handed over together share the audio by their lengths.
    for (let segment = 20; segment < 58; segment += 1) {
      const ms = audioOf(log, segment).length / 32;
      expect(ms).toBeLessThan(4 * (texts[segment]?.length ?? 0));
    }
  });

  it('cuts a text that is longer than a message may be', async () => {
    await start({ msPerChar: 1 });
    const { stream, log } = open();
    const text = 'word '.repeat(900).trim();
    stream.speak(0, text);
    stream.end();
    await log.untilType('ended');
    const parts = simulator.voices[0]?.messages.flatMap((message) =>
      message.text === undefined ? [] : [message.text],
    );
    expect(parts?.every((part) => part.length <= 2000)).toBe(true);
    expect(parts?.join('')).toBe(text);
  });

  it.each(['while it connects', 'in the audio'])('leaves at once when aborted %s', async (when) => {
    await start({ betweenChunks: { ms: 5 }, chunkBytes: 640 });
    const { stream, log } = open();
    stream.speak(0, 'This is a sentence that somebody talks over.');
    if (when === 'in the audio') await log.untilType('audio');
    else await settle(1);
    stream.abort();
    log.markAborted();
    await until('the connection is gone', () => simulator.open === 0);
    await settle(20);
    expect(log.violations).toEqual([]);
  });
});

ttsContract('deepgram aura', async () => {
  const simulator = await simulate({ voice: { chunkBytes: 1001, firstAudio: { ms: 3, jitterMs: 5 } } });
  const gone = await simulate();
  const goneUrl = gone.url;
  await gone.close();
  return {
    tts: adapterFor(simulator.url),
    sentences: ['Hello, this is Julia speaking.', 'How can I help you?', 'Client 5001 has three transactions.'],
    unreachable: () => adapterFor(goneUrl),
    close: () => simulator.close(),
  };
});

const STREAM_FAULTS: [VoiceFault['kind'], string, FaultOutcome][] = [
  ['close', 'close 1000', 'closed_early, retry'],
  ['close-codeless', 'close without a code', 'closed_early, retry'],
  ['close-1011', 'close 1011', 'unavailable, retry'],
  ['destroy', 'lost connection', 'unavailable, retry'],
  ['stall', 'silence', 'timeout, retry'],
  ['garbage', 'text that is not JSON', 'protocol, retry'],
  ['no-type', 'JSON that is no message', 'protocol, retry'],
  ['malformed', 'a message without a type', 'protocol, retry'],
  ['bad-frame', 'a broken frame', 'protocol, retry'],
  ['error', 'an error of theirs', 'unavailable, retry'],
  ['our-error', 'an error of ours', 'bad_request, final'],
];

const phases: [FaultPhase, number][] = [
  ['first byte', 0],
  ['mid-stream', 9600],
];

const rows: VoiceFaultRow<DeepgramKnobs>[] = [
  ...HANDSHAKE_FAULTS.map(({ fault, handshake, outcome }) => ({
    fault,
    phase: 'connect' as const,
    outcome,
    knobs: { handshake },
  })),
  ...STREAM_FAULTS.flatMap(([kind, fault, outcome]) =>
    phases.map(([phase, afterBytes]) => ({ fault, phase, outcome, knobs: { voice: { fault: { kind, afterBytes } } } })),
  ),
  {
    fault: 'a sentence without audio',
    phase: 'first byte',
    outcome: 'closed_early, retry',
    knobs: { voice: { fault: { kind: 'end', afterBytes: 0 } } },
  },
];

voiceFaultMatrix('deepgram aura', rows, async (knobs) => {
  const simulator = await simulate(knobs);
  const waits = knobs.handshake === 'hang' || knobs.voice?.fault?.kind === 'stall';
  const tts = adapterFor(
    simulator.url,
    waits ? { connectTimeoutMs: 300, firstAudioTimeoutMs: 300, audioTimeoutMs: 300 } : {},
  );
  await tts.warmUp();
  return {
    tts,
    close: async () => {
      await until('no connection is left', () => simulator.open === 0);
      await simulator.close();
    },
  };
});
