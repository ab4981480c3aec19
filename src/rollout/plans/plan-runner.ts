import type { Clock } from '../../conversation/clock.port.js';
import type { PlanStep, RolloutJournal } from '../../database/rollout/rollout-journal.port.js';
import { JournalCopy } from '../journal-copy.js';
import type { Journalled } from '../journal-copy.js';
import type { RolloutLog } from '../kind-rollout.js';
import { RolloutRefused } from '../rollout-refused.js';
import type { Plans } from './plan-file.js';
import { begun, hasShares, isActive, next, planRunSchema, resumed, shareOf, stood } from './plan-run.js';
import type { PlanRun } from './plan-run.js';
import type { PlanParties, PlanTarget } from './plan-target.port.js';

/** How often every worker looks, ms. */
const LOOK_EVERY_MS = 10_000;

export interface PlanRunnerDeps {
  readonly journal: RolloutJournal<PlanStep>;
  readonly plans: Plans;
  /** What can be rolled out by this name; undefined where there is nothing of it. */
  readonly targetOf: (target: string) => PlanTarget | undefined;
  readonly clock: Clock;
  /** Ms since the epoch. */
  readonly date: () => number;
  /** Name of this process. */
  readonly instance: string;
  readonly log: RolloutLog;
}

/** A run as it is shown. */
export interface PlanView extends Omit<PlanRun, 'since' | 'dueAt'> {
  readonly target: string;
  /** ISO 8601. */
  readonly since: string;
  readonly dueAt: string | null;
  /** Percent that the canary has by it; null where it has nothing to say any more. */
  readonly share: number | null;
  /** The newest first. */
  readonly history: readonly PlanStep[];
}

type Known = Journalled<PlanRun, PlanStep>;

/**
 * Follows the plans of this server, in every worker: each looks whether the canary does well, and whoever first finds a step
 * due, or a bound broken, writes it down, once for all. What is written down, everybody then sees to.
 */
export class PlanRunner {
  private readonly others: PlanRunnerDeps['targetOf'][] = [];
  private readonly runs: JournalCopy<PlanRun, PlanStep>;
  private readonly told = new Map<string, string>();

  constructor(private readonly deps: PlanRunnerDeps) {
    const { journal, clock, log } = deps;
    this.runs = new JournalCopy({
      journal,
      parse: (state) => planRunSchema.safeParse(state).data,
      clock,
      everyMs: LOOK_EVERY_MS,
      look: () => this.followAll(),
      onAway: (reason) => log.warn({ msg: 'rollout plans cannot be read: no step is taken', reason }),
    });
  }

  /** Looks once, and from then on every ten seconds. Never rejects: while the database is away nothing moves. */
  start(): Promise<void> {
    return this.runs.start();
  }

  close(): Promise<void> {
    return this.runs.close();
  }

  get plans(): Plans {
    return this.deps.plans;
  }

  /** The plan that has the shares of this target, as this process last saw it. */
  planOf(target: string): PlanRun | undefined {
    const run = this.runs.get(target)?.state;
    return run !== undefined && hasShares(run) ? run : undefined;
  }

  /** All that there are, as they are written down now. Rejects with DataError. */
  async list(): Promise<readonly PlanView[]> {
    await this.runs.read();
    return this.runs.all.map(viewOf);
  }

  /** Rejects with RolloutRefused or DataError. */
  async begin(target: string, name: string, parties: PlanParties, by: string): Promise<void> {
    const plan = this.deps.plans.get(name);
    if (plan === undefined) {
      const names = [...this.deps.plans.keys()].join(', ');
      throw new RolloutRefused('unknown_plan', `There is no plan of that name; there are ${names || 'none'}.`);
    }
    await this.targetOf(target).check(parties);
    await this.runs.read();
    const before = this.runs.get(target);
    if (before !== undefined && isActive(before.state)) {
      throw new RolloutRefused(
        'plan_running',
        `The plan ${before.state.plan} is ${before.state.status}: stop it first.`,
      );
    }
    await this.moveBy(by, target, before, begun(name, plan, parties, this.deps.date()));
  }

  async pause(target: string, by: string): Promise<void> {
    const before = await this.found(target, ['running']);
    await this.moveBy(by, target, before, stood(before.state, 'paused', `${by} has paused it.`, this.deps.date()));
  }

  async rollBack(target: string, by: string): Promise<void> {
    const before = await this.found(target, ['running', 'paused', 'done']);
    await this.moveBy(
      by,
      target,
      before,
      stood(before.state, 'rolled_back', `${by} has rolled it back.`, this.deps.date()),
    );
  }

