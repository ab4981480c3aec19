import { jest } from '@jest/globals';
import { LineFeed } from './line-feed.js';

const RATE = 1000;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

function line() {
  const sent: number[] = [];
  const feed = new LineFeed({ sampleRate: RATE, send: (frame) => sent.push(...frame) });
  return { feed, sent, voice: () => sent.filter((sample) => sample !== 0) };
}
const counting = (from: number, ms: number): Int16Array => Int16Array.from({ length: ms }, (_, n) => from + n);

it('sends at real time, silence where nothing is', () => {
  const { feed, sent } = line();
  jest.advanceTimersByTime(1000);
  expect(sent).toHaveLength(1000);
  expect(sent.every((sample) => sample === 0)).toBe(true);
  feed.stop();
  jest.advanceTimersByTime(1000);
  expect(sent).toHaveLength(1000);
});

it('leaves no hole in what comes in uneven bursts, and loses none of it', () => {
  const { feed, sent, voice } = line();
  let at = 1;
  // 100 ms of audio every 100 ms, but every third comes 80 ms late.
  for (let burst = 0; burst < 12; burst += 1) {
    const lateMs = burst % 3 === 2 ? 80 : 0;
    jest.advanceTimersByTime(100 + lateMs);
    feed.add(counting(at, 100));
    at += 100;
    jest.advanceTimersByTime(0);
    if (lateMs > 0) {
      jest.advanceTimersByTime(20);
      feed.add(counting(at, 100));
      at += 100;
    }
  }
  jest.advanceTimersByTime(1500);
  expect(voice()).toEqual([...counting(1, at - 1)]);
  const first = sent.findIndex((sample) => sample !== 0);
  expect(sent.slice(first, first + at - 1)).toEqual([...counting(1, at - 1)]);
  feed.stop();
});

it('sends what is left although nothing more comes', () => {
  const { feed, voice } = line();
  feed.add(counting(1, 50));
  jest.advanceTimersByTime(400);
  expect(voice()).toEqual([...counting(1, 50)]);
  feed.stop();
});

it('catches up with what was there before, at twice the speed, and keeps ten seconds of it', () => {
  const { feed, voice } = line();
  for (let second = 0; second < 12; second += 1) feed.add(counting(1 + second * 1000, 1000));
  jest.advanceTimersByTime(5000);
  expect(voice()[0]).toBe(2001);
  expect(voice().length).toBeGreaterThan(9300);
  jest.advanceTimersByTime(800);
  expect(voice()).toEqual([...counting(2001, 10_000)]);
  feed.stop();
});
