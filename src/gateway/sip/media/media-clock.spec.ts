import { jest } from '@jest/globals';
import { MediaClock } from './media-clock.js';

describe('the clock of audio', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('ticks fifty times a second for all, however late its timer is, and stops with the last', () => {
    let now = 1000;
    let late = 0;
    const clock = new MediaClock(() => now + late);
    const counts = [0, 0];
    const [one, two] = counts.map((_, at) => ({ frame: () => void (counts[at] = (counts[at] as number) + 1) }));
    if (one === undefined || two === undefined) throw new Error('two are counted');
    const pass = (ms: number): void => {
      for (let step = 0; step < ms; step += 1) {
        now += 1;
        jest.advanceTimersByTime(1);
      }
    };
    clock.add(one);
    pass(500);
    clock.add(two);
    // The process was busy for 90 ms: what is due is made up for.
    late = 90;
    pass(410);
    expect(counts).toEqual([50, 25]);
    // It stood still for a second: nobody hears that all at once.
    late += 1000;
    pass(20);
    expect(counts[0]).toBeLessThan(54);
    clock.remove(one);
    clock.remove(two);
    clock.remove(two);
    expect(jest.getTimerCount()).toBe(0);
    clock.add(one);
    pass(100);
    expect(counts[0]).toBeGreaterThan(54);
    clock.remove(one);
  });

  it('goes on when a member leaves in the middle of a frame', () => {
    let now = 0;
    const clock = new MediaClock(() => now);
    const last = { frame: () => clock.remove(last) };
    clock.add(last);
    now = 100;
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
  });
});
