import { answerObject, answerText, whyUnanswered } from '../server-address.js';
import type { Counts, Look } from './judge.js';

/** Longest wait for an answer, ms: longer than what counts as slow. */
const ANSWER_WITHIN_MS = 10_000;
/** What every server of ours tells of itself, however few calls it has had. */
const OURS = /^parley_build_info\b/m;

const METRICS_HINTS: Readonly<Record<number, string>> = {
  401: ': METRICS_TOKEN is not the server’s',
  404: ': the server has no METRICS_TOKEN, or what is in front of it keeps the page back; ask the server itself',
};

/** Looks at a server once. Never rejects. `url` as serverAddress has it; `token` is its METRICS_TOKEN. */
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
  const path = pathOf(url, '/health');
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { status } = await answerObject(response);
    const led = response.redirected ? ` (it leads to ${new URL(response.url).origin})` : '';
    if (!response.ok) {
      return `${path} answers ${response.status}${typeof status === 'string' ? ` (${status.slice(0, 40)})` : ''}${led}`;
    }
    return status === 'ok' ? undefined : `${path} answers something else than Parley does${led}`;
  } catch (error) {
    return `${path} does not answer: ${whyUnanswered(error, ANSWER_WITHIN_MS)}`;
  }
}

async function countsOf(url: string, token: string): Promise<Counts | string> {
  const path = pathOf(url, '/metrics');
  try {
    const response = await fetch(`${url}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await answerText(response);
    if (!response.ok) return `${path} answers ${response.status}${METRICS_HINTS[response.status] ?? ''}`;
    return OURS.test(text) ? countIn(text) : `${path} answers something else than Parley does`;
  } catch (error) {
    return `${path} does not answer: ${whyUnanswered(error, ANSWER_WITHIN_MS)}`;
  }
}

const pathOf = (url: string, page: string): string => `${new URL(url).pathname.replace(/\/$/, '')}${page}`;

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
