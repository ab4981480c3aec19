import type { IncomingMessage } from 'node:http';
import type { VerifiedToken } from '../../identity/token-verifier.port.js';

/** Who stands at the door, and what for. */
export interface Visitor {
  readonly token: VerifiedToken;
  /** The agent of a session that names none. */
  readonly agent: string | undefined;
}

/**
 * Who may come in on a path: by a token, a vendor's signature, a capability that is good for a moment. Admission has checked
 * the handshake itself, the origin and the rate of the address by then.
 */
export interface Door {
  /** Whether the visitor says that he comes back to a call that has a place already. Cheap, and nothing is proved by it. */
  isReturning(request: IncomingMessage): boolean;
  /** Says who it is, within a bounded time. Rejects with a Refusal. */
  identify(request: IncomingMessage): Promise<Visitor>;
}
