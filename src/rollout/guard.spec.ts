import fc from 'fast-check';
import { defaultGuardBounds, Guard, judge } from './guard.js';
import { percentile, RecentValues, RollingCount } from './sliding-window.js';

const MIN = 60_000;
const bounds = { ...defaultGuardBounds, minSamples: 100 };
const quiet = { attempts: 0, errors: 0, latencies: 0, slow: 0, p95Ms: undefined, down: undefined };

describe('RollingCount', () => {
  it('counts what happened within the window, to one slice', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 400 }), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const count = new RollingCount(6000);
        const times: number[] = [];
        let now = 12_345;
        for (const { wait, add } of steps) {
          now += wait;
          if (add) {
            count.add(now);
            times.push(now);
          }
          const within = (ms: number) => times.filter((time) => time > now - ms).length;
          expect(count.total(now)).toBeLessThanOrEqual(within(6000));
          expect(count.total(now)).toBeGreaterThanOrEqual(within(5900));
        }
      }),
    );
  });
});

describe('RecentValues', () => {
  it('has the latest values of the window in order, never more than it has room for', () => {
    const value = fc.record({ wait: fc.integer({ min: 0, max: 300 }), ms: fc.integer({ min: 0, max: 9000 }) });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), (values) => {
        const recent = new RecentValues(5000, 20);
        const all: { at: number; ms: number }[] = [];
        let now = 0;
        for (const { wait, ms } of values) {
          now += wait;
          recent.add(now, ms);
          all.push({ at: now, ms });
        }
        const kept = all.slice(-20).filter(({ at }) => at > now - 5000);
        expect([...recent.sorted(now)]).toEqual(kept.map(({ ms }) => ms).sort((a, b) => a - b));
      }),
    );
  });
});

describe('percentile', () => {
  it('is the smallest value that so many do not exceed', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (unsorted, perHundred) => {
        const sorted = Float64Array.from(unsorted).sort();
        const found = percentile(sorted, perHundred) ?? NaN;
        const upTo = (limit: number) => sorted.filter((value) => value <= limit).length * 100;
        expect(upTo(found)).toBeGreaterThanOrEqual(perHundred * sorted.length);
        expect(upTo(found - 1)).toBeLessThan(perHundred * sorted.length);
      }),
    );
    expect(percentile(new Float64Array(), 95)).toBeUndefined();
  });
});

describe('judge', () => {
  it('lets a provider be that has shown nothing', () => {
    expect(judge(quiet, bounds)).toBeUndefined();
  });

  it.each([
    [1, 3, false],
    [1, 100, false],
    [2, 100, true],
    [2, 150, true],
    [2, 200, false],
    [3, 200, true],
    // Too few uses to say one percent, but already more failures than a hundred uses may have.
    [2, 5, true],
    [29, 2900, false],
  ])('%i failures of %i uses: over the bound is %s', (errors, attempts, isOver) => {
    const verdict = judge({ ...quiet, attempts, errors }, bounds);
    expect(verdict?.cause).toBe(isOver ? 'errors' : undefined);
  });

  it('says the numbers', () => {
    expect(judge({ ...quiet, attempts: 130, errors: 4 }, bounds)?.why).toBe(
      '4 of 130 uses in the last 5 min failed: 3.08 %, over 1 %.',
    );
    expect(judge({ ...quiet, latencies: 100, slow: 6, p95Ms: 6200.4 }, bounds)?.why).toBe(
      'p95 of 100 latencies in the last 5 min is 6200 ms, over 5000 ms: find out why.',
    );
    expect(judge({ ...quiet, down: 'timeout' }, bounds)).toEqual({
      cause: 'down',
      why: 'It is down: it failed several times in a row (timeout).',
    });
  });

  it('finds a latency over the bound exactly when the p95 is, given enough of them', () => {
    const latency = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 4990, max: 9000 }));
    fc.assert(
      fc.property(fc.array(latency, { minLength: 100, maxLength: 300 }), (values) => {
        const guard = new Guard(bounds, () => 0);
        for (const ms of values) guard.latency('llm', 'p', ms);
        const { p95Ms = 0 } = guard.measured('llm', 'p');
        expect(guard.judge('llm', 'p')?.cause).toBe(p95Ms > bounds.maxP95Ms ? 'latency' : undefined);
      }),
    );
  });

  it('never lets another good use or latency make it worse', () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(count, count, count, count, (good, errors, fast, slow) => {
        const measured = { ...quiet, attempts: good + errors, errors, latencies: fast + slow, slow, p95Ms: 1 };
        if (judge(measured, bounds) !== undefined) return;
        expect(judge({ ...measured, attempts: good + errors + 1 }, bounds)).toBeUndefined();
        expect(judge({ ...measured, latencies: fast + slow + 1 }, bounds)).toBeUndefined();
      }),
    );
  });
});

describe('Guard', () => {
  let now: number;
  let guard: Guard;
  beforeEach(() => {
    now = 1_000_000;
    guard = new Guard(bounds, () => now);
  });

  it('forgets what is older than the window', () => {
    for (let i = 0; i < 5; i += 1) guard.attempt('stt', 'p', true);
    for (let i = 0; i < 200; i += 1) guard.latency('stt', 'p', 8000);
    expect(guard.judge('stt', 'p')?.cause).toBe('errors');
    now += 4 * MIN;
    expect(guard.judge('stt', 'p')?.cause).toBe('errors');
    now += 1 * MIN;
    expect(guard.judge('stt', 'p')).toBeUndefined();
    expect(guard.measured('stt', 'p')).toEqual({ ...quiet, p95Ms: undefined });
  });

  it('counts a stream that worked and then broke as one use and one failure', () => {
    guard.attempt('stt', 'p', false);
    guard.attempt('stt', 'p', true, true);
    expect(guard.measured('stt', 'p')).toMatchObject({ attempts: 1, errors: 1 });
    now += 4.9 * MIN;
    guard.attempt('stt', 'p', true, true);
    now += 0.2 * MIN;
    // Its beginning is out of the window.
    expect(guard.measured('stt', 'p')).toMatchObject({ attempts: 1, errors: 1 });
  });

  it('holds nobody responsible for another one, or for the same name in another kind', () => {
    for (let i = 0; i < 5; i += 1) guard.attempt('llm', 'openai', true);
    expect(guard.judge('llm', 'openai')).toBeDefined();
    expect(guard.judge('tts', 'openai')).toBeUndefined();
    expect(guard.judge('llm', 'rules')).toBeUndefined();
  });

  it('finds a provider down while its breaker lets nobody through', () => {
    guard.opened('tts', 'p', 10_000, 'unavailable');
    expect(guard.judge('tts', 'p')?.cause).toBe('down');
    now += 10_000;
    expect(guard.judge('tts', 'p')).toBeUndefined();
    guard.opened('tts', 'p', 10_000, 'unavailable');
    guard.opened('tts', 'p', 0);
    expect(guard.judge('tts', 'p')).toBeUndefined();
  });

  it('begins anew when it is told to forget', () => {
    guard.opened('tts', 'p', 10_000);
    for (let i = 0; i < 5; i += 1) guard.attempt('tts', 'p', true);
    guard.forget('tts', 'p');
    expect(guard.measured('tts', 'p')).toEqual(quiet);
  });
});
