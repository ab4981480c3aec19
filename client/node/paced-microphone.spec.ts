import { jest } from '@jest/globals';
import { samplesOf } from '../audio/pcm.js';
import { PacedMicrophone, type SpokenUtterance } from './paced-microphone.js';

const RATE = 1000;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

function microphone() {
  const frames: { at: number; samples: Int16Array }[] = [];
  const recorded: number[] = [];
  const mic = new PacedMicrophone({
    sampleRate: RATE,
    send: (frame) => frames.push({ at: performance.now(), samples: samplesOf(frame) }),
    tap: (_samples, atMs) => recorded.push(atMs),
  });
  return { mic, frames, recorded };
}

const loud = (length: number): Int16Array => new Int16Array(length).fill(5000);
const peak = (samples: Int16Array): number => Math.max(...[...samples].map(Math.abs));

it('sends a frame of a quiet room every 20 ms, recorded before it is sent', () => {
  const { mic, frames, recorded } = microphone();
  mic.start();
  jest.advanceTimersByTime(1000);
  mic.stop();
  expect(frames).toHaveLength(50);
  expect(frames.every(({ samples }) => samples.length === 20 && peak(samples) <= 8)).toBe(true);
  expect(frames.some(({ samples }) => peak(samples) > 0)).toBe(true);
  expect(frames[0]?.at).toBe(20);
  expect(recorded.slice(0, 3)).toEqual([0, 20, 40]);
  jest.advanceTimersByTime(1000);
  expect(frames).toHaveLength(50);
  expect(jest.getTimerCount()).toBe(0);
});

it('says utterances one after the other, from the next frame on, and tells when the sound was out', async () => {
  const { mic, frames } = microphone();
  mic.start();
  jest.advanceTimersByTime(30);
  const spoken: (SpokenUtterance | undefined)[] = [];
  // 30 samples of sound and 25 of silence; then 15 of sound, in the middle of a frame.
  const utterance = Int16Array.from([...loud(30), ...new Int16Array(25)]);
  const both = Promise.all([mic.say({ samples: utterance }), mic.say({ samples: loud(15) })]).then((all) =>
    spoken.push(...all),
  );
  expect(mic.speaking).toBe(true);
  jest.advanceTimersByTime(200);
  await both;
  expect(mic.speaking).toBe(false);
  expect(spoken).toEqual([
    { startedAt: 40, speechEndedAt: 60 },
    { startedAt: 80, speechEndedAt: 100 },
  ]);
  const sent = frames.slice(1).flatMap(({ samples }) => [...samples]);
  expect(sent.slice(0, 70)).toEqual([...utterance, ...loud(15)]);
  expect(peak(Int16Array.from(sent.slice(70)))).toBeLessThanOrEqual(8);
  mic.stop();
});

it('catches up with the clock after a short delay, without drifting', () => {
  const { mic, frames, recorded } = microphone();
  mic.start();
  jest.advanceTimersByTime(100);
  // The process was busy: time passes and no timer runs.
  holdUp(310);
  jest.advanceTimersByTime(30);
  const sent = frames.length;
  expect(sent).toBe(Math.floor(performance.now() / 20));
  expect(recorded).toEqual(Array.from({ length: sent }, (_, n) => n * 20));
  mic.stop();
});

it('loses what a sound card would lose after a long delay, instead of sending faster than real time', () => {
  const { mic, frames } = microphone();
  mic.start();
  jest.advanceTimersByTime(100);
  holdUp(10_000);
  jest.advanceTimersByTime(100);
  expect(frames.length).toBeLessThan(15);
  mic.stop();
});

it('gives an utterance up when it is stopped', async () => {
  const { mic } = microphone();
  mic.start();
  const spoken = mic.say({ samples: loud(500) });
  jest.advanceTimersByTime(100);
  mic.stop();
  expect(await spoken).toBeUndefined();
});

/** Lets `ms` pass on the clock while no timer runs, as a blocked process does. */
function holdUp(ms: number): void {
  const now = performance.now.bind(performance);
  const start = now();
  jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  expect(performance.now()).toBe(start + ms);
}

afterEach(() => {
  jest.restoreAllMocks();
});
