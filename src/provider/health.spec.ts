import { jest } from '@jest/globals';
import { settle } from '../../test/fakes/manual-clock.js';
import { ProviderHealth } from './health.js';
import type { ProviderStatus } from './health.js';
import { ProviderError } from './provider.port.js';
import type { ProviderErrorCode } from './provider.port.js';

const failure = (code: ProviderErrorCode = 'unavailable', retryAfterMs?: number) =>
  new ProviderError('It broke.', {
    provider: 'p',
    code,
    retryable: code !== 'bad_request',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

describe('the circuit breaker of a provider', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_000_000, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** `random: 1` takes the jitter away: an open breaker waits its whole time. */
  const makeBreaker = () => {
    const health = new ProviderHealth({ failures: 3, openMs: 10_000, maxOpenMs: 60_000, random: () => 1 });
    const changes: ProviderStatus[] = [];
    health.onChange((status) => changes.push(status));
    return { health, changes, breaker: health.breaker('stt', 'p') };
  };

  const fail = async (breaker: ReturnType<ProviderHealth['breaker']>, error = failure()) => {
    breaker.begin().failed(error);
    await settle();
  };

  it('is one for each kind and name', () => {
    const { health, breaker } = makeBreaker();
    expect(health.breaker('stt', 'p')).toBe(breaker);
    expect(health.breaker('tts', 'p')).not.toBe(breaker);
    expect(health.statuses().map(({ kind, provider, state }) => [kind, provider, state])).toEqual([
      ['stt', 'p', 'closed'],
      ['tts', 'p', 'closed'],
    ]);
  });

  it('opens after the third failure in a row, not before, and says why', async () => {
    const { breaker, changes } = makeBreaker();
    await fail(breaker);
    await fail(breaker);
    breaker.begin().succeeded();
    await settle();
    await fail(breaker);
    await fail(breaker);
    expect(breaker.available).toBe(true);
    await fail(breaker, failure('timeout'));
    expect(breaker.available).toBe(false);
    expect(changes).toEqual([
      { kind: 'stt', provider: 'p', state: 'open', lastFailure: 'timeout', nextProbeAt: 1_010_000 },
    ]);
  });

  it('counts a failure that comes after a success of the same attempt', async () => {
    const { breaker } = makeBreaker();
    const attempt = breaker.begin();
    attempt.succeeded();
    await settle();
    await fail(breaker);
    await fail(breaker);
    attempt.failed(failure());
    await settle();
    expect(breaker.status().state).toBe('open');
  });

  it('tells of every attempt once, and again when it fails after it has worked', () => {
    const { health, breaker } = makeBreaker();
    const told: (string | boolean | undefined)[][] = [];
    const stop = health.onAttempt(({ kind, provider, failure, again }) => told.push([kind, provider, failure, again]));
    const good = breaker.begin();
    good.succeeded();
    good.succeeded();
    good.failed(failure('closed_early'));
    good.failed(failure());
    const bad = breaker.begin();
    bad.failed(failure('bad_request'));
    bad.succeeded();
    breaker.begin().abandoned();
    expect(told).toEqual([
      ['stt', 'p', undefined, false],
      ['stt', 'p', 'closed_early', true],
      ['stt', 'p', 'bad_request', false],
    ]);
    stop();
    breaker.begin().succeeded();
    expect(told).toHaveLength(3);
  });

  it('does not hold what a caller sent against the provider', async () => {
    const { breaker } = makeBreaker();
    for (let i = 0; i < 10; i += 1) await fail(breaker, failure('bad_request'));
    expect(breaker.status()).toMatchObject({ state: 'closed', lastFailure: undefined });
  });

  it('lets one attempt find out when the time has come, and closes when that works', async () => {
    const { breaker, changes } = makeBreaker();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    jest.advanceTimersByTime(9999);
    expect(breaker.available).toBe(false);
    jest.advanceTimersByTime(1);
    expect(breaker.available).toBe(true);
    const probe = breaker.begin();
    expect(breaker.status().state).toBe('half_open');
    expect(breaker.available).toBe(false);
    probe.succeeded();
    await settle();
    expect(breaker.available).toBe(true);
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half_open', 'closed']);
  });

  it('waits twice as long after every probe that fails, up to the bound, and anew once it has worked', async () => {
    const { breaker } = makeBreaker();
    const waits: number[] = [];
    const wait = () => (breaker.status().nextProbeAt ?? 0) - Date.now();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    for (let i = 0; i < 5; i += 1) {
      waits.push(wait());
      jest.advanceTimersByTime(wait());
      await fail(breaker);
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
    jest.advanceTimersByTime(wait());
    breaker.begin().succeeded();
    await settle();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    expect(wait()).toBe(10_000);
  });

  it('stays open as long as the provider asked, within the bound', async () => {
    const { breaker } = makeBreaker();
    for (let i = 0; i < 3; i += 1) await fail(breaker, failure('rate_limited', 25_000));
    expect(breaker.status().nextProbeAt).toBe(Date.now() + 25_000);
    jest.advanceTimersByTime(25_000);
    await fail(breaker, failure('rate_limited', 3_600_000));
    expect(breaker.status().nextProbeAt).toBe(Date.now() + 60_000);
  });

  it('spreads probes by up to a quarter of the wait', async () => {
    const health = new ProviderHealth({ failures: 1, openMs: 10_000, random: () => 0 });
    const breaker = health.breaker('llm', 'p');
    await fail(breaker);
    expect(breaker.status().nextProbeAt).toBe(Date.now() + 7500);
  });

  it('gives a probe that was abandoned to the next attempt at once', async () => {
    const { breaker } = makeBreaker();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    jest.advanceTimersByTime(10_000);
    const probe = breaker.begin();
    probe.abandoned();
    await settle();
    expect(breaker.available).toBe(true);
    await fail(breaker);
    expect(breaker.status().nextProbeAt).toBe(Date.now() + 20_000);
  });

  it('does not count an attempt that was abandoned', async () => {
    const { breaker } = makeBreaker();
    for (let i = 0; i < 10; i += 1) {
      const attempt = breaker.begin();
      attempt.abandoned();
      attempt.succeeded();
    }
    await settle();
    expect(breaker.status().state).toBe('closed');
  });

  it('takes an attempt of last resort on an open breaker, and does not count it', async () => {
    const { breaker } = makeBreaker();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    const due = breaker.status().nextProbeAt;
    await fail(breaker);
    breaker.begin().succeeded();
    breaker.begin().abandoned();
    await settle();
    expect(breaker.status()).toMatchObject({ state: 'open', nextProbeAt: due });
  });

  it('counts attempts that began before the breaker opened without opening it twice', async () => {
    const { breaker, changes } = makeBreaker();
    const attempts = Array.from({ length: 6 }, () => breaker.begin());
    for (const attempt of attempts) attempt.failed(failure());
    await settle();
    expect(changes.map(({ state }) => state)).toEqual(['open']);
  });

  it('tells nobody who has stopped listening', async () => {
    const { health, breaker } = makeBreaker();
    const heard: string[] = [];
    const stop = health.onChange(({ state }) => heard.push(state));
    stop();
    for (let i = 0; i < 3; i += 1) await fail(breaker);
    expect(heard).toEqual([]);
  });
});
