import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { KeptTransfer, NewTransfer, TransferBook, TransferMove, TransferState } from './transfer-book.port.js';

const BEGIN = {
  name: 'begin_transfer',
  args: { p_row: 'jsonb', p_alive_ms: 'integer' },
} as const satisfies SqlFunction;
const MOVE = {
  name: 'move_transfer',
  args: { p_id: 'text', p_from: 'text', p_to: 'text', p_outcome: 'text', p_leg: 'text' },
} as const satisfies SqlFunction;
const WATCH = { name: 'watch_transfer', args: { p_id: 'text', p_alive_ms: 'integer' } } as const satisfies SqlFunction;
const SETTLE = { name: 'settle_transfer', args: { p_id: 'text' } } as const satisfies SqlFunction;
const LEGS = {
  name: 'transfer_legs',
  args: { p_callee: 'text', p_since: 'timestamptz' },
} as const satisfies SqlFunction;
const CLAIM = {
  name: 'claim_transfers',
  args: { p_again_ms: 'integer', p_most: 'integer' },
} as const satisfies SqlFunction;

const keptSchema = z.object({
  id: z.string(),
  callSid: z.string(),
  agent: z.string(),
  destination: z.string(),
  provider: z.string(),
  callerLeg: z.string(),
  leg: z.string().nullable(),
  callee: z.string(),
  calleeSees: z.string(),
  state: z.enum(['dialing', 'ringing', 'consulting', 'accepted', 'person_left', 'ended']),
  outcome: z.enum(['answered', 'declined', 'voicemail', 'busy', 'no_answer', 'caller_left', 'trunk_error']).nullable(),
  words: z.object({ announcement: z.string().nullable(), gone: z.string(), language: z.string() }).nullable(),
  startedAt: z.string().transform((text) => new Date(text)),
});

/** In our own database, with the server's rights. */
export class SqlTransferBook implements TransferBook {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async begin(transfer: NewTransfer, aliveMs: number): Promise<void> {
    await this.rpc.call(BEGIN, { p_row: { ...transfer }, p_alive_ms: aliveMs });
  }

  async move(id: string, from: readonly TransferState[], move: TransferMove): Promise<KeptTransfer | undefined> {
    const { to, leg = null } = move;
    const outcome = move.to === 'ended' ? move.outcome : null;
    const args = { p_id: id, p_from: from.join(), p_to: to, p_outcome: outcome, p_leg: leg };
    return parseRow(keptSchema.nullable(), await this.rpc.call(MOVE, args)) ?? undefined;
  }

  async watch(id: string, aliveMs: number): Promise<KeptTransfer | undefined> {
    return parseRow(keptSchema.nullable(), await this.rpc.call(WATCH, { p_id: id, p_alive_ms: aliveMs })) ?? undefined;
  }

  async settle(id: string): Promise<void> {
    await this.rpc.call(SETTLE, { p_id: id });
  }

  async legsTo(callee: string, since: Date): Promise<readonly string[]> {
    const args = { p_callee: callee, p_since: since.toISOString() };
    return parseRow(z.array(z.string()), await this.rpc.call(LEGS, args));
  }

  async claim(againMs: number, most: number): Promise<readonly KeptTransfer[]> {
    return parseRow(z.array(keptSchema), await this.rpc.call(CLAIM, { p_again_ms: againMs, p_most: most }));
  }
}
