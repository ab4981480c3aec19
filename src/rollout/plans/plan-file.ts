// The operator's plans: by which steps a canary grows, how long each is watched, and what has to hold meanwhile.
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../config/config-error.js';
import { faultsOf, readYaml, YamlFault } from '../../config/yaml-file.js';
import type { Yaml } from '../../config/yaml-file.js';
import { packageRoot } from '../../database/package-root.js';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WAIT = /^(\d+(?:\.\d+)?)(m|h|d)$/;
const MOST_STEPS = 50;
const MOST_WAIT_MS = 90 * UNIT_MS.d;

const WAIT_FORM = 'must be a time such as 30m, 24h or 3d: a minute at least, 90 days at most';

const wait = z
  .string({ error: WAIT_FORM })
  .transform((text) => {
    const [, amount = '', unit = ''] = WAIT.exec(text) ?? [];
    return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  })
  .refine((ms) => ms >= UNIT_MS.m && ms <= MOST_WAIT_MS, { error: WAIT_FORM });

const percent = z.number().min(0).max(100);
/** Shares of callers have two decimals: one that has more would be refused when its step is due. */
const step = percent.gt(0).refine((share) => Number(share.toFixed(2)) === share, {
  error: 'must have at most two decimals',
});

const planSchema = z
  .strictObject({
    /** Percent of the callers, one step after the other. */
    steps: z.array(step).min(1).max(MOST_STEPS),
    /** Between two steps: one less than there are steps. */
    waits: z.array(wait),
    /** Percent of the uses within the guard's window that may fail. */
    maxErrorPercent: percent.default(1),
    /** 95th percentile of the latency that is allowed, ms. */
    maxP95Ms: z.number().int().min(1).max(600_000).default(2_000),
    /** Percent of the input that came out of the vendor's cache at least; nobody looks where it is absent. */
    minCacheHitPercent: percent.optional(),
    /** So many uses must have been seen within the guard's window before a step follows: of what nobody uses nothing is known. */
    minUses: z.number().int().min(0).max(100_000).default(1),
  })
  .refine(({ steps }) => steps.every((share, at) => at === 0 || share > (steps[at - 1] ?? 0)), {
    path: ['steps'],
    error: 'must grow from step to step',
  })
  .refine(({ steps, waits }) => waits.length === steps.length - 1, {
    path: ['waits'],
    error: 'must be one less than there are steps: the last step is the end',
  });

export type Plan = z.output<typeof planSchema>;

/** What a run keeps of its plan: waits in ms. */
export const keptPlanSchema = z.object({
  steps: z.array(z.number()).min(1),
  waits: z.array(z.number()),
  maxErrorPercent: z.number(),
  maxP95Ms: z.number(),
  minCacheHitPercent: z.number().optional(),
  minUses: z.number(),
});

const fileSchema = z.strictObject({
  plans: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'must be small letters, digits and -' }),
    planSchema,
  ),
});

export type Plans = ReadonlyMap<string, Plan>;

/** The file is missing or not as it should be; a line for each fault, with the line of the file where YAML has one. */
export class PlanFileError extends Error {}

/** Reads a YAML file. Throws PlanFileError. */
export function readPlans(file: string): Plans {
  const fault = (faults: readonly string[]) => new PlanFileError(faults.map((one) => `${file}: ${one}`).join('\n'));
  let yaml: Yaml;
  try {
    yaml = readYaml(file);
  } catch (error) {
    throw error instanceof YamlFault ? fault(error.faults) : error;
  }
  const parsed = fileSchema.safeParse(yaml.value);
  if (parsed.success) return new Map(Object.entries(parsed.data.plans));
  throw fault(faultsOf(parsed.error.issues, yaml));
}

/** The plans of `ROLLOUT_PLANS_FILE`, or those that ship. Throws ConfigError. */
export function plansIn(file: string | undefined): Plans {
  try {
    return readPlans(file ?? join(packageRoot(), 'deploy', 'rollout-plans.yaml'));
  } catch (error) {
    throw error instanceof PlanFileError ? new ConfigError(error.message.split('\n')) : error;
  }
}
