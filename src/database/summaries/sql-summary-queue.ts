import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { ClaimedSummary, SummaryQueue, SummaryResult } from './summary-queue.port.js';

const CLAIM = {
  name: 'claim_summary',
  args: { p_lease: 'text', p_lease_ms: 'integer' },
} as const satisfies SqlFunction;
const SETTLE = {
  name: 'settle_summary',
  args: {
    p_call_sid: 'text',
    p_lease: 'text',
    p_status: 'text',
    p_text: 'text',
    p_outcome: 'jsonb',
    p_made_by: 'text',
    p_model: 'text',
    p_reason: 'text',
    p_wait_ms: 'integer',
  },
} as const satisfies SqlFunction;

const claimSchema = z.object({ callSid: z.string(), attempts: z.number() }).nullable();

/** The queue in our own database, with the server's rights. */
export class SqlSummaryQueue implements SummaryQueue {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async claim(lease: string, leaseMs: number): Promise<ClaimedSummary | undefined> {
    return parseRow(claimSchema, await this.rpc.call(CLAIM, { p_lease: lease, p_lease_ms: leaseMs })) ?? undefined;
  }

  async settle(callSid: string, lease: string, result: SummaryResult): Promise<boolean> {
    const made = result.status === 'ready' ? result : undefined;
    const args = {
      p_call_sid: callSid,
      p_lease: lease,
      p_status: result.status,
      p_text: made?.text ?? null,
      p_outcome: made?.outcome ?? null,
      p_made_by: made?.madeBy ?? null,
      p_model: made?.model ?? null,
      p_reason: result.reason ?? null,
      p_wait_ms: result.status === 'queued' ? result.waitMs : null,
    };
    return parseRow(z.boolean(), await this.rpc.call(SETTLE, args));
  }
}
