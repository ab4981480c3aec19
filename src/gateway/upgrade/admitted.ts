import type { Socket } from 'node:net';
import type { VerifiedToken } from '../../auth/token-verifier.port.js';
import type { SessionSlot } from '../../limits/limits.port.js';

/** A client that passed the door. Whoever holds this must see to it that the slot is released. */
export interface Admitted {
  readonly token: VerifiedToken;
  readonly socket: Socket;
  readonly slot: SessionSlot;
  /** `?agent=` of the handshake: the agent of a session that names none. */
  readonly agent: string | undefined;
  readonly address: string;
}
