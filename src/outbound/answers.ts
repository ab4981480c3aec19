// What a request for a call is answered, word for word: it is kept, and given again when the request comes again.
import type { CallFault } from '../database/calls/call-record.port.js';
import type { KeptAnswer } from '../database/outbound/outbound-book.port.js';
import { problemOf } from '../rest/problem.js';
import type { DialFault, VendorIds } from './dialler.port.js';
import type { Refused } from './rules/rule.js';

/** The vendor has taken the call; it need not ring yet. */
export const dialled = (callSid: string, to: string, ids: VendorIds): KeptAnswer => ({
  status: 201,
  body: {
    callSid,
    to,
    status: 'dialing',
    conversationId: ids.conversationId ?? null,
    externalIds: ids.externalIds.map(({ source, id }) => ({ source, id })),
  },
});

/** It may have been dialled: the vendor's answer got lost. Its record will say. */
export const notYet = (callSid: string, to: string): KeptAnswer => ({
  status: 202,
  body: { callSid, to, status: 'dialing', conversationId: null, externalIds: [] },
});

/** A rule says no. */
export const refused = (callSid: string, { rule, status, message }: Refused): KeptAnswer =>
  problem(status, 'call_refused', message, { callSid, rule });

/** There certainly is no call. */
export const undialled = (
  callSid: string,
  { code, message }: CallFault,
  fault: Exclude<DialFault, 'unanswered'>,
): KeptAnswer => problem(fault === 'refused' ? 502 : 503, code, message, { callSid });

/** Its process ended, or stood still, before it was dialled. */
export const NOT_DIALLED = (callSid: string): KeptAnswer =>
  problem(503, 'not_dialled', 'The server stopped before anybody was dialled: ask again, with another key.', {
    callSid,
  });

export const ANOTHER_REQUEST = (callSid: string): KeptAnswer =>
  problem(422, 'key_used', 'This Idempotency-Key belongs to another request: take another key for another call.', {
    callSid,
  });

export const STILL_DIALLING = (callSid: string): KeptAnswer =>
  problem(
    409,
    'request_in_progress',
    'The first request of this key has not been answered yet: ask again in a moment.',
    {
      callSid,
    },
  );

const problem = (status: number, error: string, message: string, more: object): KeptAnswer => ({
  status,
  body: problemOf(status, { error, message, ...more }),
});
