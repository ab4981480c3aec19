import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { CallTotals, TotalsBook } from './call-totals.port.js';

const TOTALS = {
  name: 'call_totals',
  args: { p_from: 'timestamptz', p_to: 'timestamptz', p_most: 'integer' },
} as const satisfies SqlFunction;
const SPENT = {
  name: 'spent_by',
  args: { p_user: 'text', p_from: 'timestamptz', p_currency: 'text' },
} as const satisfies SqlFunction;

const amounts = z.record(z.string(), z.number());
const sums = { calls: z.number(), durationMs: z.number(), cost: amounts };

export const totalsSchema = z.object({
  calls: z.number(),
  durationMs: z.number(),
  statuses: amounts,
  usage: amounts,
  cost: amounts,
  agents: z.array(z.object({ agent: z.string(), ...sums })),
  users: z.array(z.object({ user: z.string(), ...sums })),
});

/** In our own database, with the server's rights. */
export class SqlTotalsBook implements TotalsBook {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async totals(from: Date, to: Date, mostUsers: number, signal?: AbortSignal): Promise<CallTotals> {
    const args = { p_from: from.toISOString(), p_to: to.toISOString(), p_most: mostUsers };
    return parseRow(totalsSchema, await this.rpc.call(TOTALS, args, signal));
  }

  async spentBy(userId: string, since: Date, currency: string, signal?: AbortSignal): Promise<number> {
    const args = { p_user: userId, p_from: since.toISOString(), p_currency: currency };
    return parseRow(z.number(), await this.rpc.call(SPENT, args, signal));
  }
}
