// A plan that is followed: where it stands, and what comes next. Pure: knows no clock, no store and no provider.
import { z } from 'zod';
import { keptPlanSchema } from './plan-file.js';
import type { Plan } from './plan-file.js';
import type { PlanLook, PlanParties } from './plan-target.port.js';

/**
 * `paused`: the canary keeps the callers that it has until a person has looked and resumes. `rolled_back`: it has none.
 * `done`: it has the last step's. `stopped`: nobody follows the plan any more, and shares are a person's again.
 */
export const PLAN_STATUSES = ['running', 'paused', 'rolled_back', 'done', 'stopped'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export const planRunSchema = z.object({
  /** Its name in the file; the file may say something else by now. */
  plan: z.string(),
  ...keptPlanSchema.shape,
  canary: z.string(),
  baseline: z.string(),
  status: z.enum(PLAN_STATUSES),
  /** Index of the step in use. */
  step: z.number().int().min(0),
  /** A sentence: why it stands so. */
  why: z.string(),
  /** Since when it stands so, ms since 1970. */
  since: z.number(),
  /** When the next step is due, ms since 1970; null where none is. */
  dueAt: z.number().nullable(),
});
export type PlanRun = z.output<typeof planRunSchema>;

/** Whoever changes shares by hand would be overruled by it. */
export const hasShares = ({ status }: Pick<PlanRun, 'status'>): boolean => status !== 'stopped';

/** It is on its way. */
export const isActive = ({ status }: Pick<PlanRun, 'status'>): boolean => status === 'running' || status === 'paused';

/** Percent of the callers that the canary is to have; undefined where the plan has nothing to say any more. */
export function shareOf({ status, step, steps }: PlanRun): number | undefined {
  if (status === 'stopped') return undefined;
  return status === 'rolled_back' ? 0 : steps[step];
}

export const begun = (name: string, plan: Plan, parties: PlanParties, now: number): PlanRun =>
  onStep(
    { ...plan, plan: name, ...parties, status: 'running', step: 0, why: '', since: now, dueAt: null },
    0,
    now,
    'begun',
  );

/** What has to be changed, by what was seen of the canary; undefined while nothing has. */
export function next(run: PlanRun, look: PlanLook, now: number): PlanRun | undefined {
  if (!hasShares(run)) return undefined;
  if (look.setByHand !== undefined && look.setByHand.at > run.since) {
    return stood(run, 'stopped', `${look.setByHand.by} has set the shares by hand.`, now);
  }
  if (!isActive(run)) return undefined;
  if (look.held !== undefined) return stood(run, 'rolled_back', look.held, now);
  if (run.status === 'paused') return undefined;
  if (look.investigate !== undefined) return stood(run, 'paused', `Investigate: ${look.investigate}`, now);
  if (look.over !== undefined) return stood(run, 'paused', look.over, now);
  if (run.dueAt === null || now < run.dueAt || look.uses < run.minUses) return undefined;
  return onStep(run, run.step + 1, now, 'within bounds');
}

/** By hand. */
export const stood = (run: PlanRun, status: Exclude<PlanStatus, 'running'>, why: string, now: number): PlanRun => ({
  ...run,
  status,
  why,
  since: now,
  dueAt: null,
});

/** Goes on with the step it stood on, which is watched for its whole wait again; from the first one after a rollback. */
export const resumed = (run: PlanRun, now: number): PlanRun =>
  onStep({ ...run, status: 'running' }, run.status === 'rolled_back' ? 0 : run.step, now, 'resumed');

function onStep(run: PlanRun, step: number, now: number, because: string): PlanRun {
  const waitMs = run.waits[step];
  const why = `Step ${step + 1} of ${run.steps.length}: ${run.steps[step] ?? 100} % (${because}).`;
  const at = { ...run, step, why, since: now };
  return waitMs === undefined ? { ...at, status: 'done', dueAt: null } : { ...at, dueAt: now + waitMs };
}
