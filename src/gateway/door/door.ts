import type { IncomingMessage } from 'node:http';
import type { CallRequest } from '../../calls/call.port.js';
import type { VerifiedToken } from '../../identity/token-verifier.port.js';

/** Who stands at the door, and what for. */
export interface Visitor {
  readonly token: VerifiedToken;
  /** The agent of a session that names none. */
  readonly agent: string | undefined;
  /** The caller's language (BCP-47), where it was known before the call, and the client does not say it. */
  readonly language?: string;
  /** How the call comes here, for its record; over the web when absent. */
  readonly route?: NonNullable<CallRequest['route']>;
  /** The call as its carrier has it, where that may be asked to do something with it. */
  readonly leg?: NonNullable<CallRequest['leg']>;
  /** The call's `call_sid`, where it has a record already; the session makes one up when absent. */
  readonly callSid?: string;
  /** Told when the call has begun, with its `call_sid`. Does not throw. */
  readonly started?: (callSid: string) => void;
  /**
   * On wires whose clients can only prove who they are by their first message: who it is by that proof, or undefined, and the
   * operator has been told why. Until then the visitor has no rights. Rejects only for faults of ours.
   */
  readonly introduce?: (proof: Readonly<Record<string, string>>) => Promise<Omit<Visitor, 'introduce'> | undefined>;
}

/**
 * Who may come in on a path: by a token, a vendor's signature, a capability that is good for a moment. Admission has checked
 * the handshake itself, the origin and the rate of the address by then.
 */
export interface Door {
  /**
   * Its clients come from a vendor's servers on behalf of many people, and the vendor signs for each: their number is not
   * limited by address or user, but by the places of the server alone.
   */
  readonly vouched?: boolean;
  /** Whether the visitor says that he comes back to a call that has a place already. Cheap, and nothing is proved by it. */
  isReturning(request: IncomingMessage): boolean;
  /** Says who it is, within a bounded time. Rejects with a Refusal. */
  identify(request: IncomingMessage): Promise<Visitor>;
}
