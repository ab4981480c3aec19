import { ManualClock, settle } from '../../test/fakes/manual-clock.js';
import { ProviderError } from './provider.port.js';
import { afterTimeout, pause, RetryPolicy } from './retry.js';

const failure = (retryable: boolean, retryAfterMs?: number) =>
  new ProviderError('It broke.', {
    provider: 'p',
    code: 'unavailable',
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

describe('the retry policy', () => {
  const policy = (random: number, attempts = 6) =>
    new RetryPolicy({ attempts, baseMs: 250, maxMs: 2000, maxRetryAfterMs: 3000, random: () => random });

  it('doubles the wait up to its bound', () => {
    const waits = [1, 2, 3, 4, 5].map((tries) => policy(1).delayMs(failure(true), tries));
    expect(waits).toEqual([250, 500, 1000, 2000, 2000]);
  });

  it('spreads the wait over its upper half', () => {
    expect(policy(0).delayMs(failure(true), 1)).toBe(125);
    expect(policy(0.5).delayMs(failure(true), 1)).toBe(187.5);
  });

  it('does not retry what a retry cannot help, nor more often than allowed', () => {
    expect(policy(0).delayMs(failure(false), 1)).toBeUndefined();
    expect(policy(0, 2).delayMs(failure(true), 1)).toBeDefined();
    expect(policy(0, 2).delayMs(failure(true), 2)).toBeUndefined();
    expect(policy(0, 1).delayMs(failure(true), 1)).toBeUndefined();
  });

  it('waits as long as the provider asks, and does not wait for one that asks for too much', () => {
    expect(policy(0).delayMs(failure(true, 3000), 1)).toBe(3000);
    expect(policy(0).delayMs(failure(true, 3001), 1)).toBeUndefined();
    expect(policy(0).delayMs(failure(true, 10), 1)).toBe(125);
  });
});

describe('a pause', () => {
  it('ends after its time, and leaves nothing behind', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    let over = false;
    const paused = pause(100, signal, (ms, action) => clock.after(ms, action)).finally(() => {
      over = true;
    });
    await clock.advance(99);
    expect(over).toBe(false);
    await clock.advance(1);
    await paused;
    expect(clock.waiting).toBe(0);
  });

  it('ends with the reason of an abort, at once', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const paused = pause(100, controller.signal, (ms, action) => clock.after(ms, action));
    controller.abort(new Error('enough'));
    await expect(paused).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
    await expect(pause(100, controller.signal, (ms, action) => clock.after(ms, action))).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
  });

  it('runs on timers that can be cancelled', async () => {
    const ran: string[] = [];
    const cancel = afterTimeout(0, () => ran.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      afterTimeout(1, resolve);
    });
    await settle();
    expect(ran).toEqual([]);
  });
});
