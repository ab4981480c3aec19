import { z } from 'zod';
import type { CallStatusRow } from '../calls/call-record.port.js';
import { CALL_STATUSES } from '../calls/call-status.port.js';
import type { CallStatus } from '../calls/call-status.port.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { KeptAnswer, OpenOutbound, OutboundBook, Placed, PlaceOptions, WantedCall } from './outbound-book.port.js';

const PLACE = {
  name: 'place_outbound',
  args: {
    p_row: 'jsonb',
    p_key: 'text',
    p_digest: 'text',
    p_provider: 'text',
    p_callee: 'text',
    p_since: 'timestamptz',
    p_check_ms: 'integer',
  },
} as const satisfies SqlFunction;
const MOVE = { name: 'move_outbound', args: { p_row: 'jsonb', p_from: 'text' } } as const satisfies SqlFunction;
const END = {
  name: 'end_outbound',
  args: { p_row: 'jsonb', p_from: 'text', p_answer: 'jsonb' },
} as const satisfies SqlFunction;
const ANSWER = {
  name: 'answer_outbound',
  args: { p_call_sid: 'text', p_answer: 'jsonb' },
} as const satisfies SqlFunction;
const ANSWER_OF = { name: 'outbound_answer', args: { p_call_sid: 'text' } } as const satisfies SqlFunction;
const CLAIM = {
  name: 'claim_outbound',
  args: { p_again_ms: 'integer', p_most: 'integer' },
} as const satisfies SqlFunction;

const answerSchema = z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) });
const placedSchema = z.discriminatedUnion('isNew', [
  z.object({
    isNew: z.literal(true),
    callSid: z.string(),
    isListed: z.boolean(),
    attempts: z.number(),
    open: z.number(),
    openToCallee: z.number(),
  }),
  z.object({
    isNew: z.literal(false),
    callSid: z.string(),
    isSame: z.boolean(),
    answer: answerSchema.nullable(),
  }),
]);
const openSchema = z.array(
  z.object({
    callSid: z.string(),
    provider: z.string(),
    to: z.string(),
    placedAt: z.string().transform((text) => new Date(text)),
    status: z.enum(CALL_STATUSES),
    conversationId: z.string().nullable(),
    externalIds: z.array(z.object({ source: z.string(), id: z.string() })),
    isAnswered: z.boolean(),
  }),
);

/** In our own database, with the server's rights. */
export class SqlOutboundBook implements OutboundBook {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async place(call: WantedCall, { since, checkMs }: PlaceOptions): Promise<Placed> {
    const { callSid, ownerId, agent, from, to, provider, key, digest } = call;
    const route = { direction: 'outbound', channel: 'phone', ...(from === undefined ? {} : { from }), to: `tel:${to}` };
    const args = {
      p_row: { type: 'opened', callSid, at: new Date().toISOString(), ownerId, agent, ...route },
      p_key: key,
      p_digest: digest,
      p_provider: provider,
      p_callee: to,
      p_since: since.toISOString(),
      p_check_ms: checkMs,
    };
    return parseRow(placedSchema, await this.rpc.call(PLACE, args));
  }

  async move(row: Omit<CallStatusRow, 'type'>, from: CallStatus): Promise<boolean> {
    return parseRow(z.boolean(), await this.rpc.call(MOVE, { p_row: { type: 'status', ...row }, p_from: from }));
  }

  async end(row: Omit<CallStatusRow, 'type'>, from: CallStatus, answer: KeptAnswer): Promise<KeptAnswer | undefined> {
    const args = { p_row: { type: 'status', ...row }, p_from: from, p_answer: { ...answer } };
    return parseRow(answerSchema.nullable(), await this.rpc.call(END, args)) ?? undefined;
  }

  async answer(callSid: string, answer: KeptAnswer): Promise<KeptAnswer> {
    const kept = await this.rpc.call(ANSWER, { p_call_sid: callSid, p_answer: { ...answer } });
    // Who has been erased meanwhile is answered all the same.
    return parseRow(answerSchema.nullable(), kept) ?? answer;
  }

  async answerOf(callSid: string): Promise<KeptAnswer | null> {
    return parseRow(answerSchema.nullable(), await this.rpc.call(ANSWER_OF, { p_call_sid: callSid }));
  }

  async claim(againMs: number, most: number): Promise<readonly OpenOutbound[]> {
    return parseRow(openSchema, await this.rpc.call(CLAIM, { p_again_ms: againMs, p_most: most }));
  }
}
