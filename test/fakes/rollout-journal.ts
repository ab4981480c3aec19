import { DataError } from '../../src/database/data.port.js';
import type { JournalRow, RolloutJournal } from '../../src/database/rollout/rollout-journal.port.js';

/** A journal that several workers share, and that can be away. What it keeps has been JSON. */
export class MemoryRolloutJournal<Step> implements RolloutJournal<Step> {
  isAway = false;
  /** What webhooks would tell. */
  readonly told: Step[] = [];
  private readonly rows = new Map<string, string>();

  async list(): Promise<readonly JournalRow<Step>[]> {
    if (this.isAway) throw new DataError('unavailable', 'The database is away.');
    return [...this.rows.values()].map((row) => JSON.parse(row) as JournalRow<Step>);
  }

  async move(name: string, revision: number, state: object, step: Step): Promise<number | undefined> {
    const before = (await this.list()).find((row) => row.name === name);
    if ((before?.revision ?? 0) !== revision) return undefined;
    const history = [...(before?.history ?? []), step];
    this.rows.set(name, JSON.stringify({ name, revision: revision + 1, state, history }));
    this.told.push(step);
    return revision + 1;
  }
}
