import type { ProviderUsage } from '../provider/usage.port.js';
import type { Cost, Prices } from '../usage/prices.port.js';

/** What one call has cost, over all processes that it has been in. */
export class Spending {
  /**
   * @param limit the most that the call may cost, in the currency of the prices
   * @param spent what it had cost when it came to this process
   */
  constructor(
    private readonly prices: Prices | undefined,
    private readonly limit = Number.POSITIVE_INFINITY,
    private spent = 0,
  ) {}

  get total(): number {
    return this.spent;
  }

  /** The call has cost as much as it may. */
  get isUp(): boolean {
    return this.spent >= this.limit;
  }

  /** Returns what that cost; undefined when nobody knows. */
  add(usage: ProviderUsage): Cost | undefined {
    const cost = this.prices?.costOf(usage);
    this.spent += cost?.amount ?? 0;
    return cost;
  }
}
