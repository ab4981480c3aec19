import type { Clock } from '../conversation/clock.port.js';
import type { RolloutJournal } from '../database/rollout/rollout-journal.port.js';

export interface JournalCopyOptions<State, Step> {
  readonly journal: RolloutJournal<Step>;
  /** Undefined for what another version of this program has written and this one cannot read: that one sees to it. */
  readonly parse: (state: unknown) => State | undefined;
  readonly clock: Clock;
  /** How often it is looked for what other workers have done, ms. */
  readonly everyMs: number;
  /** What is done at each look. Rejections count as the database's. */
  readonly look: () => Promise<void>;
  /** The journal cannot be read: told once until it can be again. */
  readonly onAway: (reason: string) => void;
}

export interface Journalled<State, Step> {
  readonly name: string;
  readonly revision: number;
  readonly state: State;
  /** The newest last. */
  readonly history: readonly Step[];
}

/** What a worker knows of a journal that all workers write: it keeps up, and writes where nobody was faster. */
export class JournalCopy<State extends object, Step> {
  private known = new Map<string, Journalled<State, Step>>();
  private cancelLook: (() => void) | undefined;
  private looking: Promise<void> | undefined;
  private isClosed = false;
  private isAway = false;

  constructor(private readonly options: JournalCopyOptions<State, Step>) {}

  /** Looks once, and from then on every so often. Never rejects: while the database is away what is known stays. */
  async start(): Promise<void> {
    await this.look();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.cancelLook?.();
    await this.looking;
  }

  /** As it was last seen. */
  get(name: string): Journalled<State, Step> | undefined {
    return this.known.get(name);
  }

  /** As they were last seen. */
  get all(): readonly Journalled<State, Step>[] {
    return [...this.known.values()];
  }

  /** Rejects with DataError. */
  async read(): Promise<void> {
    const { journal, parse } = this.options;
    const rows = await journal.list();
    this.known = new Map(
      rows.flatMap(({ state, ...row }) => {
        const parsed = parse(state);
        return parsed === undefined ? [] : [[row.name, { ...row, state: parsed }]];
      }),
    );
  }

  /** False when another worker was faster, and nothing is written. Rejects with DataError. */
  async move(name: string, before: Journalled<State, Step> | undefined, state: State, step: Step): Promise<boolean> {
    const revision = await this.options.journal.move(name, before?.revision ?? 0, state, step);
    if (revision === undefined) return false;
    this.known.set(name, { name, revision, state, history: [...(before?.history ?? []), step] });
    return true;
  }

  private look(): Promise<void> {
    const { clock, everyMs } = this.options;
    this.looking = this.round().finally(() => {
      if (!this.isClosed) this.cancelLook = clock.after(everyMs, () => void this.look());
    });
    return this.looking;
  }

  private async round(): Promise<void> {
    try {
      await this.read();
      await this.options.look();
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.options.onAway((error as Error).message);
      this.isAway = true;
    }
  }
}
