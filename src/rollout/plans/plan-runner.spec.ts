import { ManualClock } from '../../../test/fakes/manual-clock.js';
import { MemoryRolloutJournal } from '../../../test/fakes/rollout-journal.js';
import type { PlanStep } from '../../database/rollout/rollout-journal.port.js';
import { SharedRolloutStore } from '../../../test/fakes/rollout-store.js';
import { parseShares } from '../../config/shares.js';
import { defaultGuardBounds, Guard } from '../guard.js';
import { MemoryRolloutStore } from '../memory-store.js';
import type { RolloutStore } from '../rollout.port.js';
import { Rollouts } from '../rollouts.js';
import { KindTarget } from './kind-target.js';
import { readPlans } from './plan-file.js';
import { PlanRunner } from './plan-runner.js';

// Whole weeks of a rollout, with the real guard, shares and plans, on a clock that a test moves.

const HOUR = 3_600_000;
const NAMES = ['openai', 'rules', 'anthropic'];
const PARTIES = { canary: 'openai>rules', baseline: 'rules' };
const PLANS = readPlans('deploy/rollout-plans.yaml');

interface Worker {
  readonly rollouts: Rollouts;
  readonly guard: Guard;
  readonly plans: PlanRunner;
  readonly log: Record<string, unknown>[];
}

