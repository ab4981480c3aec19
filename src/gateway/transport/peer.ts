import type { Sink } from './outbox.js';

type Heard = (frame: Buffer, isBinary: boolean) => void;
type Alive = () => void;
type Gone = (code: number) => void;

/**
 * The client's end of one connection: frames out by `send`, in by `message`. A `ws` WebSocket is one as it is, so that the
 * native wire pays nothing for this; whatever else carries a call (RTP) makes one. Its `close` comes once, at the end, with a
 * code as WebSockets have them: 1000 when the client has hung up.
 */
export interface Peer extends Sink {
  readonly readyState: number;
  readonly OPEN: number;
  /** Asks whether it is there; `pong` is the answer. */
  ping(): void;
  /** Cuts it off. Idempotent. */
  terminate(): void;
  on(event: 'message', listener: Heard): unknown;
  on(event: 'ping' | 'pong', listener: Alive): unknown;
  once(event: 'close', listener: Gone): unknown;
  off(event: 'message', listener: Heard): unknown;
  off(event: 'ping' | 'pong', listener: Alive): unknown;
}

/** What tells that a peer which was full takes frames again: a WebSocket's TCP socket. */
export interface Drain {
  on(event: 'drain', listener: () => void): unknown;
  off(event: 'drain', listener: () => void): unknown;
}
