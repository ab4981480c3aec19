import type { ProviderUsage } from '../provider/usage.port.js';
import type { Budgets, Payer } from '../usage/budgets.port.js';
import type { Cost, Prices } from '../usage/prices.port.js';

/** A mark that spending passes; `budget_low` ends no call. */
export type Mark = 'call_too_costly' | 'budget_spent' | 'budget_low';

/** What a client reads of it. */
export const MARKS: Readonly<Record<Mark, string>> = {
  call_too_costly: 'The call has cost as much as it may.',
  budget_spent: 'Your calls have cost as much today as they may; the next day begins at 00:00 UTC.',
  budget_low: 'Most of what your calls may cost today is used up.',
};

export interface SpendingLimits {
  /** Nothing has a price without them. */
  readonly prices?: Prices | undefined;
  /** The most that the call may cost, in the currency of the prices. */
  readonly limit?: number | undefined;
  /** What all calls of a user may cost in a day. */
  readonly budgets?: Pick<Budgets, 'spend'> | undefined;
  readonly payer: Payer;
}

/** What one call has cost, over all processes that it has been in. */
export class Spending {
  private isOver: boolean;

  /** @param spent what it had cost when it came to this process */
  constructor(
    private readonly limits: SpendingLimits,
    private spent = 0,
  ) {
    this.isOver = this.isUp;
  }

  get total(): number {
    return this.spent;
  }

  private get isUp(): boolean {
    return this.spent >= (this.limits.limit ?? Number.POSITIVE_INFINITY);
  }

  /** What that cost, undefined when nobody knows; and the mark that was passed by it, each once, none after the last. */
  add(usage: ProviderUsage): { readonly cost: Cost | undefined; readonly passed: Mark | undefined } {
    const { prices, budgets, payer } = this.limits;
    const cost = prices?.costOf(usage);
    this.spent += cost?.amount ?? 0;
    const ofDay = cost && budgets?.spend(payer, cost.amount);
    if (this.isOver) return { cost, passed: undefined };
    this.isOver = this.isUp || ofDay === 'spent';
    if (this.isUp) return { cost, passed: 'call_too_costly' };
    return { cost, passed: ofDay && (ofDay === 'spent' ? 'budget_spent' : 'budget_low') };
  }
}
