// Which published version of an agent a caller gets. Pure.
import { z } from 'zod';
import { assign } from '../../rollout/assignment.js';

/** In place of a number: the agent's file, as it was before anything was published. */
export const FILE = 0;

export const releaseSchema = z.object({
  /** Number of a version, or FILE. */
  baseline: z.number().int().min(0),
  canary: z.number().int().min(0).nullable(),
  /** Percent of the callers that the canary gets, 0 to 100. */
  share: z.number().min(0).max(100),
  /** Since when the two are compared, ms since 1970. */
  since: z.number(),
  /** Why the guard has given the canary's callers to the baseline; null while it has them. */
  hold: z.object({ cause: z.enum(['errors', 'cut-offs', 'cost']), why: z.string() }).nullable(),
});
export type Release = z.output<typeof releaseSchema>;

/** The same for a user in every process, whatever happens between his calls, as with providers. */
export function numberFor({ baseline, canary, share, hold }: Release, agent: string, userId: string): number {
  if (canary === null || hold !== null) return baseline;
  const entries = [
    { providers: [String(canary)] as const, share },
    { providers: [String(baseline)] as const, share: 100 - share },
  ];
  const entry = assign(entries, `agent:${agent}`, userId);
  return entry === undefined ? baseline : Number(entry.providers[0]);
}
