// Voice activity detection: says when speech starts and stops in one call's audio.

export interface VadOptions {
  /** Rate of the PCM16 mono audio, Hz. */
  readonly sampleRate: number;
}

export type VadEvent =
  /** `audioMs`: where speech began, ms since the first sample pushed (earlier than "now": detection takes a moment). */
  | { readonly type: 'speech.started'; readonly audioMs: number }
  | { readonly type: 'speech.stopped'; readonly audioMs: number };

export interface VadStream {
  push(chunk: Uint8Array): void;
  close(): void;
}

export interface VoiceActivityDetector {
  readonly name: string;
  /** Loads what the first call would otherwise wait for. Does not reject: a detector always finds a way to detect. */
  warmUp?(): Promise<void>;
  /** Frees what its streams share. Idempotent. */
  close?(): Promise<void>;
  /** Returns at once. The listener may be called from within `push`, or later; a stream's events alternate, from a start. */
  open(options: VadOptions, listener: (event: VadEvent) => void): VadStream;
}
