import { ProviderError } from '../provider/provider.port.js';
import type { ProviderErrorCode } from '../provider/provider.port.js';
import type { TranscriptionErrorCode } from './transcription-observer.port.js';

/** Every way in which a request can fail, and the HTTP status that says so. */
const STATUSES = {
  bad_request: 400,
  audio_missing: 400,
  audio_empty: 400,
  upload_broken: 400,
  audio_too_large: 413,
  audio_too_long: 413,
  audio_unsupported: 415,
  ffmpeg_missing: 415,
  audio_corrupt: 422,
  audio_refused: 422,
  too_many_requests: 429,
  provider_failed: 502,
  provider_unauthorized: 502,
  busy: 503,
  provider_busy: 503,
  provider_timeout: 504,
} as const satisfies Record<TranscriptionErrorCode, number>;

/** The request was refused or failed. The message is for the client; it holds no words, no audio and no key. */
export class TranscriptionError extends Error {
  constructor(
    readonly code: TranscriptionErrorCode,
    message: string,
    /** When to come back, s. */
    readonly retryAfterS?: number,
  ) {
    super(message);
    this.name = 'TranscriptionError';
  }

  get status(): number {
    return STATUSES[this.code];
  }
}

/** What the client is told about a provider: not its name nor its own words, which are in the log. */
const PROVIDER_FAULTS: Readonly<Record<ProviderErrorCode, readonly [TranscriptionErrorCode, string]>> = {
  unauthorized: ['provider_unauthorized', 'The recogniser refused this server’s key; its operator has to look.'],
  rate_limited: ['provider_busy', 'The recogniser has no room; try again.'],
  bad_request: ['audio_refused', 'The recogniser cannot transcribe this audio, or not in this language.'],
  unavailable: ['provider_failed', 'The recogniser cannot be reached; try again.'],
  timeout: ['provider_timeout', 'The recogniser did not answer in time; try again.'],
  closed_early: ['provider_failed', 'The recogniser did not finish; try again.'],
  protocol: ['provider_failed', 'The recogniser gave an answer that cannot be read; try again.'],
};
const PROVIDER_RETRY_S = 5;

/** A provider's failure as the client sees it. Anything else is handed on as it is: a fault of ours. */
export function toClientError(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const [code, message] = PROVIDER_FAULTS[error.code];
  const wait = error.retryAfterMs === undefined ? PROVIDER_RETRY_S : Math.max(1, Math.ceil(error.retryAfterMs / 1000));
  return new TranscriptionError(code, message, error.retryable ? wait : undefined);
}
