import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { JournalRow, PlanStep, ReleaseStep, RolloutJournal } from './rollout-journal.port.js';

const LIST = { name: 'list_rollout_journal', args: { p_kind: 'text' } } as const satisfies SqlFunction;
const MOVE = {
  name: 'move_rollout_journal',
  args: {
    p_kind: 'text',
    p_name: 'text',
    p_revision: 'integer',
    p_state: 'jsonb',
    p_step: 'jsonb',
    p_type: 'text',
    p_told: 'jsonb',
  },
} as const satisfies SqlFunction;

interface Kind<Step> {
  readonly kind: string;
  readonly step: z.ZodType<Step>;
  /** What webhooks call a step, and what they call the thing that took it. */
  readonly event: string;
  readonly subject: string;
}

export const PLANS: Kind<PlanStep> = {
  kind: 'plan',
  step: z.object({
    at: z.string(),
    status: z.string(),
    share: z.number(),
    why: z.string(),
    by: z.string(),
    plan: z.string(),
    canary: z.string(),
    baseline: z.string(),
  }),
  event: 'rollout.step',
  subject: 'target',
};
export const RELEASES: Kind<ReleaseStep> = {
  kind: 'release',
  step: z.object({
    at: z.string(),
    baseline: z.number(),
    canary: z.number().nullable(),
    share: z.number(),
    why: z.string(),
    by: z.string(),
  }),
  event: 'agent.release',
  subject: 'agent',
};

/** In our own database, with the server's rights. */
export class SqlRolloutJournal<Step extends object> implements RolloutJournal<Step> {
  private readonly rpc: ServerRpc;
  private readonly rows: z.ZodType<JournalRow<Step>[]>;

  constructor(
    database: Database,
    private readonly of: Kind<Step>,
  ) {
    this.rpc = new ServerRpc(database);
    this.rows = z.array(
      z.object({ name: z.string(), revision: z.number(), state: z.unknown(), history: z.array(of.step) }),
    );
  }

  async list(): Promise<readonly JournalRow<Step>[]> {
    return parseRow(this.rows, await this.rpc.call(LIST, { p_kind: this.of.kind }));
  }

  async move(name: string, revision: number, state: object, step: Step): Promise<number | undefined> {
    const { kind, event, subject } = this.of;
    const args = {
      p_kind: kind,
      p_name: name,
      p_revision: revision,
      p_state: JSON.stringify(state),
      p_step: JSON.stringify(step),
      p_type: event,
      p_told: JSON.stringify({ [subject]: name, ...step }),
    };
    return parseRow(z.number().nullable(), await this.rpc.call(MOVE, args)) ?? undefined;
  }
}
