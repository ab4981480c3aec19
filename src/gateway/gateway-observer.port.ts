// What the gateway tells whoever watches it (metrics). It asks nothing back, and what it tells holds no words and no tokens.
// What happens inside a call is told by the call itself (src/calls/call-observer.port.ts).
import type { SessionEndReason } from '../conversation/conversation.port.js';

/** Counts of the hot path: plain numbers that the gateway adds to, and the watcher reads when it is asked. */
export interface Traffic {
  framesIn: number;
  framesOut: number;
  bytesIn: number;
  bytesOut: number;
}

export interface SessionSummary {
  readonly sessionId: string;
  readonly agent: string | undefined;
  /** Why the socket's session ended; `disconnected`, `taken` and `handover` leave the call itself going on. */
  readonly reason: SessionEndReason | 'taken' | 'handover' | 'never_started';
  /** Code on the wire; 1005 and 1006 as in RFC 6455 section 7.4.1. */
  readonly closeCode: number;
  readonly durationMs: number;
}

export interface GatewayObserver {
  readonly traffic: Traffic;
  /** `accepted`, or the code of the refusal. */
  handshake(outcome: string): void;
  /** A socket was accepted. */
  sessionOpened(): void;
  /** session.started was sent. */
  sessionStarted(agent: string): void;
  /** session.resumed was sent. */
  sessionResumed(agent: string): void;
  sessionClosed(summary: SessionSummary): void;
  /** An `error` message was sent. */
  errorSent(code: string): void;
}

/** Nest injection token of the GatewayObserver. */
export const GATEWAY_OBSERVER = Symbol('GatewayObserver');
