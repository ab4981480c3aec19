import { bytesForMs } from '../../protocol/index.js';

/** Bounds of one session. Each one has its error in src/protocol/errors.ts. */
export interface SessionLimits {
  readonly maxSessionMs: number;
  /** Any frame of the client counts, pings too; automatic pongs do not. */
  readonly idleTimeoutMs: number;
}

/** Largest frame accepted, bytes: two seconds of 16 kHz audio. */
export const MAX_FRAME_BYTES = 64 * 1024;
/** `ws` itself gives up on a message of this size, without an error message before the close, bytes. */
export const MAX_PAYLOAD_BYTES = 2 * MAX_FRAME_BYTES;

/** How long an admitted client may take to send session.start, ms. */
export const START_TIMEOUT_MS = 10_000;

/** Control messages, pings and pongs: so many at once, and so many a second in the long run. */
export const CONTROL_BURST = 100;
export const CONTROL_PER_SECOND = 50;

/** Faults that leave the session standing, before it is closed for them. */
export const MAX_FAULTS = 20;

/** Audio that may come ahead of real time (a client that reconnects sends what it has kept), ms. */
export const AUDIO_BURST_MS = 10_000;
/** Sound cards run up to 1 % off, and a call may last for hours; real abuse is far faster than this. */
export const AUDIO_SPEED = 1.1;
/** What a frame counts for at least, bytes, so that a flood of tiny or empty frames is seen as one. */
export const MIN_FRAME_COST_BYTES = 64;

/** Reply audio that may wait for a slow reader, ms; then text of any event fits beside it. */
export const OUTBOX_AUDIO_MS = 30_000;
const OUTBOX_TEXT_BYTES = 256 * 1024;

/** Bytes that may wait to be sent to a session that plays audio at `sampleRate` Hz. */
export function outboxBytes(sampleRate: number): number {
  return bytesForMs(OUTBOX_AUDIO_MS, sampleRate) + OUTBOX_TEXT_BYTES;
}

/** A WebSocket ping this often tells a dead peer from a quiet one, ms. */
export const PING_INTERVAL_MS = 20_000;
/** A peer that answers no ping and sends nothing for so long is dead, ms. */
export const DEAD_AFTER_MS = 45_000;

/** How long a conversation may take to say session.ended after it was told to end, ms. */
export const END_TIMEOUT_MS = 2000;
/** How long a conversation may take to stop everything after its socket is gone, ms. */
export const TEARDOWN_TIMEOUT_MS = 10_000;
/** How long `ws` waits for the peer's half of the closing handshake, ms. */
export const CLOSE_TIMEOUT_MS = 3000;
