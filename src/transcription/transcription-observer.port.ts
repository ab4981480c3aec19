// What one-shot transcription tells whoever watches it (metrics). It asks nothing back, and what it tells holds no words.

/** Why a request failed, as its answer says it. */
export type TranscriptionErrorCode =
  | 'bad_request' // an option that cannot be taken
  | 'audio_missing' // no file in the field `audio`
  | 'audio_empty'
  | 'upload_broken' // the multipart body is damaged, or ended early
  | 'audio_too_large' // bytes
  | 'audio_too_long' // seconds
  | 'audio_unsupported' // not audio, or not a kind that is taken
  | 'ffmpeg_missing' // a kind that this server cannot decode
  | 'audio_corrupt'
  | 'audio_refused' // the provider does not take it, or not in this language
  | 'too_many_requests'
  | 'provider_failed'
  | 'provider_unauthorized'
  | 'busy'
  | 'provider_busy'
  | 'provider_timeout';

export interface TranscriptionOutcome {
  /** Undefined when it failed. */
  readonly provider: string | undefined;
  /** `left`: the client has gone. `internal`: a fault of ours. */
  readonly outcome: 'ok' | 'left' | 'internal' | TranscriptionErrorCode;
  /** Answered from the cache. */
  readonly cached: boolean;
  /** Answered by another request's work. */
  readonly shared: boolean;
  /** From the end of the upload (of the headers, when it was refused before) to the answer, ms. */
  readonly latencyMs: number;
  /** Of the upload. */
  readonly bytes: number;
  /** Of the transcript. */
  readonly characters: number;
  /** Of the audio, s; 0 when that is not known. */
  readonly audioSeconds: number;
}

/** Synchronous, quick, does not throw. */
export interface TranscriptionObserver {
  finished(outcome: TranscriptionOutcome): void;
}

/** Nest injection token of the TranscriptionObserver. */
export const TRANSCRIPTION_OBSERVER = Symbol('TranscriptionObserver');
