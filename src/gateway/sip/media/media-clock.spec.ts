import { jest } from '@jest/globals';
import { MediaClock } from './media-clock.js';

class Counter {
  all = 0;
  late = 0;
  skipped = 0;

  frame(isLate: boolean): void {
    this.all += 1;
    if (isLate) this.late += 1;
  }

  skip(frames: number): void {
    this.skipped += frames;
  }
}

describe('the clock of audio', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('ticks fifty times a second for all, whatever its timer does, and stops with the last', () => {
    let now = 1000;
    const clock = new MediaClock(() => now);
    const [one, two] = [new Counter(), new Counter()];
    const pass = (ms: number): void => {
      for (let step = 0; step < ms; step += 1) {
        now += 1;
        jest.advanceTimersByTime(1);
      }
    };
    clock.add(one);
    pass(500);
    clock.add(two);
    // Busy for 50 ms: what is due is made up for, and played.
    now += 50;
    pass(450);
    expect([one, two].map(({ all, late }) => [all, late])).toEqual([
      [50, 0],
      [25, 0],
    ]);
    // It stood still for a second: that is heard, once the packets of it are read, and nothing is played in a burst.
    now += 1000;
    jest.advanceTimersByTime(0);
    expect(one.all).toBe(50);
    pass(30);
    expect(one.all).toBe(101);
    expect(one.late).toBeGreaterThan(44);
    expect(one.skipped).toBe(0);
    // What is longer is lost, and counted: all in all fifty a second.
    const [before, at] = [one.all, now];
    now += 10_000;
    pass(30);
    expect(one.all).toBeLessThan(101 + 80);
    expect(Math.abs(one.all - before + one.skipped - (now - at) / 20)).toBeLessThanOrEqual(1);
    clock.remove(one);
    clock.remove(two);
    clock.remove(two);
    expect(jest.getTimerCount()).toBe(0);
    const ended = one.all;
    clock.add(one);
    pass(100);
    expect(one.all).toBe(ended + 5);
    clock.remove(one);
  });

  it('goes on when a member leaves in the middle of a frame', () => {
    let now = 0;
    const clock = new MediaClock(() => now);
    const last = { frame: () => clock.remove(last), skip: () => undefined };
    clock.add(last);
    now = 100;
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
  });
});
