/** Bounds of one session. Each one has its error in src/protocol/errors.ts. */
export interface SessionLimits {
  readonly maxSessionMs: number;
  /** Any frame of the client counts, pings too; automatic pongs do not. */
  readonly idleTimeoutMs: number;
}

/** How long an admitted client may take to send session.start or session.resume, ms. */
export const START_TIMEOUT_MS = 10_000;
/** How long finding a call that is to be resumed may take, another process included, ms. */
export const RESUME_TIMEOUT_MS = 5000;

/** Faults that leave the session standing, before it is closed for them. */
export const MAX_FAULTS = 20;

/** Audio that comes late, or all at once, is heard if it is at most so far behind; what is older is left out, ms. */
export const AUDIO_BURST_MS = 10_000;
/** Audio that may come beyond real time, heard or left out, before it is abuse, ms. */
export const AUDIO_CREDIT_MS = 60_000;
/** Sound cards run up to 1 % off, and a call may last for hours; real abuse is far faster than this. */
export const AUDIO_SPEED = 1.1;
/** What a frame counts for at least, bytes, so that a flood of tiny or empty frames is seen as one. */
export const MIN_FRAME_COST_BYTES = 64;

/** How long a conversation may take to say session.ended after it was told to end, ms. */
export const END_TIMEOUT_MS = 2000;
/** How long a conversation may take to stop everything after its socket is gone, ms. */
export const TEARDOWN_TIMEOUT_MS = 10_000;
