// The operator's plans: by which steps a canary grows, how long each is watched, and what has to hold meanwhile.
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WAIT = /^(\d+(?:\.\d+)?)(m|h|d)$/;
const MOST_STEPS = 50;
const MOST_WAIT_MS = 90 * UNIT_MS.d;

const wait = z
  .string()
  .transform((text) => {
    const [, amount = '', unit = ''] = WAIT.exec(text) ?? [];
    return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  })
  .refine((ms) => ms >= UNIT_MS.m && ms <= MOST_WAIT_MS, {
    error: 'must be a time such as 30m, 24h or 3d: a minute at least, 90 days at most',
  });

const percent = z.number().min(0).max(100);

const planSchema = z
  .strictObject({
    /** Percent of the callers, one step after the other. */
    steps: z.array(percent.gt(0)).min(1).max(MOST_STEPS),
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
  .refine(({ steps }) => steps.every((step, at) => at === 0 || step > (steps[at - 1] ?? 0)), {
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
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlanFileError(`${file}: cannot be read: ${(error as Error).message}`);
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new PlanFileError(
      document.errors.map(({ message }) => `${file}: ${message.split('\n')[0] ?? ''}`).join('\n'),
    );
  }
  const parsed = fileSchema.safeParse(document.toJS({ maxAliasCount: 50 }));
  if (!parsed.success) {
    const { issues } = parsed.error;
    throw new PlanFileError(
      issues.map((issue) => `${file}: ${issue.path.join('.') || 'file'}: ${issue.message}`).join('\n'),
    );
  }
  return new Map(Object.entries(parsed.data.plans));
}
