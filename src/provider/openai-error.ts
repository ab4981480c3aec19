import { isApiError, retryAfterOf } from './api-error.js';
import type { ApiErrorShape } from './api-error.js';
import { connectionError, printable, protocolError, statusError } from './failure.js';
import { ProviderError } from './provider.port.js';

// The OpenAI SDK's errors as ProviderErrors.

/** OpenAI's name of the fault: `invalid_api_key`, `rate_limit_exceeded`, `server_error`, ... */
function nameOf(error: ApiErrorShape): string {
  for (const name of [codeOf(error), error.type]) if (typeof name === 'string' && name !== '') return printable(name);
  return '';
}

const codeOf = (error: ApiErrorShape): unknown => ('code' in error ? error.code : undefined);

/** Used-up credit is a 429 too, but waiting does not help: platform.openai.com/docs/guides/error-codes. */
const NO_CREDIT = 'insufficient_quota';

/** An error object within a stream that has begun has no status; its name says what it is, or (vLLM) a number in `code`. */
function inStreamError(provider: string, error: ApiErrorShape, name: string): ProviderError {
  const code = codeOf(error);
  if (typeof code === 'number' && code >= 400 && code < 600) return statusError(provider, code, { detail: name });
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
    return name === '' && error.cause !== undefined
      ? connectionError(provider, error)
      : inStreamError(provider, error, name);
  }
  const failed = statusError(provider, error.status, { detail: name, retryAfter: retryAfterOf(error.headers) });
  if (name !== NO_CREDIT) return failed;
  return new ProviderError(failed.message, { provider, code: 'rate_limited', retryable: false, status: error.status });
}
