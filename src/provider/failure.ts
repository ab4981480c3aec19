// How a transport's failure (an HTTP status, a socket error, a deadline) becomes a ProviderError. Adapters share this, so
// that the same status means the same thing for every provider and the retry policy above them stays simple.
import { ProviderError } from './provider.port.js';
import type { ProviderErrorCode } from './provider.port.js';

interface Meaning {
  readonly code: ProviderErrorCode;
  readonly retryable: boolean;
}

/** What an HTTP status of 400 and above says about trying again (RFC 9110 section 15.5, RFC 6585). */
export function meaningOfStatus(status: number): Meaning {
  if (status === 401 || status === 402 || status === 403) return { code: 'unauthorized', retryable: false };
  if (status === 408) return { code: 'timeout', retryable: true };
  if (status === 409 || status === 425) return { code: 'unavailable', retryable: true };
  if (status === 429) return { code: 'rate_limited', retryable: true };
  if (status >= 500) return { code: 'unavailable', retryable: true };
  return { code: 'bad_request', retryable: false };
}

/** A `Retry-After` longer than this is not worth remembering in a call, ms. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * The wait that a `Retry-After` header asks for, ms (seconds or an HTTP date: RFC 9110 section 10.2.3). `undefined` when
 * there is none or it cannot be read.
 */
export function retryAfterMs(value: string | null | undefined, now: number = Date.now()): number | undefined {
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(Math.ceil(ms), 0), LONGEST_RETRY_AFTER_MS);
}

/**
 * Makes a provider's own words fit for a log line: printable ASCII, at most 200 characters. Only for texts about the
 * request itself; never for a body that may repeat what a caller said or a key.
 */
export function printable(text: string): string {
  return text
    .replaceAll(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

/**
 * The error of an HTTP answer that is not a success.
 *
 * @param detail what the provider calls the fault (an error code or a header), already `printable`
 */
export function statusError(
  provider: string,
  status: number,
  options: { readonly detail?: string | undefined; readonly retryAfter?: string | null | undefined } = {},
): ProviderError {
  const { code, retryable } = meaningOfStatus(status);
  const wait = retryAfterMs(options.retryAfter);
  const detail = options.detail === undefined || options.detail === '' ? '' : `: ${options.detail}`;
  return new ProviderError(`${provider} answered ${status}${detail}`, {
    provider,
    code,
    retryable,
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** The `code` of a system, undici or ws error, looked for along its causes. */
export function systemCode(error: unknown): string | undefined {
  let at: unknown = error;
  // By shape: errors of Node's own modules may be of another realm.
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return undefined;
}

/** The error of a connection that was refused, reset or lost. Its message names the system's error code only. */
export function connectionError(provider: string, error: unknown): ProviderError {
  const code = systemCode(error);
  const timedOut = code !== undefined && TIMEOUT_CODES.has(code);
  return new ProviderError(`the connection to ${provider} failed${code === undefined ? '' : ` (${code})`}`, {
    provider,
    code: timedOut ? 'timeout' : 'unavailable',
    retryable: true,
  });
}

/** The error of a wait that took longer than it may: `what` is "first token", "connection", ... */
export function timeoutError(provider: string, what: string, ms: number): ProviderError {
  return new ProviderError(`${provider}: no ${what} within ${ms} ms`, { provider, code: 'timeout', retryable: true });
}

/** The error of a stream that ended without the end that its wire promises. */
export function closedEarlyError(provider: string, what: string, status?: number): ProviderError {
  return new ProviderError(`${provider} ended ${what} early`, {
    provider,
    code: 'closed_early',
    retryable: true,
    ...(status === undefined ? {} : { status }),
  });
}

/** The error of a message that the provider's wire does not allow. `what` never quotes the message. */
export function protocolError(provider: string, what: string): ProviderError {
  return new ProviderError(`${provider} sent ${what}`, { provider, code: 'protocol', retryable: true });
}

/** What a close of a WebSocket means that nobody asked for (RFC 6455 section 7.4.1); `what` was lost with it. */
export function droppedError(provider: string, what: string, closeCode: number, reason: string): ProviderError {
  if (closeCode === 1000 || closeCode === 1005) return closedEarlyError(provider, what, closeCode);
  const named = reason === '' ? `${closeCode}` : `${closeCode}, ${printable(reason)}`;
  // 1008: it refused what we have sent, and would again.
  const refused = closeCode === 1008;
  return new ProviderError(`${provider} dropped ${what} (${named})`, {
    provider,
    code: refused ? 'bad_request' : 'unavailable',
    retryable: !refused,
    status: closeCode,
  });
}
