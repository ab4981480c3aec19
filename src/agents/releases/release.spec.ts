import type { Performance } from '../../database/releases/release-book.port.js';
import { numberFor } from './release.js';
import type { Release } from './release.js';
import { defaultReleaseBounds, judgeRelease } from './release-guard.js';

const USERS = Array.from({ length: 2000 }, (_, index) => `user-${index}`);
const release = (share: number, more: Partial<Release> = {}): Release => ({
  baseline: 1,
  canary: 2,
  share,
  since: 0,
  hold: null,
  ...more,
});
const onCanary = (one: Release, agent = 'julia') => USERS.filter((user) => numberFor(one, agent, user) === one.canary);

describe('the version that a caller gets', () => {
  it('is the canary’s for its share of the users, who stay there when it grows', () => {
    const [tenth, half] = [onCanary(release(10)), onCanary(release(50))];
    expect(tenth.length / USERS.length).toBeCloseTo(0.1, 1);
    expect(half.length / USERS.length).toBeCloseTo(0.5, 1);
    expect(tenth.every((user) => half.includes(user))).toBe(true);
    expect(onCanary(release(100))).toHaveLength(USERS.length);
    expect(onCanary(release(0))).toEqual([]);
    // Those who try one agent are not those who try another.
    expect(onCanary(release(10), 'max')).not.toEqual(tenth);
  });

  it('is the baseline’s where the canary is held back, or there is none', () => {
    expect(onCanary(release(50, { hold: { cause: 'errors', why: '' } }))).toEqual([]);
    expect(numberFor(release(50, { canary: null }), 'julia', 'ann')).toBe(1);
  });
});

describe('the guard of a release', () => {
  const bounds = { ...defaultReleaseBounds, maxErrorPercent: 1, minSamples: 200 };
  const seen = (more: Partial<Performance>): Performance => ({
    version: 'v',
    calls: 100,
    failed: 0,
    turns: 1000,
    falseCutOffs: 10,
    cost: { USD: 10 },
    ...more,
  });

  it.each([
    ['nothing', {}, undefined],
    ['two failures of few calls', { calls: 3, failed: 2 }, undefined],
    ['three failures of few calls', { calls: 3, failed: 3 }, 'errors'],
    ['as many failures as are allowed', { calls: 1000, failed: 10 }, undefined],
    ['one more', { calls: 1000, failed: 11 }, 'errors'],
    ['cut-offs at the bound', { falseCutOffs: 30 }, undefined],
    ['cut-offs over it', { falseCutOffs: 31 }, 'cut-offs'],
    ['cut-offs in few turns', { turns: 100, falseCutOffs: 50 }, undefined],
    ['a price at the bound', { cost: { USD: 15 } }, undefined],
    ['a price over it', { cost: { USD: 15.1 } }, 'cost'],
    ['a price of few calls', { calls: 10, cost: { USD: 100 } }, undefined],
    ['another currency', { cost: { EUR: 100 } }, undefined],
  ] as const)('says of %s what it is', (_, more, cause) => {
    expect(judgeRelease(seen(more), seen({}), bounds)?.cause).toBe(cause);
  });

  it('says it with its numbers, and knows nothing of what nobody has used', () => {
    expect(judgeRelease(undefined, seen({}), bounds)).toBeUndefined();
    expect(judgeRelease(seen({ cost: { USD: 99 } }), undefined, bounds)).toBeUndefined();
    expect(judgeRelease(seen({ failed: 5 }), undefined, bounds)?.why).toBe('5 of 100 calls failed: 5 %, over 1 %.');
    expect(judgeRelease(seen({ falseCutOffs: 80 }), seen({}), bounds)?.why).toBe(
      'Callers were cut off in 8 % of 1000 turns, with the baseline in 1 %.',
    );
    expect(judgeRelease(seen({ cost: { USD: 20 } }), seen({}), bounds)?.why).toBe(
      'A call costs 0.2000 USD, with the baseline 0.1000: over 1.5 times as much.',
    );
  });
});
