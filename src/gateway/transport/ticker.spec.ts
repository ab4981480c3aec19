import { jest } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { Ticker } from './ticker.js';

describe('Ticker', () => {
  let ticker: Ticker;
  const member = (tick: (now: number) => void) => ({ tick, crashed: jest.fn() });

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockReturnValue(1000);
    ticker = new Ticker();
  });
  afterEach(() => jest.restoreAllMocks());

  it('keeps one member’s fault from the others, and tells the one', () => {
    const fault = new Error('a fault of ours');
    const broken = member(() => {
      throw fault;
    });
    const sound = member(jest.fn());
    for (const one of [broken, sound]) ticker.add(one);
    ticker.tick(1250);
    expect(broken.crashed).toHaveBeenCalledWith(fault);
    expect(sound.tick).toHaveBeenCalledTimes(1);
    expect(sound.crashed).not.toHaveBeenCalled();
    for (const one of [broken, sound]) ticker.remove(one);
  });

  it('hardly moves while the process stands still', () => {
    const seen: number[] = [];
    const watch = member((now) => void seen.push(now));
    ticker.add(watch);
    for (const at of [1250, 1500, 61_500, 61_750]) ticker.tick(at);
    expect(seen).toEqual([1250, 1500, 2500, 2750]);
    ticker.remove(watch);
  });

  it('lets members leave while it ticks', () => {
    const leaving = member(() => ticker.remove(leaving));
    const staying = member(jest.fn());
    for (const one of [leaving, staying]) ticker.add(one);
    ticker.tick(1250);
    ticker.tick(1500);
    expect(staying.tick).toHaveBeenCalledTimes(2);
    ticker.remove(staying);
  });
});
