import { type Call, CallRefused, type Calls, NotResumable, type Opening } from '../../calls/call.port.js';
import type { Line } from '../../calls/line.port.js';
import type { ErrorCode, SessionResume } from '../../protocol/index.js';
import type { Caller } from '../../identity/caller.port.js';
import { RESUME_TIMEOUT_MS } from './session-limits.js';
import { outcomeWithin } from '../../deadline/within.js';

/** There is no call for this client; `message` is for him. */
export class Unopened {
  constructor(
    readonly code: ErrorCode,
    readonly message: string,
  ) {}
}

/** Starts a call that is written down. Whoever calls this answers the client at once: the call speaks with the next microtask. */
export function startCall(opening: Opening, line: Line): Call | Unopened {
  try {
    return opening.start(line);
  } catch (error) {
    if (error instanceof CallRefused) return new Unopened(error.code, error.message);
    throw error;
  }
}

/** Finds the call that a client comes back to. Rejects only for faults of ours. */
export async function findCall(calls: Calls, message: SessionResume, caller: Caller): Promise<Call | Unopened> {
  const { sessionId, resumeToken } = message;
  try {
    const found = await outcomeWithin(calls.resume({ sessionId, resumeToken, caller }), RESUME_TIMEOUT_MS);
    return found ?? new Unopened('overloaded', 'The call was not found in time; try again.');
  } catch (error) {
    if (error instanceof NotResumable) return new Unopened('resume_failed', error.message);
    throw error;
  }
}
