// Whether a version of an agent does well enough to keep its callers, by the records of calls that are over. Pure.
import type { Performance } from '../../database/releases/release-book.port.js';
import type { Release } from './release.js';

export interface ReleaseBounds {
  /** Percent of the calls that may fail. */
  readonly maxErrorPercent: number;
  /** Fewer calls are judged as if the missing ones had been good. */
  readonly minSamples: number;
  /** By how much of the turns more than the baseline a canary may cut its callers off, percent. */
  readonly maxMoreCutOffPercent: number;
  /** Fewer turns of a version are no rate. */
  readonly minTurns: number;
  /** How many times the baseline's a canary's call may cost. */
  readonly maxCostFactor: number;
  /** Fewer calls of a version have no price. */
  readonly minCalls: number;
}

/** Besides what the guard of providers is told by the environment. */
export const defaultReleaseBounds: Omit<ReleaseBounds, 'maxErrorPercent' | 'minSamples'> = {
  maxMoreCutOffPercent: 2,
  minTurns: 200,
  maxCostFactor: 1.5,
  minCalls: 50,
};

type Verdict = NonNullable<Release['hold']>;

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
const shown = (value: number): string => String(Math.round(value * 100) / 100);

/** What is wrong with the canary; undefined while nothing is. */
export function judgeRelease(
  canary: Performance | undefined,
  baseline: Performance | undefined,
  bounds: ReleaseBounds,
): Verdict | undefined {
  if (canary === undefined) return undefined;
  const { calls, failed } = canary;
  if (100 * failed > bounds.maxErrorPercent * Math.max(calls, bounds.minSamples)) {
    const rate = `${shown(percent(failed, calls))} %, over ${bounds.maxErrorPercent} %`;
    return { cause: 'errors', why: `${failed} of ${calls} calls failed: ${rate}.` };
  }
  return baseline === undefined ? undefined : (cutOffs(canary, baseline, bounds) ?? cost(canary, baseline, bounds));
}

function cutOffs(canary: Performance, baseline: Performance, bounds: ReleaseBounds): Verdict | undefined {
  if (Math.min(canary.turns, baseline.turns) < bounds.minTurns) return undefined;
  const own = percent(canary.falseCutOffs, canary.turns);
  const usual = percent(baseline.falseCutOffs, baseline.turns);
  if (own <= usual + bounds.maxMoreCutOffPercent) return undefined;
  const why = `Callers were cut off in ${shown(own)} % of ${canary.turns} turns, with the baseline in ${shown(usual)} %.`;
  return { cause: 'cut-offs', why };
}

/** In the first currency that both have. */
function cost(canary: Performance, baseline: Performance, bounds: ReleaseBounds): Verdict | undefined {
  if (Math.min(canary.calls, baseline.calls) < bounds.minCalls) return undefined;
  for (const [currency, amount] of Object.entries(canary.cost)) {
    const usual = (baseline.cost[currency] ?? 0) / baseline.calls;
    const own = amount / canary.calls;
    if (usual === 0 || own <= bounds.maxCostFactor * usual) continue;
    const prices = `${own.toFixed(4)} ${currency}, with the baseline ${usual.toFixed(4)}`;
    return { cause: 'cost', why: `A call costs ${prices}: over ${bounds.maxCostFactor} times as much.` };
  }
  return undefined;
}
