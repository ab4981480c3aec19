import { connectionError, printable, statusError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';

export const POLLY = 'polly';

/** What the SDK's service exceptions have, read by shape: their classes are loaded lazily. */
interface ServiceExceptionShape {
  readonly name: string;
  readonly $metadata: { readonly httpStatusCode?: number };
}

const isServiceException = (error: unknown): error is Error & ServiceExceptionShape =>
  error instanceof Error && '$metadata' in error && typeof error.$metadata === 'object' && error.$metadata !== null;

/** AWS throttles with status 400: docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html, common errors. */
const THROTTLED = /^(Throttl|TooManyRequests|LimitExceeded|RequestLimitExceeded|ProvisionedThroughput)/;
/** Credentials that are wrong or too old, whatever the status. */
const UNAUTHORIZED =
  /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|ExpiredToken|AccessDenied|IncompleteSignature)/;

/** Turns whatever the SDK has thrown into a ProviderError. The SDK's message is left behind: it may quote the text. */
export function fromPollyError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return new ProviderError(`${POLLY}: there are no AWS credentials`, {
      provider: POLLY,
      code: 'unauthorized',
      retryable: false,
    });
  }
  const status = isServiceException(error) ? error.$metadata.httpStatusCode : undefined;
  if (!isServiceException(error) || status === undefined || status < 400) return connectionError(POLLY, error);
  return statusError(POLLY, meantBy(error.name, status), { detail: printable(error.name) });
}

function meantBy(name: string, status: number): number {
  if (THROTTLED.test(name)) return 429;
  return UNAUTHORIZED.test(name) ? 403 : status;
}
