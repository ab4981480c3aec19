import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { PlanBook, PlanRow, PlanStep } from './plan-book.port.js';

const LIST = { name: 'list_rollout_plans', args: {} } as const satisfies SqlFunction;
const MOVE = {
  name: 'move_rollout_plan',
  args: { p_target: 'text', p_revision: 'integer', p_run: 'jsonb', p_step: 'jsonb', p_type: 'text' },
} as const satisfies SqlFunction;

/** What webhooks call a step. */
const TOLD_AS = 'rollout.step';

const stepSchema = z.object({
  at: z.string(),
  status: z.string(),
  share: z.number(),
  why: z.string(),
  by: z.string(),
  plan: z.string(),
  canary: z.string(),
  baseline: z.string(),
});
const rowsSchema = z.array(
  z.object({ target: z.string(), revision: z.number(), run: z.unknown(), history: z.array(stepSchema) }),
);

/** In our own database, with the server's rights. */
export class SqlPlanBook implements PlanBook {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async list(): Promise<readonly PlanRow[]> {
    return parseRow(rowsSchema, await this.rpc.call(LIST, {}));
  }

  async move(target: string, revision: number, run: object, step: PlanStep): Promise<number | undefined> {
    const args = {
      p_target: target,
      p_revision: revision,
      p_run: JSON.stringify(run),
      p_step: JSON.stringify(step),
      p_type: TOLD_AS,
    };
    return parseRow(z.number().nullable(), await this.rpc.call(MOVE, args)) ?? undefined;
  }
}
