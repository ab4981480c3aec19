// The chain on real adapters: OpenAI's speech breaks off in a sentence, and another server, or flite, says the rest.
import { CartesiaSimulator, SIMULATED_CARTESIA_KEY } from '../../../test/simulators/cartesia.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { SpeechKnobs } from '../../../test/simulators/openai-knobs.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { CartesiaTextToSpeech } from '../cartesia/cartesia-tts.js';
import { DeepgramTextToSpeech } from '../deepgram/deepgram-tts.js';
import { FliteTts } from '../flite/flite-tts.js';
import { OpenAiTextToSpeech } from '../openai/openai-tts.js';
import type { TextToSpeech, TtsEvent } from '../tts.port.js';
import { FallbackTts } from './fallback-tts.js';

const RATE = 16_000;
const TEXT = 'Your balance is forty dollars.';
/** 13 characters a second: the pace that is assumed of a voice that is not known yet. */
const MS_PER_CHAR = 1000 / 13;
/** OpenAI's pcm: 24 kHz, 16 bit. */
const bytesOfChars = (chars: number) => Math.round((chars * MS_PER_CHAR * 48) / 2) * 2;

/** The resampler keeps the last samples back until more come, ms. */
const RESAMPLER_MS = 8;

interface Heard {
  readonly ms: number;
  readonly done: PromiseWithResolvers<void>;
}

const simulators: OpenAiSimulator[] = [];

async function openAi(speech: SpeechKnobs = {}): Promise<OpenAiTextToSpeech> {
  const stalls = speech.fault?.kind === 'stall';
  const simulator = await OpenAiSimulator.start({ speech: { msPerChar: MS_PER_CHAR, ...speech } });
  simulators.push(simulator);
  return new OpenAiTextToSpeech({
    apiKey: SIMULATED_OPENAI_KEY,
    model: 'gpt-4o-mini-tts',
    baseUrl: simulator.url,
    ...(stalls ? { audioTimeoutMs: 1000 } : {}),
  });
}

afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

