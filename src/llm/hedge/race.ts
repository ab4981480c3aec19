import type { After } from '../../provider/retry.js';
import type { LanguageModel, LlmRequest } from '../llm.port.js';
import { Entrant } from './entrant.js';
import type { Referee } from './entrant.js';
import type { FirstTokenLatency } from './first-token-latency.js';
import type { HedgeBudget } from './hedge-budget.js';

export interface RaceRules {
  readonly models: readonly LanguageModel[];
  /** Several models as one, which asks the next when one fails. */
  readonly chain: (models: readonly LanguageModel[]) => LanguageModel;
  /** Whether the model of this name may be asked as the second. */
  readonly mayBeSecond: (model: string) => boolean;
  readonly latency: FirstTokenLatency;
  readonly budget: HedgeBudget;
  readonly after: After;
  readonly now: () => number;
}

/**
 * One request, asked of one chain, and of a second one when the first token is late. Whoever's first part comes first has
 * won, and the other is stopped. As long as both run, neither asks a model that the other asks: one that would have to, or
 * whose model fails, leaves the race to the other.
 */
export class Race implements Referee {
  private readonly decided = Promise.withResolvers<Entrant>();
  private readonly running = new Set<Entrant>();
  private readonly lead: Entrant;
  private second: Entrant | undefined;
  private winner: Entrant | undefined;
  private cancelTimer: (() => void) | undefined;
  /** The names of those who were asked both, once they were. */
  private names: { readonly slow: string; readonly second: string } | undefined;

  constructor(
    private readonly rules: RaceRules,
    private readonly request: LlmRequest,
    private readonly signal: AbortSignal,
  ) {
    rules.budget.earn();
    this.lead = this.entrant(rules.models);
    this.run(this.lead);
  }

  /** Who has the first part; rejects when nobody answers, with the error of the one that failed last. */
  get first(): Promise<Entrant> {
    return this.decided.promise;
  }

  /** Whom a second request was made of because whom was late, and who of them has won; undefined when there was none. */
  get hedge():
    { readonly slow: string; readonly second: string; readonly winner: 'slow' | 'second' | undefined } | undefined {
    if (this.names === undefined) return undefined;
    const winner = this.winner === undefined ? undefined : this.winner === this.lead ? 'slow' : 'second';
    return { ...this.names, winner };
  }

  /** Ends every request that still runs. */
  end(): void {
    this.cancelTimer?.();
    for (const entrant of this.running) entrant.stop();
  }

  now(): number {
    return this.rules.now();
  }

  admits(entrant: Entrant, model: LanguageModel): boolean {
    const other = [...this.running].find((one) => one !== entrant);
    if (this.winner === entrant || other === undefined) return true;
    return entrant.tries === 0 && other.current !== model && this.rules.mayBeSecond(model.name);
  }

  asked(entrant: Entrant): void {
    if (entrant === this.second && this.lead.current !== undefined && entrant.current !== undefined) {
      this.names ??= { slow: this.lead.current.name, second: entrant.current.name };
    }
    // Only the first request of the first chain is worth a second one: after a failure the chain has moved on by itself.
    if (entrant !== this.lead || entrant.tries !== 1 || this.winner !== undefined) return;
    const late = entrant.current === undefined ? undefined : this.rules.latency.p95(entrant.current.name);
    if (late !== undefined) this.cancelTimer = this.rules.after(late, () => this.hedgeNow());
  }

  started(entrant: Entrant, model: LanguageModel, ms: number): void {
    this.rules.latency.record(model.name, ms);
    this.win(entrant);
  }

  private entrant(models: readonly LanguageModel[]): Entrant {
    return new Entrant(models, this.rules.chain, this.request, this.signal, this);
  }

  private run(entrant: Entrant): void {
    this.running.add(entrant);
    entrant.start().then(
      () => this.win(entrant),
      (error: unknown) => this.leave(entrant, error as Error),
    );
  }

  private hedgeNow(): void {
    const { models, mayBeSecond, budget } = this.rules;
    const { current, tries } = this.lead;
    if (this.winner !== undefined || current === undefined || tries !== 1) return;
    const others = models.filter(({ name }) => name !== current.name);
    if (!others.some(({ name }) => mayBeSecond(name)) || !budget.spend()) return;
    this.second = this.entrant([...others, current]);
    this.run(this.second);
  }

  private win(entrant: Entrant): void {
    if (this.winner !== undefined || !this.running.has(entrant)) return;
    this.winner = entrant;
    this.cancelTimer?.();
    for (const loser of this.running) if (loser !== entrant) this.lose(loser);
    this.decided.resolve(entrant);
  }

  private lose(loser: Entrant): void {
    const late = loser.current === undefined ? undefined : this.rules.latency.p95(loser.current.name);
    // It would have taken longer still: without this, a model that always loses would keep the latency of its best days.
    if (loser.current !== undefined && late !== undefined && loser.waited >= late) {
      this.rules.latency.record(loser.current.name, loser.waited);
    }
    loser.stop();
  }

  private leave(entrant: Entrant, error: Error): void {
    this.running.delete(entrant);
    if (this.winner !== undefined || this.running.size > 0) return;
    this.cancelTimer?.();
    this.decided.reject(error);
  }
}