  /** The shares stay as they are, for a person to set. */
  async stop(target: string, by: string): Promise<void> {
    const before = await this.found(target, ['running', 'paused', 'rolled_back', 'done']);
    await this.moveBy(by, target, before, stood(before.state, 'stopped', `${by} has stopped it.`, this.deps.date()));
  }

  async resume(target: string, by: string): Promise<void> {
    const before = await this.found(target, ['paused', 'rolled_back']);
    const { state: run } = before;
    const { held } = await this.targetOf(target).look(run, run);
    if (held !== undefined)
      throw new RolloutRefused('held_back', `${run.canary} is held back: lift the hold first. ${held}`);
    await this.moveBy(by, target, before, resumed(run, this.deps.date()));
  }

  /** Whoever has something else to roll out says so. */
  addTargets(targetOf: PlanRunnerDeps['targetOf']): void {
    this.others.push(targetOf);
  }

  private findTarget(name: string): PlanTarget | undefined {
    for (const targetOf of [this.deps.targetOf, ...this.others]) {
      const target = targetOf(name);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  private targetOf(name: string): PlanTarget {
    const target = this.findTarget(name);
    if (target === undefined) {
      const what = 'stt, llm, tts, or agent:NAME of an agent of which a version is published';
      throw new RolloutRefused('unknown_target', `There is nothing of that name to roll out: it is ${what}.`);
    }
    return target;
  }

  private async found(target: string, wanted: readonly PlanRun['status'][]): Promise<Known> {
    await this.runs.read();
    const known = this.runs.get(target);
    if (known !== undefined && wanted.includes(known.state.status)) return known;
    throw new RolloutRefused(
      'no_plan',
      known === undefined ? 'No plan is followed there.' : `The plan is ${known.state.status}.`,
    );
  }

  /** For a person, who sees what has come of it. */
  private async moveBy(by: string, target: string, before: Known | undefined, run: PlanRun): Promise<void> {
    const moved = await this.move(target, before, run, by);
    if (!moved) throw new RolloutRefused('plan_moved', 'The plan has moved meanwhile: look at it again.');
    await this.apply(target, run);
  }

  private async followAll(): Promise<void> {
    for (const { name } of this.runs.all) {
      try {
        await this.follow(name);
        this.told.delete(name);
      } catch (error) {
        this.warnOnce(name, (error as Error).message);
      }
    }
  }

  private async follow(name: string): Promise<void> {
    const known = this.runs.get(name);
    const target = this.findTarget(name);
    if (known === undefined || target === undefined) return;
    const { state: run } = known;
    if (!hasShares(run)) return;
    const change = next(run, await target.look(run, run), this.deps.date());
    if (change === undefined) return this.apply(name, run);
    // Where another worker was faster, the next look shows what it has done.
    if (await this.move(name, known, change, this.deps.instance)) await this.apply(name, change);
  }

  /** Sees to what is written down; also what another worker has decided, or a restart has forgotten. */
  private async apply(name: string, run: PlanRun): Promise<void> {
    const share = shareOf(run);
    if (share !== undefined) await this.targetOf(name).apply(run, share, run.plan);
  }

  /** False when another worker was faster. */
  private async move(target: string, before: Known | undefined, run: PlanRun, by: string): Promise<boolean> {
    const { plan, canary, baseline, status, why } = run;
    const had = before === undefined ? 0 : (shareOf(before.state) ?? 0);
    const at = new Date(run.since).toISOString();
    const step: PlanStep = { at, status, share: shareOf(run) ?? had, why, by, plan, canary, baseline };
    if (!(await this.runs.move(target, before, run, step))) return false;
    const isTrouble = (status === 'paused' || status === 'rolled_back') && by === this.deps.instance;
    this.deps.log[isTrouble ? 'warn' : 'info']({ msg: 'rollout plan', target, ...step });
    return true;
  }

  private warnOnce(target: string, reason: string): void {
    if (this.told.get(target) === reason) return;
    this.told.set(target, reason);
    this.deps.log.warn({ msg: 'rollout plan cannot be followed here', target, reason });
  }
}

const viewOf = ({ name: target, state: run, history }: Known): PlanView => ({
  target,
  ...run,
  since: new Date(run.since).toISOString(),
  dueAt: run.dueAt === null ? null : new Date(run.dueAt).toISOString(),
  share: shareOf(run) ?? null,
  history: history.toReversed(),
});
