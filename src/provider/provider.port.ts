// What every provider (speech to text, language model, text to speech) has in common: how it fails.
// Whether a retry can help is a field of the error, so that the retry policy lives once, above the adapters.

export type ProviderKind = 'stt' | 'llm' | 'tts';

export type ProviderErrorCode =
  | 'unauthorized' // the key is missing, wrong or not allowed to do this
  | 'rate_limited' // too many requests or streams; see retryAfterMs
  | 'bad_request' // the provider refuses this input; the same input fails again
  | 'unavailable' // refused connection, 5xx, dropped socket
  | 'timeout' // a deadline of ours passed (connect, first token, between tokens, ...)
  | 'closed_early' // the stream ended without the end it promised
  | 'protocol'; // the provider sent something that its wire does not allow

export interface ProviderErrorDetails {
  readonly provider: string;
  readonly code: ProviderErrorCode;
  /** Whether the same request may succeed when it is made again. */
  readonly retryable: boolean;
  /** HTTP status or WebSocket close code, when there was one. */
  readonly status?: number;
  /** How long the provider asked us to wait, ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A provider's failure, normalised. The message never holds a key, an audio byte or a caller's words. */
export class ProviderError extends Error {
  readonly provider: string;
  readonly code: ProviderErrorCode;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: ProviderErrorDetails) {
    super(message, { cause: details.cause });
    this.name = 'ProviderError';
    this.provider = details.provider;
    this.code = details.code;
    this.retryable = details.retryable;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}
