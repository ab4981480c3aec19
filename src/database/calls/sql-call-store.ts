import { z } from 'zod';
import type { CallRecordRow } from './call-record.port.js';
import type { Access } from '../data.port.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { AS_SERVER, runStatements } from '../rpc/run-statements.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import { SqlRpc } from '../rpc/sql-rpc.js';
import { storableJson, storableText } from '../storable-json.js';
import type { CallStore, EffectClaim, EffectResult, SideEffect, StoredArtifact } from './call-store.port.js';
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

/** Longest outcome that is kept, characters of JSON. */
const MAX_OUTCOME = 20_000;

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
