import { bytesForMs } from '../../protocol/index.js';

// Bounds of one socket, whatever its wire. What breaks one has its error in src/protocol/errors.ts.

/** Messages that are not audio, pings and pongs: so many a second in the long run, ... */
export const CONTROL_PER_SECOND = 50;
/** ... and so many at once: what a client says in the ten seconds that a network may hold it back. */
export const CONTROL_BURST = 10 * CONTROL_PER_SECOND;

/** Reply audio that may wait for a slow reader, ms; then text of any event fits beside it. */
export const OUTBOX_AUDIO_MS = 30_000;
const OUTBOX_TEXT_BYTES = 256 * 1024;

/** Bytes that may wait to be sent to a session that plays audio at `sampleRate` Hz. */
export function outboxBytes(sampleRate: number): number {
  return bytesForMs(OUTBOX_AUDIO_MS, sampleRate) + OUTBOX_TEXT_BYTES;
}

/** A peer that has been silent for so long is asked by a WebSocket ping whether it is there, and asked again as often, ms. */
export const PING_INTERVAL_MS = 3000;
/** A peer that sends nothing and answers no ping for so long is gone, ms. */
export const DEAD_AFTER_MS = 10_000;
/** How long a peer may take to read what is left, and then for its half of the closing handshake, ms. */
export const USUAL_PATIENCE = { readMs: 5000, closeMs: 3000 } as const;
