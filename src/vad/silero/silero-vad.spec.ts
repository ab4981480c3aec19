// The real model, its thread, and real speech.
import { jest } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.js';
import { synthesise } from '../../../test/speech/hear.js';
import {
  NOISES,
  type Sound,
  atLevel,
  extent,
  fromPcm,
  inQuietRoom,
  mixed,
  pink,
  silence,
  speechInNoise,
  toPcm,
  white,
} from '../../../test/speech/sounds.js';
import { Resampler } from '../../audio/resampler.js';
import { EnergyVad } from '../energy/energy-vad.js';
import type { VadEvent } from '../vad.port.js';
import { SileroVad } from './silero-vad.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const LEAD_MS = 1500;
const FRAME_MS = 32;

interface Heard {
  readonly event: VadEvent;
  /** Audio that had been pushed when the event came, ms. */
  readonly afterMs: number;
}

let vad: SileroVad;
const warnings: string[] = [];
beforeAll(async () => {
  vad = new SileroVad({ warn: (message) => warnings.push(message), gatherMs: 1 });
  await vad.warmUp();
});
afterAll(async () => {
  await vad.close();
  expect(warnings).toEqual([]);
});

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Pushes the sound in chunks of 20 ms as fast as it is decided, up to `slackMs` before. */
async function listen(sound: Sound, { sampleRate = 16_000, slackMs = 600 } = {}): Promise<Heard[]> {
  const pcm = toPcm(sound);
  const audio = sampleRate === 16_000 ? pcm : new Resampler(16_000, sampleRate).push(pcm);
  const heard: Heard[] = [];
  let pushed = 0;
  const stream = vad.open({ sampleRate }, (event) =>
    heard.push({ event, afterMs: (pushed * 1000) / (sampleRate * 2) }),
  );
  const chunk = (sampleRate / 50) * 2;
  const decided = async (): Promise<void> => {
    await waitFor(() => stream.pendingMs < FRAME_MS, PATIENCE_MS);
    // What is decided has been told, but may still be on its way.
    await tick();
    await tick();
  };
  while (pushed < audio.length) {
    stream.push(audio.subarray(pushed, pushed + chunk));
    pushed += chunk;
    if (stream.pendingMs >= slackMs) await decided();
  }
  await decided();
  expect(stream.hasSlot).toBe(true);
  stream.close();
  return heard;
}

const types = (heard: readonly Heard[]): string[] => heard.map(({ event }) => event.type);

