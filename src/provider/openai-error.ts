import { connectionError, printable, protocolError, statusError } from './failure.js';
import { ProviderError } from './provider.port.js';

// The OpenAI SDK's errors as ProviderErrors. The SDK's own message and cause are left behind: a 401 quotes a part of the
// key, a 400 may quote the request.

/** What the SDK's APIError has, read by shape: the class itself is loaded lazily. */
interface ApiErrorShape {
  readonly status: number | undefined;
  readonly code: unknown;
  readonly type: unknown;
  readonly headers: unknown;
}

const isApiError = (error: unknown): error is Error & ApiErrorShape =>
  error instanceof Error && 'status' in error && 'headers' in error && 'type' in error;

function header(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null || !('get' in headers)) return null;
  const { get } = headers;
  const value: unknown = typeof get === 'function' ? Reflect.apply(get, headers, [name]) : null;
  return typeof value === 'string' ? value : null;
}

/** OpenAI's name of the fault: `invalid_api_key`, `rate_limit_exceeded`, `server_error`, ... */
function nameOf(error: ApiErrorShape): string {
  for (const name of [error.code, error.type]) if (typeof name === 'string' && name !== '') return printable(name);
  return '';
}

/** Used-up credit is a 429 too, but waiting does not help: platform.openai.com/docs/guides/error-codes. */
const NO_CREDIT = 'insufficient_quota';

function retryAfter(headers: unknown): string | null {
  const ms = header(headers, 'retry-after-ms');
  return ms === null || Number.isNaN(Number(ms)) ? header(headers, 'retry-after') : String(Number(ms) / 1000);
}

/** An error object within a stream that has begun has no status; its name says what it is. */
function inStreamError(provider: string, name: string): ProviderError {
  if (name === 'rate_limit_exceeded') return statusError(provider, 429, { detail: name });
  if (name.startsWith('invalid_') || name === 'context_length_exceeded')
    return statusError(provider, 400, { detail: name });
  return new ProviderError(`${provider} reported an error${name === '' ? '' : ` (${name})`}`, {
    provider,
    code: 'unavailable',
    retryable: true,
  });
}

/** Turns whatever the SDK (or fetch under it) has thrown into a ProviderError. */
export function fromOpenAiError(provider: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof SyntaxError) return protocolError(provider, 'an event that is not JSON');
  if (!isApiError(error)) return connectionError(provider, error);
  const name = nameOf(error);
  if (error.status === undefined) {
    // APIConnectionError and its kin have neither a status nor a body.
    return name === '' && error.cause !== undefined ? connectionError(provider, error) : inStreamError(provider, name);
  }
  const failed = statusError(provider, error.status, { detail: name, retryAfter: retryAfter(error.headers) });
  if (name !== NO_CREDIT) return failed;
  return new ProviderError(failed.message, { provider, code: 'rate_limited', retryable: false, status: error.status });
}
