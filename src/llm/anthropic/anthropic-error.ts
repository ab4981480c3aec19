import { isApiError, retryAfterOf } from '../../provider/api-error.js';
import { connectionError, printable, protocolError, statusError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';

// The Anthropic SDK's errors as ProviderErrors.

/**
 * The status that an error within a stream would have had before it: there it has a type only.
 * docs.claude.com/en/api/errors
 */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** A limit on what may be spent is a 429 too, but waiting does not help. */
const SPENT = /spend_limit/;

/** Turns whatever the SDK (or fetch under it) has thrown into a ProviderError. */
export function fromAnthropicError(provider: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof SyntaxError) return protocolError(provider, 'an event that is not JSON');
  if (!isApiError(error)) return connectionError(provider, error);
  const type = typeof error.type === 'string' ? printable(error.type) : '';
  // Without an answer there is neither a status nor headers; an error within a stream has the stream's headers.
  if (error.status === undefined && error.headers === undefined) return connectionError(provider, error);
  const status = error.status ?? STATUS_OF_TYPE[type] ?? 500;
  const failed = statusError(provider, status, { detail: type, retryAfter: retryAfterOf(error.headers) });
  const code = 'errorCode' in error && typeof error.errorCode === 'string' ? error.errorCode : '';
  if (!SPENT.test(code)) return failed;
  return new ProviderError(failed.message, { provider, code: failed.code, retryable: false, status });
}
