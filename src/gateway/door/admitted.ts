import type { SessionSlot } from '../../limits/limits.port.js';
import type { Drain } from '../transport/peer.js';
import type { Visitor } from './door.js';

/** A client that passed the door. Whoever holds this must see to it that the slot is released. */
export interface Admitted extends Visitor {
  readonly drain: Drain;
  readonly slot: SessionSlot;
  /** It was let in to resume a call, and may do nothing else. */
  readonly returning: boolean;
  readonly address: string;
}
