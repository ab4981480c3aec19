// The numbers of a run, by group and over all.
import type { Result } from '../call/run-scenario.js';
import { quantile } from '../../bench/lib/statistics.js';

export interface GroupSummary {
  readonly group: string;
  readonly scenarios: number;
  readonly passed: number;
  readonly turns: number;
  readonly falseCutOffs: number;
  readonly missedTurns: number;
  readonly doubleAnswers: number;
  /** End of speech to first audio, ms; NaN when no spoken turn was answered. */
  readonly medianMs: number;
  readonly p95Ms: number;
}

export interface Summary {
  readonly failed: readonly { readonly name: string; readonly faults: readonly string[] }[];
  readonly groups: readonly GroupSummary[];
  readonly total: GroupSummary;
  readonly pending: readonly { readonly name: string; readonly why: string; readonly passes: boolean }[];
}

export function summarise(results: readonly Result[]): Summary {
  const judged = results.filter(({ pending }) => pending === undefined);
  const groups = [...new Set(judged.map(({ group }) => group))].toSorted();
  return {
    groups: groups.map((group) =>
      sumUp(
        group,
        judged.filter((result) => result.group === group),
      ),
    ),
    total: sumUp('all', judged),
    failed: judged.filter(({ faults }) => faults.length > 0).map(({ name, faults }) => ({ name, faults })),
    pending: results
      .filter(({ pending }) => pending !== undefined)
      .map(({ name, pending = '', faults }) => ({ name, why: pending, passes: faults.length === 0 })),
  };
}

function sumUp(group: string, results: readonly Result[]): GroupSummary {
  const add = (pick: (result: Result) => number): number => results.reduce((sum, result) => sum + pick(result), 0);
  const times = results.flatMap(({ tally }) => tally.responseMs);
  return {
    group,
    scenarios: results.length,
    passed: results.filter(({ faults }) => faults.length === 0).length,
    turns: add(({ tally }) => tally.turns),
    falseCutOffs: add(({ tally }) => tally.falseCutOffs),
    missedTurns: add(({ tally }) => tally.missedTurns),
    doubleAnswers: add(({ tally }) => tally.doubleAnswers),
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
  };
}
