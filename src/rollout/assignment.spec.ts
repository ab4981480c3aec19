import fc from 'fast-check';
import { assign } from './assignment.js';
import type { RolloutEntry } from '../config/shares.port.js';

const USERS = Array.from({ length: 1200 }, (_, index) => `user-${index}`);
const NAMES = ['a', 'b', 'c', 'd', 'e'];

const entriesOf = (shares: Readonly<Record<string, number>>): RolloutEntry[] =>
  Object.entries(shares).map(([name, share]) => ({ providers: [name], share }));

const placed = (entries: readonly RolloutEntry[], kind: 'stt' | 'llm' | 'tts' = 'stt'): (string | undefined)[] =>
  USERS.map((user) => assign(entries, kind, user)?.providers[0]);

/** Whole percents for each name that add up to 100; some may be 0. */
const shares = fc
  .tuple(...NAMES.slice(1).map(() => fc.integer({ min: 0, max: 100 })))
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 100])
  .map((cuts) => entriesOf(Object.fromEntries(NAMES.map((name, at) => [name, (cuts[at + 1] ?? 0) - (cuts[at] ?? 0)]))));

describe('assign', () => {
  it('places each user with one that has a share, and always the same', () => {
    fc.assert(
      fc.property(shares, fc.string({ minLength: 1, maxLength: 256 }), (entries, user) => {
        const chosen = assign(entries, 'stt', user);
        expect(chosen?.share).toBeGreaterThan(0);
        expect(assign(entries.toReversed(), 'stt', user)).toBe(chosen);
      }),
    );
    expect(assign(entriesOf({ a: 0 }), 'stt', 'ann')).toBeUndefined();
    expect(assign([], 'stt', 'ann')).toBeUndefined();
  });

  it('stays as it is from one version to the next, because callers would move with it', () => {
    const entries = entriesOf({ whisper: 10, deepgram: 90 });
    const canaries = USERS.slice(0, 60).filter((user) => assign(entries, 'stt', user)?.providers[0] === 'whisper');
    expect(canaries).toMatchInlineSnapshot(`
     [
       "user-4",
       "user-13",
       "user-17",
       "user-24",
       "user-28",
       "user-30",
       "user-41",
       "user-43",
       "user-47",
       "user-52",
       "user-59",
     ]
    `);
  });

  it('gives each its share', () => {
    fc.assert(
      fc.property(shares, (entries) => {
        const where = placed(entries);
        for (const { providers, share } of entries) {
          const got = (100 * where.filter((name) => name === providers[0]).length) / USERS.length;
          // Five standard deviations of that many draws.
          expect(Math.abs(got - share)).toBeLessThanOrEqual(5 * Math.sqrt((share * (100 - share)) / USERS.length));
        }
      }),
      { numRuns: 10 },
    );
  });

  it('moves a user only out of one that has shrunk or into one that has grown', () => {
    fc.assert(
      fc.property(shares, shares, (before, after) => {
        const grown = (name: string | undefined) => {
          const share = (entries: readonly RolloutEntry[]) =>
            entries.find((entry) => entry.providers[0] === name)?.share;
          return (share(after) ?? 0) - (share(before) ?? 0);
        };
        const [from, to] = [placed(before), placed(after)];
        for (const [index, old] of from.entries()) {
          if (to[index] !== old) expect(grown(old) < 0 || grown(to[index]) > 0).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('keeps every caller of a canary that grows, and moves only as many as it grows by', () => {
    const from = placed(entriesOf({ canary: 10, baseline: 90 }));
    let before = from;
    for (const canary of [11, 25, 50, 90, 100]) {
      const after = placed(entriesOf({ canary, baseline: 100 - canary }));
      for (const [index, name] of before.entries()) if (name === 'canary') expect(after[index]).toBe('canary');
      before = after;
    }
    expect(placed(entriesOf({ canary: 10, baseline: 90 }))).toEqual(from);
  });

  it('moves at most 2d/(1+d) of the users when the shares differ by d, which no memoryless choice betters', () => {
    fc.assert(
      fc.property(shares, shares, (before, after) => {
        const [from, to] = [placed(before), placed(after)];
        const moved = from.filter((name, index) => name !== to[index]).length / USERS.length;
        const shareOf = new Map(after.map(({ providers, share }) => [providers[0], share]));
        const d = before.reduce((sum, e) => sum + Math.max(0, e.share - (shareOf.get(e.providers[0]) ?? 0)), 0) / 100;
        expect(moved).toBeGreaterThanOrEqual(d - 0.07);
        expect(moved).toBeLessThanOrEqual((2 * d) / (1 + d) + 0.07);
      }),
      { numRuns: 8 },
    );
  });

  it('does not put the same users into the small part of every kind', () => {
    const entries = entriesOf({ canary: 10, baseline: 90 });
    const [stt, llm] = [placed(entries, 'stt'), placed(entries, 'llm')];
    const both = USERS.filter((_, index) => stt[index] === 'canary' && llm[index] === 'canary').length;
    // One percent when they are independent, ten when they are the same.
    expect(both / USERS.length).toBeLessThan(0.03);
  });

  it('does not move anybody because another provider stands behind the first', () => {
    const alone: RolloutEntry[] = entriesOf({ a: 30, b: 70 });
    const backed: RolloutEntry[] = [
      { providers: ['a', 'b'], share: 30 },
      { providers: ['b', 'a'], share: 70 },
    ];
    expect(placed(backed)).toEqual(placed(alone));
  });
});
