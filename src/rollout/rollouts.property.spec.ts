import fc from 'fast-check';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { SharedRolloutStore } from '../../test/fakes/rollout-store.js';
import { defaultGuardBounds, Guard } from './guard.js';
import { RolloutRefused } from './rollout-refused.js';
import { RolloutStoreError } from './rollout.port.js';
import { Rollouts } from './rollouts.js';
import { parseShares } from '../config/shares.js';

const NAMES = ['a', 'b', 'c'];
const USERS = Array.from({ length: 40 }, (_, index) => `user-${index}`);
const UNUSED = { configured: undefined, names: NAMES, prepare: () => undefined };

const instance = fc.constantFrom(0, 1);
const provider = fc.constantFrom(...NAMES);
const step = fc.oneof(
  fc.record({ do: fc.constant('fail' as const), instance, provider }),
  fc.record({ do: fc.constant('open' as const), instance, provider }),
  fc.record({ do: fc.constant('lift' as const), instance, provider }),
  fc.record({ do: fc.constant('forget' as const), instance }),
  fc.record({
    do: fc.constant('change' as const),
    instance,
    baseline: fc.option(provider, { nil: undefined }),
    cuts: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ do: fc.constant('store' as const), connected: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

class World {
  readonly clock = new ManualClock();
  readonly store = new SharedRolloutStore();
  readonly guards = [0, 1].map(() => new Guard(defaultGuardBounds, () => this.clock.now()));
  readonly instances = this.guards.map(
    (guard, index) =>
      new Rollouts(
        { stt: { ...UNUSED, configured: parseShares('a:10,b:30,c:60', NAMES).entries }, llm: UNUSED, tts: UNUSED },
        {
          store: this.store,
          guard,
          log: { info: () => undefined, warn: () => undefined },
          instance: String(index),
          date: () => this.clock.now(),
          onHold: () => undefined,
        },
        this.clock,
      ),
  );

  async take(taken: Step): Promise<void> {
    if (taken.do === 'wait') return this.clock.advance(taken.ms);
    if (taken.do === 'store') {
      this.store.connected = taken.connected;
      return;
    }
    const [guard, rollout] = [this.guards[taken.instance], this.instances[taken.instance]?.of('stt')];
    if (taken.do === 'fail') for (let i = 0; i < 3; i += 1) guard?.attempt('stt', taken.provider, true);
    else if (taken.do === 'open') guard?.opened('stt', taken.provider, 8000);
    else if (taken.do === 'lift') await refusable(rollout?.lift(taken.provider, 'ops'));
    else if (taken.do === 'forget') await refusable(rollout?.forgetShares('ops'));
    else {
      const [low = 0, high = 0] = taken.cuts.toSorted((x, y) => x - y);
      await refusable(rollout?.change({ a: low, b: high - low, c: 100 - high }, taken.baseline, 'ops'));
    }
  }
}

/** What a person asks for may be refused, in the ways that have a name. */
async function refusable(change: Promise<void> | undefined): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof RolloutRefused) && !(error instanceof RolloutStoreError)) throw error;
  }
}

describe('two instances, whatever happens', () => {
  it('serve every user, never one that is held back, and agree when the store is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = new World();
        await Promise.all(world.instances.map((rollouts) => rollouts.start()));
        for (const taken of steps) {
          await world.take(taken);
          for (const rollouts of world.instances) {
            const { entries } = rollouts.view().kinds.stt;
            expect(entries.reduce((sum, { serving }) => sum + serving, 0)).toBe(100);
            expect(entries.filter(({ role }) => role === 'baseline')).toHaveLength(1);
            const away = new Set(
              entries.filter(({ role, hold }) => role === 'canary' && hold !== null).map(({ provider: name }) => name),
            );
            for (const user of USERS) expect(away).not.toContain(rollouts.chainFor('stt', user)?.[0] ?? 'nobody');
          }
        }
        world.store.connected = true;
        await world.clock.advance(11_000);
        const [one, two] = world.instances.map((rollouts) => USERS.map((user) => rollouts.chainFor('stt', user)?.[0]));
        expect(one).toEqual(two);
        await Promise.all(world.instances.map((rollouts) => rollouts.close()));
        expect(world.clock.waiting).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
