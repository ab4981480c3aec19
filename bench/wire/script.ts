// What a session of the wire benchmark does: 20 ms frames of 16 kHz, 2 s loud, then silent until the reply is over.

/** Hz. */
export const SAMPLE_RATE = 16_000;
export const FRAME_MS = 20;
export const FRAME_BYTES = (SAMPLE_RATE * 2 * FRAME_MS) / 1000;
export const LOUD_FRAMES = 100;
/** Silence that ends a turn at the simulated recogniser, ms of audio. */
export const SILENCE_MS = 300;

/** Delays of the simulated vendors, ms. */
export interface VendorDelays {
  /** From the audio that decides to the final transcript. */
  readonly finalMs: number;
  readonly firstTokenMs: number;
  readonly firstAudioMs: number;
}

/** What the vendors take of a turn, from the last loud frame to the first audio, ms. */
export const vendorsShare = (delays: VendorDelays): number =>
  SILENCE_MS + delays.finalMs + delays.firstTokenMs + delays.firstAudioMs;
