import { LRUCache } from 'lru-cache';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { refusal } from '../../rest/refusal.js';

const MOST_CALLS = 10_000;
/** A call and its conversation belong together for ever; what was erased meanwhile is not stored any more, ms. */
const REMEMBER_MS = 60_000;
/** Longest look-up, ms. */
const TIMEOUT_MS = 5_000;

/** From a call_sid to the call, and from the call to its conversation, with a memory for the calls that are going on. */
export class KnownCalls {
  private readonly conversations: LRUCache<string, string>;

  constructor(calls: Pick<CallStore, 'findCall'>) {
    this.conversations = new LRUCache({
      max: MOST_CALLS,
      ttl: REMEMBER_MS,
      ignoreFetchAbort: true,
      // Whoever asks for one that is being looked up waits for the same answer; a refusal is not remembered.
      fetchMethod: async (callSid) => {
        const call = await calls.findCall({ callSid }, AbortSignal.timeout(TIMEOUT_MS));
        if (call === undefined) throw refusal(400, 'unknown_call', 'There is no call of this call_sid.');
        if (call.conversationId !== null) return call.conversationId;
        throw refusal(
          400,
          'no_conversation',
          'This call has no conversation_id yet: nothing of it can be told before the vendor has answered the call.',
        );
      },
    });
  }

  /** The conversation of a call. Throws HttpException 400 `unknown_call` or `no_conversation`, and DataError. */
  async conversationOf(callSid: string): Promise<string> {
    const found = await this.conversations.fetch(callSid);
    if (found === undefined) throw new Error('a look-up without an answer');
    return found;
  }
}
