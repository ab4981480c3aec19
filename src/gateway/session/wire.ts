import type { Type } from '@nestjs/common';
import type { Door } from '../door/door.js';
import type { Codec } from './codec.js';

/** ms. */
export interface Patience {
  /** To take what is left to be sent. */
  readonly readMs: number;
  /** To answer the close frame. */
  readonly closeMs: number;
}

/** What a session has to know of the way its client talks, whatever carries it. */
export interface CallWire {
  /** Largest frame accepted, bytes. */
  readonly maxFrameBytes: number;
  /** Whether a client that has lost its socket can come back to its call; otherwise the call ends with the socket. */
  readonly resumable: boolean;
  /** How far audio may be ahead of what was heard, ms, where its client cannot keep what the agent allows. */
  readonly maxAheadMs?: number;
  /** How long a peer may take at the end, before it is cut off. */
  readonly patience: Patience;
  /** The codec of a new connection. */
  codec(): Codec;
}

/** One way to talk to this server over a WebSocket; src/gateway/wires.ts lists them. */
export interface Wire extends CallWire {
  readonly path: string;
  /** Subprotocol to choose among those that a client offers; undefined: whoever offers some is refused. */
  readonly subprotocol: string | undefined;
  /** Who may come in; a provider of its name. */
  readonly door: Type<Door>;
}

/** `ws` itself gives up on a message of this size, without a word to the client before the close, bytes. */
export function maxPayloadBytes(wire: Wire): number {
  return 2 * wire.maxFrameBytes;
}

/** Nest injection token of the list of Wires. */
export const WIRES = Symbol('Wires');
