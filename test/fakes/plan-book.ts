import { DataError } from '../../src/database/data.port.js';
import type { PlanBook, PlanRow, PlanStep } from '../../src/database/rollout/plan-book.port.js';

/** A book that several workers share, and that can be away. What it keeps has been JSON. */
export class MemoryPlanBook implements PlanBook {
  isAway = false;
  /** What webhooks would tell. */
  readonly told: PlanStep[] = [];
  private readonly rows = new Map<string, string>();

  async list(): Promise<readonly PlanRow[]> {
    if (this.isAway) throw new DataError('unavailable', 'The database is away.');
    return [...this.rows.values()].map((row) => JSON.parse(row) as PlanRow);
  }

  async move(target: string, revision: number, run: object, step: PlanStep): Promise<number | undefined> {
    const before = (await this.list()).find((row) => row.target === target);
    if ((before?.revision ?? 0) !== revision) return undefined;
    const history = [...(before?.history ?? []), step];
    this.rows.set(target, JSON.stringify({ target, revision: revision + 1, run, history }));
    this.told.push(step);
    return revision + 1;
  }
}
