import { z } from 'zod';
import type { Access } from '../data.port.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { SqlRpc } from '../rpc/sql-rpc.js';
import type { After, CallFilter, CallHistory, CallSummary, RecordedCall } from './call-history.port.js';
import { CALL_STATUSES } from './call-status.port.js';

const LIST_CALLS = {
  name: 'list_calls',
  args: {
    p_filter: 'jsonb',
    p_from: 'timestamptz',
    p_to: 'timestamptz',
    p_after_at: 'timestamptz',
    p_after_sid: 'text',
    p_limit: 'integer',
  },
} as const satisfies SqlFunction;
const READ_CALL = { name: 'read_call', args: { p_call_sid: 'text' } } as const satisfies SqlFunction;

const date = z.string().transform((text) => new Date(text));
const text = z.string().nullable();
const ids = { turnId: text, responseId: text };

/** A call as the API gives it: times are ISO 8601. */
export const summarySchema = z.object({
  callSid: z.string(),
  conversationId: text,
  user: text,
  direction: z.enum(['inbound', 'outbound']),
  channel: z.enum(['web', 'phone']),
  from: text,
  to: text,
  agent: z.string(),
  agentVersion: text,
  serverVersion: text,
  status: z.enum(CALL_STATUSES),
  startedAt: date,
  answeredAt: date.nullable(),
  endedAt: date.nullable(),
  endReason: text,
  durationMs: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  providers: z.record(z.string(), z.string()).nullable(),
  usage: z.record(z.string(), z.number()).nullable(),
  cost: z.record(z.string(), z.number()).nullable(),
});

export const callSchema = summarySchema.extend({
  externalIds: z.array(z.object({ source: z.string(), id: z.string() })),
  transcript: z.array(
    z.object({
      id: z.string(),
      speaker: z.enum(['user', 'agent', 'person']),
      text: z.string(),
      heardText: text,
      startedAt: date,
      endedAt: date.nullable(),
      ...ids,
      source: z.string(),
    }),
  ),
  tools: z.array(
    z.object({
      toolCallId: z.string(),
      name: z.string(),
      arguments: z.unknown(),
      ok: z.boolean().nullable(),
      code: text,
      message: text,
      artifacts: z.unknown(),
      sources: z.unknown(),
      startedAt: date,
      endedAt: date.nullable(),
      durationMs: z.number().nullable(),
      ...ids,
    }),
  ),
  events: z.array(
    z.object({
      id: z.string(),
      seq: z.number().nullable(),
      at: date,
      kind: z.string(),
      ...ids,
      data: z.unknown(),
    }),
  ),
  summary: z
    .object({
      status: z.enum(['queued', 'working', 'ready', 'failed']),
      text,
      outcome: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
      madeBy: z.enum(['model', 'rules']).nullable(),
      model: text,
      reason: text,
      madeAt: date.nullable(),
    })
    .nullable(),
});

/** Reads records of calls with the caller's own rights. */
export class SqlCallHistory implements CallHistory {
  private readonly rpc: SqlRpc;

  constructor(database: Database) {
    this.rpc = new SqlRpc(database);
  }

  async list(
    { from, to, ...filter }: CallFilter,
    after: After | undefined,
    limit: number,
    access: Access,
  ): Promise<readonly CallSummary[]> {
    const args = {
      p_filter: { ...filter },
      p_from: from?.toISOString() ?? null,
      p_to: to?.toISOString() ?? null,
      p_after_at: after?.startedAt.toISOString() ?? null,
      p_after_sid: after?.callSid ?? null,
      p_limit: limit,
    };
    return parseRow(z.array(summarySchema), await this.rpc.call(LIST_CALLS, args, access));
  }

  async read(callSid: string, access: Access): Promise<RecordedCall | undefined> {
    return (
      parseRow(callSchema.nullable(), await this.rpc.call(READ_CALL, { p_call_sid: callSid }, access)) ?? undefined
    );
  }
}
