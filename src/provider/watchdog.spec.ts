import { jest } from '@jest/globals';
import { Watchdog } from './watchdog.js';

describe('a watchdog', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const watch = () => {
    const expired: string[] = [];
    return { expired, watchdog: new Watchdog((what, ms) => expired.push(`${what} ${ms}`)) };
  };

  it('speaks once when a wait is too long, and then sleeps', () => {
    const { expired, watchdog } = watch();
    watchdog.expect('token', 100);
    jest.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(expired).toEqual(['token 100']);
    watchdog.touch();
    jest.advanceTimersByTime(1000);
    expect(expired).toEqual(['token 100']);
  });

  it('gives a wait its whole time again, and another wait its own', () => {
    const { expired, watchdog } = watch();
    watchdog.expect('token', 100);
    jest.advanceTimersByTime(90);
    watchdog.touch();
    jest.advanceTimersByTime(90);
    watchdog.expect('usage', 50);
    jest.advanceTimersByTime(49);
    expect(expired).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(expired).toEqual(['usage 50']);
  });

  it('is silent when it is stopped, and leaves no timer', () => {
    const { expired, watchdog } = watch();
    watchdog.expect('token', 100);
    watchdog.stop();
    watchdog.touch();
    jest.advanceTimersByTime(1000);
    expect(expired).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
