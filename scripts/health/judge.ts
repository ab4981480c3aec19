// What looks at a running server from cron has seen, and what it makes of that.

/** Counted by the server since it started. */
export interface Counts {
  readonly ended: number;
  readonly failed: number;
  readonly transcribed: number;
  readonly fromCache: number;
}

/** One look. */
export interface Look {
  /** Unix time, ms. */
  readonly at: number;
  /** What is wrong with it, in a sentence; undefined when it answered as it should. */
  readonly failure?: string | undefined;
  readonly ms: number;
  /** Without a token nobody tells. */
  readonly counts?: Counts | undefined;
}

/** As monitoring programs count them. */
export const EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
export type Severity = keyof typeof EXIT;

export interface Finding {
  readonly severity: 'warning' | 'critical';
  readonly what: string;
}

const FAILURES_IN_A_ROW = 3;
const SLOW_MS = 5_000;
/** How far back rates are taken over, ms. */
const WINDOW_MS = 300_000;
const MOST_ERRORS = 0.01;
const LEAST_CACHED = 0.1;
/** Fewer than these are no rate. */
const FEWEST = 20;
/** Looks that are remembered, ms. */
export const REMEMBERED_MS = 2 * WINDOW_MS;

/** What is wrong by the looks there are, the newest last. */
export function judge(looks: readonly Look[]): Finding[] {
  const last = looks.at(-1);
  if (last === undefined) return [];
  const findings: Finding[] = [];
  if (last.failure !== undefined) {
    const good = looks.findLastIndex(({ failure }) => failure === undefined);
    const inARow = looks.length - 1 - good;
    const severity = inARow >= FAILURES_IN_A_ROW ? 'critical' : 'warning';
    findings.push({ severity, what: `${last.failure} (${inARow} in a row)` });
  } else if (last.ms > SLOW_MS) {
    findings.push({ severity: 'warning', what: `it took ${(last.ms / 1000).toFixed(1)} s to answer` });
  }
  const rates = ratesOf(looks, last);
  if (rates === undefined) return findings;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (rates.ended >= FEWEST && rates.failed / rates.ended > MOST_ERRORS) {
    const what = `${percent(rates.failed / rates.ended)} of ${rates.ended} sessions ended with an error`;
    findings.push({ severity: 'critical', what });
  }
  if (rates.transcribed >= FEWEST && rates.fromCache / rates.transcribed < LEAST_CACHED) {
    const what = `${percent(rates.fromCache / rates.transcribed)} of ${rates.transcribed} transcripts came from the cache`;
    findings.push({ severity: 'warning', what });
  }
  return findings;
}

export const worst = (findings: readonly Finding[]): Severity =>
  findings.some(({ severity }) => severity === 'critical') ? 'critical' : findings.length > 0 ? 'warning' : 'ok';

/** What has happened within five minutes. A server that was started anew counts from zero. */
function ratesOf(looks: readonly Look[], last: Look): Counts | undefined {
  const { counts: now } = last;
  const before = looks.find(({ at, counts }) => counts !== undefined && last.at - at <= WINDOW_MS)?.counts;
  if (now === undefined || before === undefined) return undefined;
  const isNew = (Object.keys(now) as (keyof Counts)[]).some((key) => now[key] < before[key]);
  const since = (key: keyof Counts): number => now[key] - (isNew ? 0 : before[key]);
  return {
    ended: since('ended'),
    failed: since('failed'),
    transcribed: since('transcribed'),
    fromCache: since('fromCache'),
  };
}
