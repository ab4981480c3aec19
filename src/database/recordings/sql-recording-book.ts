import { z } from 'zod';
import type { Access } from '../data.port.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import { SqlRpc } from '../rpc/sql-rpc.js';
import type { RecordingBook, RecordingRow } from './recording-book.port.js';

const READ = { name: 'read_recording', args: { p_call_sid: 'text' } } as const satisfies SqlFunction;
const ERASED = { name: 'erased_among', args: { p_calls: 'jsonb' } } as const satisfies SqlFunction;
const EXPIRE = { name: 'expire_recordings', args: { p_before: 'timestamptz' } } as const satisfies SqlFunction;

const rowSchema = z
  .object({
    callSid: z.string(),
    file: z.string(),
    mediaType: z.string(),
    startedAt: z.string().transform((text) => new Date(text)),
    durationMs: z.number(),
    bytes: z.number(),
    sha512: z.string(),
  })
  .nullable();

/** In our own database: read with the caller's rights, the rest with the server's. */
export class SqlRecordingBook implements RecordingBook {
  private readonly caller: SqlRpc;
  private readonly server: ServerRpc;

  constructor(database: Database) {
    this.caller = new SqlRpc(database);
    this.server = new ServerRpc(database);
  }

  async read(callSid: string, access: Access): Promise<RecordingRow | undefined> {
    return parseRow(rowSchema, await this.caller.call(READ, { p_call_sid: callSid }, access)) ?? undefined;
  }

  async erasedAmong(callSids: readonly string[]): Promise<readonly string[]> {
    return parseRow(z.array(z.string()), await this.server.call(ERASED, { p_calls: { callSids } }));
  }

  async expire(before: Date): Promise<number> {
    return parseRow(z.number(), await this.server.call(EXPIRE, { p_before: before.toISOString() }));
  }
}
