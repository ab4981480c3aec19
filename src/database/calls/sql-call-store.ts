import { z } from 'zod';
import type { CallRecordRow } from './call-record.port.js';
import type { Access } from '../data.port.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import type { Statement } from '../transaction.port.js';
import { AS_SERVER, callOf, runStatements } from '../rpc/run-statements.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import { SqlRpc } from '../rpc/sql-rpc.js';
import { storableJson, storableText } from '../storable-json.js';
import { CALL_STATUSES } from './call-status.port.js';
import type {
  CallRef,
  CallStore,
  EffectClaim,
  EffectResult,
  Erased,
  FoundCall,
  SaidText,
  SideEffect,
  StoredArtifact,
} from './call-store.port.js';
import { writeCallRecords } from './write-call-records.js';

const STORE_ARTIFACT = {
  name: 'store_artifact',
  args: { p_name: 'text', p_title: 'text', p_media_type: 'text', p_base64: 'text' },
} as const satisfies SqlFunction;
const READ_ARTIFACT = { name: 'read_artifact', args: { p_name: 'text' } } as const satisfies SqlFunction;
/** With the server's rights: whoever has the link may see it. */
const READ_LINKED_ARTIFACT = `
  select jsonb_build_object('title', title, 'media_type', media_type, 'base64', encode(bytes, 'base64'))
  from public.artifacts where name = $1`;
const CLAIM_EFFECT = {
  name: 'claim_effect',
  args: { p_owner: 'text', p_key: 'text', p_call_id: 'text', p_tool: 'text' },
} as const satisfies SqlFunction;
const SETTLE_EFFECT = {
  name: 'settle_effect',
  args: { p_owner: 'text', p_key: 'text', p_status: 'text', p_outcome: 'jsonb' },
} as const satisfies SqlFunction;

const FIND_CALL = {
  name: 'find_call',
  args: { p_call_sid: 'text', p_conversation_id: 'text', p_source: 'text', p_external_id: 'text' },
} as const satisfies SqlFunction;
const SAID_BY = `
  select coalesce(jsonb_agg(jsonb_build_object('speaker', s.speaker, 'text', s.text) order by s.started_at), '[]')
  from (
    select t.speaker, t.text, t.started_at from public.call_transcript t
    where t.call_sid = $1 and t.source = $2 order by t.started_at limit 10000
  ) s`;
const ERASE_CALLER = { name: 'erase_caller', args: { p_owner: 'text' } } as const satisfies SqlFunction;
const EXPIRE_CALLS = {
  name: 'expire_calls',
  args: { p_before: 'timestamptz', p_most: 'integer' },
} as const satisfies SqlFunction;

const date = z.string().transform((text) => new Date(text));
const foundCallSchema = z
  .object({
    callSid: z.string(),
    conversationId: z.string().nullable(),
    ownerId: z.string().nullable(),
    agent: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    channel: z.enum(['web', 'phone']),
    from: z.string().nullable(),
    to: z.string().nullable(),
    status: z.enum(CALL_STATUSES),
    startedAt: date,
    endedAt: date.nullable(),
  })
  .transform(({ from, to, ...call }) => ({
    ...call,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  }))
  .nullable();
const saidSchema = z.array(z.object({ speaker: z.enum(['user', 'agent', 'person']), text: z.string() }));
const erasedSchema = z.object({
  calls: z.number(),
  artifacts: z.number(),
  mails: z.number(),
  sideEffects: z.number(),
});

/** Longest outcome that is kept, characters of JSON. */
const MAX_OUTCOME = 20_000;

/** Erasing may take its time, ms: nobody waits for it on a line. */
const WITH_TIME: Statement = { text: `select set_config('statement_timeout', '60000', true)`, values: [] };

const artifactSchema = z.object({ title: z.string(), media_type: z.string(), base64: z.string() }).nullable();
const effectSchema = z.union([
  z.object({ claimed: z.literal(true) }),
  z.object({
    claimed: z.literal(false),
    status: z.enum(['running', 'done', 'unknown']),
    outcome: z.unknown(),
  }),
]);

