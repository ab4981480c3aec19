import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { DoNotCallList, ListedNumber } from './do-not-call.port.js';

const ADD = { name: 'add_do_not_call', args: { p_number: 'text', p_reason: 'text' } } as const satisfies SqlFunction;
const REMOVE = { name: 'remove_do_not_call', args: { p_number: 'text' } } as const satisfies SqlFunction;
const LIST = { name: 'list_do_not_call', args: { p_after: 'text', p_most: 'integer' } } as const satisfies SqlFunction;

const listSchema = z.array(z.object({ number: z.string(), reason: z.string().nullable(), addedAt: z.string() }));

/** In our own database, with the server's rights. */
export class SqlDoNotCallList implements DoNotCallList {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async add(number: string, reason?: string): Promise<void> {
    await this.rpc.call(ADD, { p_number: number, p_reason: reason ?? null });
  }

  async remove(number: string): Promise<boolean> {
    return parseRow(z.boolean(), await this.rpc.call(REMOVE, { p_number: number }));
  }

  async list(after: string | undefined, most: number): Promise<readonly ListedNumber[]> {
    return parseRow(listSchema, await this.rpc.call(LIST, { p_after: after ?? null, p_most: most }));
  }
}
