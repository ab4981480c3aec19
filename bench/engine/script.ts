// What a session of the engine benchmark does, known to both sides of the socket.

/** Hz. */
export const SAMPLE_RATE = 16_000;
/** The caller speaks in chunks of 100 ms, 20 of them a turn. */
export const CHUNK_MS = 100;
export const CHUNK_BYTES = (SAMPLE_RATE * 2 * CHUNK_MS) / 1000;
export const CHUNKS_PER_TURN = 20;
/** The agent answers 3 s in frames of 20 ms. */
export const FRAME_MS = 20;
export const FRAME_BYTES = (SAMPLE_RATE * 2 * FRAME_MS) / 1000;
export const FRAMES_PER_REPLY = 150;

/** First byte of the last chunk of a turn: what stands in for silence here. */
export const END_OF_SPEECH = 1;

/** Delays of the stand-in providers, ms. */
export interface Delays {
  /** End of speech to the final transcript. */
  readonly finalMs: number;
  readonly firstTokenMs: number;
  readonly firstAudioMs: number;
}

export const totalDelay = (delays: Delays): number => delays.finalMs + delays.firstTokenMs + delays.firstAudioMs;