/** The call store in our own database, embedded or a server. */
export class SqlCallStore implements CallStore {
  private readonly rpc: SqlRpc;
  /** For claims of side effects, which no caller may write by himself. */
  private readonly server: ServerRpc;

  constructor(private readonly database: Database) {
    this.rpc = new SqlRpc(database);
    this.server = new ServerRpc(database);
  }

  write(rows: readonly CallRecordRow[]): Promise<void> {
    return writeCallRecords(this.database, rows);
  }

  async findCall(ref: CallRef, signal: AbortSignal): Promise<FoundCall | undefined> {
    const {
      callSid = null,
      conversationId = null,
      source = null,
      externalId = null,
    } = ref as Partial<Record<'callSid' | 'conversationId' | 'source' | 'externalId', string>>;
    const args = {
      p_call_sid: callSid,
      p_conversation_id: conversationId,
      p_source: source,
      p_external_id: externalId,
    };
    return parseRow(foundCallSchema, await this.server.call(FIND_CALL, args, signal)) ?? undefined;
  }

  async saidBy(source: string, callSid: string, signal: AbortSignal): Promise<readonly SaidText[]> {
    const statement = { text: SAID_BY, values: [storableText(callSid), storableText(source)] };
    return parseRow(saidSchema, await runStatements(this.database, [AS_SERVER, statement], signal));
  }

  async eraseCaller(userId: string): Promise<Erased> {
    const erase = callOf(ERASE_CALLER, { p_owner: userId });
    return parseRow(erasedSchema, await runStatements(this.database, [WITH_TIME, erase]));
  }

  async expireCalls(before: Date, most: number): Promise<number> {
    const args = { p_before: before.toISOString(), p_most: most };
    return parseRow(z.number(), await this.server.call(EXPIRE_CALLS, args));
  }

  async storeArtifact(name: string, { title, mediaType, bytes }: StoredArtifact, access: Access): Promise<void> {
    const base64 = Buffer.from(bytes).toString('base64');
    const args = { p_name: name, p_title: title, p_media_type: mediaType, p_base64: base64 };
    await this.rpc.call(STORE_ARTIFACT, args, access);
  }

  async readArtifact(name: string, access: Access): Promise<StoredArtifact | undefined> {
    return artifactOf(await this.rpc.call(READ_ARTIFACT, { p_name: name }, access));
  }

  async readLinkedArtifact(name: string, signal: AbortSignal): Promise<StoredArtifact | undefined> {
    const statement = { text: READ_LINKED_ARTIFACT, values: [storableText(name)] };
    return artifactOf(await runStatements(this.database, [AS_SERVER, statement], signal));
  }

  async claimEffect({ key, callId, tool }: SideEffect, { caller, signal }: Access): Promise<EffectClaim> {
    const args = { p_owner: caller.userId, p_key: key, p_call_id: callId, p_tool: tool };
    const claim = parseRow(effectSchema, await this.server.call(CLAIM_EFFECT, args, signal));
    if (claim.claimed) return { claimed: true };
    const { status, outcome } = claim;
    return outcome === null ? { claimed: false, status } : { claimed: false, status, outcome };
  }

  async settleEffect(
    key: string,
    result: EffectResult,
    outcome: object | undefined,
    { caller, signal }: Access,
  ): Promise<void> {
    const args = { p_owner: caller.userId, p_key: key, p_status: result, p_outcome: jsonOf(outcome) };
    await this.server.call(SETTLE_EFFECT, args, signal);
  }
}

function artifactOf(answer: unknown): StoredArtifact | undefined {
  const row = parseRow(artifactSchema, answer);
  if (row === null) return undefined;
  return { title: row.title, mediaType: row.media_type, bytes: Buffer.from(row.base64, 'base64') };
}

/** Null for what is not there, or is too long. */
function jsonOf(value: object | undefined): string | null {
  if (value === undefined) return null;
  const json = storableJson(value);
  return json.length <= MAX_OUTCOME ? json : null;
}
