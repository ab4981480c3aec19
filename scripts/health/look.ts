import type { Counts, Look } from './judge.js';

/** Longest wait for an answer, ms: longer than what counts as slow. */
const ANSWER_WITHIN_MS = 10_000;

/** Looks at a server once. Never rejects. `token` is its METRICS_TOKEN. */
export async function look(url: string, token: string | undefined): Promise<Look> {
  const at = Date.now();
  const began = performance.now();
  const failure = await healthFault(url);
  const ms = performance.now() - began;
  const counts = failure === undefined && token !== undefined ? await countsOf(url, token) : undefined;
  if (typeof counts === 'string') return { at, ms, failure: counts };
  return { at, ms, failure, counts };
}

async function healthFault(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/health', url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (!response.ok) {
      const body = (await response.json().catch(() => ({}))) as { status?: unknown };
      return `/health answers ${response.status}${typeof body.status === 'string' ? ` (${body.status.slice(0, 40)})` : ''}`;
    }
    const { status } = (await response.json().catch(() => ({}))) as { status?: unknown };
    return status === 'ok' ? undefined : '/health answers something else than Parley does';
  } catch (error) {
    return `/health does not answer: ${reasonOf(error)}`;
  }
}

async function countsOf(url: string, token: string): Promise<Counts | string> {
  try {
    const response = await fetch(new URL('/metrics', url), {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!response.ok) return `/metrics answers ${response.status}`;
    return countIn(await response.text());
  } catch (error) {
    return `/metrics does not answer: ${reasonOf(error)}`;
  }
}

/** Sums over all workers, in Prometheus's text format. */
export function countIn(text: string): Counts {
  const sum = (name: string, label = ''): number => {
    let total = 0;
    for (const line of text.split('\n')) {
      const [, metric, labels = '', value] = /^(\w+)(\{[^}]*\})? (\S+)$/.exec(line) ?? [];
      if (metric === name && labels.includes(label)) total += Number(value);
    }
    return total;
  };
  return {
    ended: sum('parley_sessions_ended_total'),
    failed: sum('parley_sessions_ended_total', 'reason="error"'),
    transcribed: sum('parley_transcription_seconds_count'),
    fromCache: sum('parley_transcription_seconds_count', 'source="cache"'),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `nothing within ${ANSWER_WITHIN_MS / 1000} s`;
  const { cause } = error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