/** Speech that the energy detector finds, for comparison. */
function byEnergy(sound: Sound): VadEvent[] {
  const events: VadEvent[] = [];
  new EnergyVad().open({ sampleRate: 16_000 }, (event) => events.push(event)).push(toPcm(sound));
  return events;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe('SileroVad on real speech', () => {
  const SENTENCES = ['What transactions does client 5001 have?', 'Yes please', 'How do refunds work'];
  const VOICES = ['slt', 'rms', 'awb'] as const;
  let spoken: Sound[];
  beforeAll(async () => {
    const all = VOICES.flatMap((voice) => SENTENCES.map(async (text) => fromPcm(await synthesise(text, voice))));
    spoken = await Promise.all(all);
  });

  it('hears every sentence once, within 70 ms of audio from its beginning in the median, and says where it lies', async () => {
    const latencies: number[] = [];
    await Promise.all(
      spoken.map(async (speech) => {
        const { beginMs, endMs } = extent(speech);
        const heard = await listen(inQuietRoom(atLevel(speech, -26), LEAD_MS), { slackMs: FRAME_MS });
        expect(types(heard)).toEqual(['speech.started', 'speech.stopped']);
        const [started, stopped] = heard as [Heard, Heard];
        latencies.push(started.afterMs - (LEAD_MS + beginMs));
        expect(Math.abs(started.event.audioMs - (LEAD_MS + beginMs))).toBeLessThan(150);
        expect(Math.abs(stopped.event.audioMs - (LEAD_MS + endMs))).toBeLessThan(250);
      }),
    );
    expect(middle(latencies)).toBeLessThanOrEqual(70);
  });

  it.each([
    ['white', 20],
    ['white', 10],
    ['white', 5],
    ['pink', 20],
    ['pink', 10],
    ['pink', 5],
  ] as const)('hears speech in %s noise, %i dB below it, and not the noise', async (kind, snrDb) => {
    const noise = kind === 'white' ? white : pink;
    // One sentence of each voice.
    const sentences = spoken.filter((_, at) => at % SENTENCES.length === 0);
    await Promise.all(
      sentences.map(async (speech) => {
        const { beginMs, endMs } = extent(speech);
        const heard = await listen(speechInNoise(speech, noise, snrDb, LEAD_MS));
        const starts = heard.filter(({ event }) => event.type === 'speech.started');
        expect(starts.length).toBeGreaterThan(0);
        for (const { event } of starts) {
          expect(event.audioMs).toBeGreaterThan(LEAD_MS + beginMs - 150);
          expect(event.audioMs).toBeLessThan(LEAD_MS + endMs + 50);
        }
      }),
    );
  });

  it('hears speech at other rates', async () => {
    const speech = inQuietRoom(atLevel(spoken[0] as Sound, -26), LEAD_MS);
    const [at16, at48, at8] = await Promise.all([
      listen(speech),
      listen(speech, { sampleRate: 48_000 }),
      listen(speech, { sampleRate: 8000 }),
    ]);
    const begins = (heard: readonly Heard[]) => heard[0]?.event.audioMs ?? Number.NaN;
    expect(types(at48)).toEqual(types(at16));
    expect(types(at8)).toEqual(types(at16));
    expect(Math.abs(begins(at48) - begins(at16))).toBeLessThanOrEqual(FRAME_MS);
    expect(Math.abs(begins(at8) - begins(at16))).toBeLessThanOrEqual(2 * FRAME_MS);
  });

  it('decides the same for a call among many as for one alone', async () => {
    const sounds = spoken.map((speech, at) => mixed(silence(6000), speech, 300 + at * 37));
    const alone: Heard[][] = [];
    for (const sound of sounds.slice(0, 3)) alone.push(await listen(sound));
    const among = await Promise.all(Array.from({ length: 36 }, async (_, at) => listen(sounds[at % 9] as Sound)));
    const events = (heard: readonly Heard[]) => heard.map(({ event }) => event);
    alone.forEach((heard, at) => {
      expect(events(heard).length).toBeGreaterThan(0);
      for (let call = at; call < among.length; call += 9) expect(events(among[call] ?? [])).toEqual(events(heard));
    });
  });
});

describe('SileroVad on what is not speech', () => {
  /** Starts that the two detectors find in a sound. */
  const starts = async (sound: Sound): Promise<{ silero: number; energy: number }> => {
    const audio = inQuietRoom(sound, LEAD_MS);
    const count = (events: readonly VadEvent[]) => events.filter(({ type }) => type === 'speech.started').length;
    return { silero: count((await listen(audio)).map(({ event }) => event)), energy: count(byEnergy(audio)) };
  };

  it('is silent at noise, clicks, thuds and music, most of which the energy detector takes for speech', async () => {
    const kinds = Object.keys(NOISES).filter((name) => !name.startsWith('cough'));
    const rows = await Promise.all(
      kinds.map(async (name) => ({ name, ...(await starts(NOISES[name]?.() ?? silence(1))) })),
    );
    expect(rows.filter(({ silero }) => silero > 0)).toEqual([]);
    expect(rows.filter(({ energy }) => energy > 0).length).toBeGreaterThanOrEqual(5);
  });

  it('takes fewer coughs for speech than the energy detector, though not none', async () => {
    const { silero, energy } = await starts(NOISES['coughs without voice']?.() ?? silence(1));
    expect(energy).toBeGreaterThanOrEqual(5);
    expect(silero).toBeLessThanOrEqual(energy / 2);
  });
});