describe('a rollout by a plan', () => {
  let clock: ManualClock;
  let journal: MemoryRolloutJournal<PlanStep>;
  let store: SharedRolloutStore;
  beforeEach(() => {
    clock = new ManualClock();
    journal = new MemoryRolloutJournal();
    store = new SharedRolloutStore();
  });

  const work = async (instance = 'a:1', kept: RolloutStore = store, env?: string): Promise<Worker> => {
    const guard = new Guard(defaultGuardBounds, () => clock.now());
    const log: Record<string, unknown>[] = [];
    const note = (line: object): void => void log.push(line as Record<string, unknown>);
    const options = { configured: undefined, names: NAMES, prepare: () => undefined };
    const llm = { ...options, configured: env === undefined ? undefined : parseShares(env, NAMES).entries };
    const shared = { log: { info: note, warn: note }, instance, date: () => clock.now() };
    const rollouts = new Rollouts(
      { stt: options, llm, tts: options },
      { ...shared, store: kept, guard, onHold: () => undefined },
      clock,
    );
    await rollouts.start();
    const target = new KindTarget(rollouts.of('llm'), guard);
    const targetOf = (name: string) => (name === 'llm' ? target : undefined);
    const plans = new PlanRunner({ ...shared, journal, plans: PLANS, targetOf, clock });
    await plans.start();
    return { rollouts, guard, plans, log };
  };

  const run = async ({ plans }: Worker) => {
    const [view] = await plans.list();
    if (view === undefined) throw new Error('there is no run');
    return view;
  };
  const serving = ({ rollouts }: Worker) =>
    Object.fromEntries(rollouts.view().kinds.llm.entries.map(({ name, serving: percent }) => [name, percent]));
  /** So many hours with a use of the canary every four minutes by each worker. */
  const hours = async (count: number, workers: readonly Worker[], waitedMs = 500): Promise<void> => {
    for (let minute = 0; minute < count * 60; minute += 4) {
      for (const { guard } of workers) {
        guard.attempt('llm', 'openai', false);
        guard.latency('llm', 'openai', waitedMs);
      }
      await clock.sleep(4 * 60_000);
    }
  };
  const fail = (worker: Worker, times = 5): void => {
    for (let n = 0; n < times; n += 1) worker.guard.attempt('llm', 'openai', true);
  };
  const steps = () => journal.told.map(({ status, share }) => `${status} ${share}`);

  it('goes by its steps and waits to the end, each step once, whoever of the workers finds it due', async () => {
    const workers = [await work('a:1'), await work('b:2')] as const;
    const [one, two] = workers;
    await one.plans.begin('llm', 'careful', PARTIES, 'ann');
    expect(serving(one)).toEqual({ 'openai>rules': 10, rules: 90 });
    expect(await run(one)).toMatchObject({ status: 'running', step: 0, share: 10, why: 'Step 1 of 5: 10 % (begun).' });
    await hours(23.9, workers);
    expect(steps()).toEqual(['running 10']);
    await hours(0.2, workers);
    expect(steps()).toEqual(['running 10', 'running 25']);
    await clock.advance(20_000);
    expect([serving(one), serving(two)]).toEqual([
      { 'openai>rules': 25, rules: 75 },
      { 'openai>rules': 25, rules: 75 },
    ]);
    await hours(48.1, workers);
    expect(steps().at(-1)).toBe('running 50');
    await hours(48.1, workers);
    expect(steps().at(-1)).toBe('running 75');
    await hours(71, workers);
    expect(steps()).toHaveLength(4);
    await hours(1.2, workers);
    expect(steps()).toEqual(['running 10', 'running 25', 'running 50', 'running 75', 'done 100']);
    expect(serving(two)).toEqual({ 'openai>rules': 100, rules: 0 });
    // In the log once, by whoever took it.
    const logged = workers.flatMap(({ log }) => log).filter(({ msg }) => msg === 'rollout plan');
    expect(logged.map(({ share }) => share)).toEqual([10, 25, 50, 75, 100]);
    const { history } = await run(two);
    expect(history.map(({ share }) => share)).toEqual([100, 75, 50, 25, 10]);
    await hours(100, workers);
    expect(steps()).toHaveLength(5);
  });

  it('goes on after a restart, with nothing forgotten and no step taken twice', async () => {
    // Without Redis what was set is gone with its process.
    const first = await work('a:1', new MemoryRolloutStore(), 'rules:100');
    await first.plans.begin('llm', 'careful', PARTIES, 'ann');
    await hours(20, [first]);
    await first.plans.close();
    await first.rollouts.close();
    const second = await work('a:2', new MemoryRolloutStore(), 'rules:100');
    expect(serving(second)).toEqual({ 'openai>rules': 10, rules: 90 });
    await hours(3.9, [second]);
    expect(steps()).toEqual(['running 10']);
    await hours(0.2, [second]);
    expect(steps()).toEqual(['running 10', 'running 25']);
  });

  it('takes the share back when the guard does, until a person has lifted that and resumes from the first step', async () => {
    const worker = await work();
    await worker.plans.begin('llm', 'careful', PARTIES, 'ann');
    await hours(25, [worker]);
    expect(serving(worker)).toEqual({ 'openai>rules': 25, rules: 75 });
    fail(worker);
    await clock.advance(11_000);
    expect(await run(worker)).toMatchObject({
      status: 'rolled_back',
      share: 0,
      why: expect.stringMatching(/failed: .* over 1 %/),
    });
    expect(serving(worker)).toEqual({ 'openai>rules': 0, rules: 100 });
    await hours(100, [worker]);
    expect(steps()).toEqual(['running 10', 'running 25', 'rolled_back 0']);
    await expect(worker.plans.resume('llm', 'ann')).rejects.toMatchObject({ code: 'held_back' });
    await worker.rollouts.of('llm').lift(undefined, 'ann');
    await worker.plans.resume('llm', 'ann');
    expect(serving(worker)).toEqual({ 'openai>rules': 10, rules: 90 });
    expect(worker.log.filter(({ msg }) => msg === 'rollout plan').at(-1)).toMatchObject({
      by: 'ann',
      status: 'running',
    });
  });

  it('is paused over a bound of its own that the guard still allows, and watches the step anew when it is resumed', async () => {
    const workers = [await work('a:1'), await work('b:2')] as const;
    const [one, two] = workers;
    await one.plans.begin('llm', 'careful', PARTIES, 'ann');
    await hours(10, workers);
    // 3 s: under the guard's 5, over the plan's 2; seen by one worker only.
    for (let n = 0; n < 30; n += 1) two.guard.latency('llm', 'openai', 3_000);
    await clock.advance(11_000);
    expect(await run(one)).toMatchObject({
      status: 'paused',
      share: 10,
      why: expect.stringMatching(/p95 .* over 2000 ms/),
    });
    expect(serving(one)).toEqual({ 'openai>rules': 10, rules: 90 });
    await hours(48, workers);
    expect(steps()).toEqual(['running 10', 'paused 10']);
    expect(two.log).toContainEqual(expect.objectContaining({ msg: 'rollout plan', status: 'paused', by: 'b:2' }));
    await one.plans.resume('llm', 'ann');
    await hours(23.9, workers);
    expect(steps().at(-1)).toBe('running 10');
    await hours(0.3, workers);
    expect(steps().at(-1)).toBe('running 25');
  });

  it('is paused when the baseline is what does badly, and nobody can be moved', async () => {
    const worker = await work();
    await worker.plans.begin('llm', 'careful', PARTIES, 'ann');
    for (let n = 0; n < 5; n += 1) worker.guard.attempt('llm', 'rules', true);
    await clock.advance(11_000);
    expect(await run(worker)).toMatchObject({
      status: 'paused',
      share: 10,
      why: expect.stringMatching(/^Investigate: 5 of 5/),
    });
  });

  it('is paused when too little comes out of the cache', async () => {
    const file = new Map([['cached', { ...PLANS.get('careful')!, minCacheHitPercent: 10 }]]);
    const { rollouts, guard, log } = await work();
    const target = new KindTarget(rollouts.of('llm'), guard);
    const shared = { log: { info: () => undefined, warn: (line: object) => log.push(line as never) }, instance: 'a:1' };
    const plans = new PlanRunner({
      ...shared,
      journal,
      plans: file,
      targetOf: () => target,
      clock,
      date: () => clock.now(),
    });
    await plans.start();
    await plans.begin('llm', 'cached', PARTIES, 'ann');
    guard.cache('llm', 'openai', 200, 2_000);
    guard.cache('llm', 'openai', 2_000, 4_000);
    await clock.advance(11_000);
    expect((await plans.list())[0]).toMatchObject({ status: 'running' });
    guard.cache('llm', 'openai', 0, 30_000);
    await clock.advance(11_000);
    expect((await plans.list())[0]).toMatchObject({
      status: 'paused',
      why: '6.1 % of the input came out of the cache, under 10 %.',
    });
  });

  it('takes no step while nobody uses the canary, or while the database is away', async () => {
    const worker = await work();
    await worker.plans.begin('llm', 'careful', PARTIES, 'ann');
    for (let hour = 0; hour < 30; hour += 1) await clock.sleep(HOUR);
    expect(steps()).toEqual(['running 10']);
    journal.isAway = true;
    await hours(0.1, [worker]);
    expect(worker.log.filter(({ msg }) => String(msg).includes('cannot be read'))).toHaveLength(1);
    journal.isAway = false;
    await hours(0.1, [worker]);
    expect(steps()).toEqual(['running 10', 'running 25']);
  });

  it('is stopped by shares that were set by hand at another server', async () => {
    const workers = [await work('a:1'), await work('b:2')] as const;
    await workers[0].plans.begin('llm', 'careful', PARTIES, 'ann');
    await clock.advance(60_000);
    await workers[1].rollouts.of('llm').change({ anthropic: 50, rules: 50 }, 'rules', 'bob');
    await clock.advance(11_000);
    expect(await run(workers[0])).toMatchObject({
      status: 'stopped',
      share: null,
      why: 'bob has set the shares by hand.',
    });
    await hours(48, workers);
    expect(serving(workers[0])).toEqual({ anthropic: 50, rules: 50 });
  });

  it('is paused, rolled back and stopped by hand, and begun once', async () => {
    const worker = await work();
    const { plans } = worker;
    const code = (name: string) => expect.objectContaining({ code: name }) as object;
    await expect(plans.begin('llm', 'nothing', PARTIES, 'ann')).rejects.toEqual(code('unknown_plan'));
    await expect(plans.begin('moon', 'quick', PARTIES, 'ann')).rejects.toEqual(code('unknown_target'));
    const wrong = { canary: 'gemini', baseline: 'rules' };
    await expect(plans.begin('llm', 'quick', wrong, 'ann')).rejects.toEqual(code('invalid_shares'));
    for (const [canary, why] of [
      ['rules', /both begin with rules: the first provider of each is what is compared/],
      ['rules>openai', /both begin with rules/],
      // It would never be seen in use, and its shares be set again and again.
      ['openai > rules', /^Write it without spaces: "openai>rules"\.$/],
    ] as const) {
      await expect(plans.begin('llm', 'quick', { canary, baseline: 'rules' }, 'ann')).rejects.toMatchObject({
        code: 'invalid_shares',
        message: expect.stringMatching(why),
      });
    }
    await expect(plans.pause('llm', 'ann')).rejects.toEqual(code('no_plan'));
    expect(journal.told).toEqual([]);
    await plans.begin('llm', 'quick', PARTIES, 'ann');
    await expect(plans.begin('llm', 'careful', PARTIES, 'ann')).rejects.toEqual(code('plan_running'));
    await plans.pause('llm', 'ann');
    await expect(plans.pause('llm', 'ann')).rejects.toEqual(code('no_plan'));
    await hours(3, [worker]);
    await plans.resume('llm', 'bob');
    await plans.rollBack('llm', 'bob');
    expect(serving(worker)).toEqual({ 'openai>rules': 0, rules: 100 });
    await plans.stop('llm', 'bob');
    expect(plans.planOf('llm')).toBeUndefined();
    await plans.begin('llm', 'careful', PARTIES, 'ann');
    expect(steps()).toEqual(['running 5', 'paused 5', 'running 5', 'rolled_back 0', 'stopped 0', 'running 10']);
  });
});
