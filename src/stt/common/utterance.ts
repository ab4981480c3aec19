/** One stretch of speech on its way to a transcriber. */
export interface Utterance {
  /** Where its audio begins, ms since the first sample of the stream. */
  readonly startMs: number;
  /** Where its speech ended, ms since the first sample of the stream. */
  readonly endMs: number;
  /** PCM16 mono. */
  readonly pcm: Uint8Array;
}
