import { createHash } from 'node:crypto';
import type { RolloutEntry } from '../config/shares.port.js';

const HASH_BYTES = 6;
const HASH_VALUES = 2 ** (8 * HASH_BYTES);

/**
 * The entry of a user, of a kind of provider or an agent: always the same for the same user and shares, in every process, whatever the order of the entries.
 *
 * Weighted rendezvous hashing: every entry draws -ln(u) / share, with u from a hash of kind, provider and user, and the
 * least draw wins, which happens with a probability that is the entry's share (the race of exponential clocks; Schindelhauer
 * and Schomaker, "Weighted distributed hash tables", SPAA 2005). An entry whose share stays draws the same again, so that
 * a user moves only out of an entry that has shrunk or into one that has grown. Between two entries as many move as must;
 * among more no choice that knows nothing of the shares before can do better in every case (Bavarian et al., "On the
 * optimality of correlated sampling strategies", 2016).
 *
 * @returns undefined when no entry has a share
 */
export function assign(entries: readonly RolloutEntry[], kind: string, userId: string): RolloutEntry | undefined {
  let winner: RolloutEntry | undefined;
  let least = Infinity;
  for (const entry of entries) {
    if (entry.share <= 0) continue;
    // The first provider alone: that another one stands behind it now is no reason to move anybody.
    const draw = -Math.log(uniform(kind, entry.providers[0], userId)) / entry.share;
    if (draw >= least) continue;
    least = draw;
    winner = entry;
  }
  return winner;
}

/** Above 0 and below 1. The kind is in it, so that the ten percent of one kind are not the ten percent of another. */
function uniform(kind: string, provider: string, userId: string): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, provider, userId]))
    .digest();
  return (digest.readUIntBE(0, HASH_BYTES) + 0.5) / HASH_VALUES;
}