/** @param heard resolved when `heard.ms` of the first segment have come */
async function say(voices: readonly TextToSpeech[], texts: readonly string[], heard?: Heard) {
  const outcomes: ProviderOutcome[] = [];
  const events: TtsEvent[] = [];
  const over = Promise.withResolvers<void>();
  const tts = new FallbackTts(voices, {
    health: new ProviderHealth(),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  const msOf = (segment: number) =>
    events.reduce((sum, event) => {
      return event.type === 'audio' && event.segment === segment ? sum + event.chunk.length / 2 / (RATE / 1000) : sum;
    }, 0);
  const stream = tts.open({ voice: '', language: 'en-US', sampleRate: RATE }, (event) => {
    events.push(event);
    if (heard !== undefined && msOf(0) >= heard.ms) heard.done.resolve();
    if (event.type === 'ended') over.resolve();
    if (event.type === 'failed') over.reject(event.error);
  });
  for (const [segment, text] of texts.entries()) stream.speak(segment, text);
  stream.end();
  await over.promise;
  const ends = events.flatMap((event) => (event.type === 'segment.ended' ? [event.segment] : []));
  for (const voice of voices) await voice.close?.();
  return { outcomes, msOf, ends, events };
}

describe('a chain of voices on the wire', () => {
  it.each(['destroy', 'stall'] as const)(
    'says the rest of the sentence when the first voice fails (%s)',
    async (kind) => {
      // A connection that is reset takes with it what was not read yet: it is reset when all has been heard.
      const heard = { ms: 18 * MS_PER_CHAR - RESAMPLER_MS, done: Promise.withResolvers<void>() };
      const first = await openAi({
        chunkBytes: 4000,
        betweenChunks: { ms: 15 },
        fault: { kind, afterBytes: bytesOfChars(18), when: heard.done.promise },
      });
      const { outcomes, ends, msOf } = await say([first, await openAi()], [TEXT, 'Anything else?'], heard);
      const asked = simulators[1]?.speechRequests.map(({ input }) => input);
      expect(asked).toEqual(['forty dollars.', 'Anything else?']);
      expect(msOf(0)).toBeGreaterThan((TEXT.length - 1) * MS_PER_CHAR);
      expect(outcomes).toMatchObject([{ provider: 'openai', next: 'openai', midway: true }]);
      expect(msOf(1)).toBeCloseTo('Anything else?'.length * MS_PER_CHAR, -2);
      expect(ends).toEqual([0, 1]);
    },
  );

  it('lets the next voice speak when the first refuses', async () => {
    for (const refusal of [{ status: 401 }, { status: 400 }, { status: 503 }]) {
      const { outcomes, ends } = await say([await openAi({ refusal }), await openAi()], [TEXT]);
      expect([outcomes.length, ends]).toEqual([1, [0]]);
      expect(simulators.at(-1)?.speechRequests.map(({ input }) => input)).toEqual([TEXT]);
    }
  });
});

describe('a chain of OpenAI and flite', () => {
  it('lets OpenAI speak the script that flite has no sounds for, and says why once', async () => {
    const chinese = '您的余额是四十二美元。';
    const { outcomes, ends } = await say([new FliteTts(), await openAi()], ['Hello.', chinese, chinese]);
    expect(simulators.at(-1)?.speechRequests.map(({ input }) => input)).toEqual([chinese, chinese]);
    expect(outcomes).toMatchObject([{ provider: 'flite', next: 'openai', reason: expect.stringContaining('Latin') }]);
    expect(ends).toEqual([0, 1, 2]);
  });

  it('says the rest with the voice of the house', async () => {
    const first = await openAi({ betweenChunks: { ms: 1 }, fault: { kind: 'stall', afterBytes: bytesOfChars(18) } });
    const { outcomes, ends, msOf } = await say([first, new FliteTts()], [TEXT, 'Anything else?']);
    expect(outcomes).toMatchObject([{ provider: 'openai', code: 'timeout', next: 'flite', midway: true }]);
    expect(ends).toEqual([0, 1]);
    // 18 characters by the first voice, and flite's "forty dollars".
    expect(msOf(0)).toBeGreaterThan(18 * MS_PER_CHAR + 500);
    expect(msOf(1)).toBeGreaterThan(500);
  });
});

describe('a chain of Cartesia and Deepgram', () => {
  it('says nothing twice when all of a sentence came, and nobody said that it was over', async () => {
    const msPerChar = 20;
    const fault = { kind: 'stall', afterBytes: TEXT.length * msPerChar * 32 } as const;
    const cartesia = await CartesiaSimulator.start({ msPerChar, fault });
    const deepgram = await DeepgramSimulator.start({ knobs: { voice: { msPerChar } } });
    const voices = [
      new CartesiaTextToSpeech({
        apiKey: SIMULATED_CARTESIA_KEY,
        model: 'sonic-3',
        baseUrl: cartesia.url,
        audioTimeoutMs: 500,
      }),
      new DeepgramTextToSpeech({ apiKey: SIMULATED_DEEPGRAM_KEY, model: 'aura-2-thalia-en', baseUrl: deepgram.url }),
    ];
    const { outcomes, ends, msOf } = await say(voices, [TEXT, 'Anything else?']);
    expect(outcomes).toMatchObject([{ provider: 'cartesia', code: 'timeout', next: 'deepgram' }]);
    const asked = deepgram.voices[0]?.messages.flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(asked).toEqual(['Anything else?']);
    expect(Math.abs(msOf(0) - TEXT.length * msPerChar)).toBeLessThan(2 * RESAMPLER_MS);
    expect(ends).toEqual([0, 1]);
    await Promise.all([cartesia.close(), deepgram.close()]);
  });

  it('says the rest from the word that the first voice was timed to', async () => {
    // Slower than is assumed of a voice that times nothing: without its timings the cut would be elsewhere.
    const msPerChar = 120;
    const cartesia = await CartesiaSimulator.start({
      msPerChar,
      chunkBytes: 3200,
      fault: { kind: 'destroy', afterBytes: Math.round(18 * msPerChar * 16) * 2 },
    });
    const deepgram = await DeepgramSimulator.start({ knobs: { voice: { msPerChar: 20 } } });
    const voices = [
      new CartesiaTextToSpeech({ apiKey: SIMULATED_CARTESIA_KEY, model: 'sonic-3', baseUrl: cartesia.url }),
      new DeepgramTextToSpeech({ apiKey: SIMULATED_DEEPGRAM_KEY, model: 'aura-2-thalia-en', baseUrl: deepgram.url }),
    ];
    const { outcomes, ends, events } = await say(voices, [TEXT, 'Anything else?']);
    expect(outcomes).toMatchObject([{ provider: 'cartesia', code: 'unavailable', next: 'deepgram', midway: true }]);
    const asked = deepgram.voices[0]?.messages.flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(asked).toEqual(['forty dollars.', 'Anything else?']);
    expect(ends).toEqual([0, 1]);
    // The timings told before are void: the rest is spoken by a voice that has none.
    expect(events.findLast((event) => event.type === 'words')).toMatchObject({ segment: 0, words: [] });
    await Promise.all([cartesia.close(), deepgram.close()]);
  });
});
