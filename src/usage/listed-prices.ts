import type { ProviderUsage } from '../provider/usage.port.js';
import type { PriceList } from './price-list.js';
import type { Cost, Prices } from './prices.port.js';

/** Models without a price that are remembered, so that each is told once. */
const MAX_TOLD = 100;

/** Prices of a list. Of a model that has none the operator reads once: its use is missing in the cost of every call. */
export class ListedPrices implements Prices {
  private readonly told = new Set<string>();

  constructor(
    private readonly list: PriceList,
    private readonly warn: (message: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** ISO 4217. */
  get currency(): string {
    return this.list.currency;
  }

  costOf(usage: ProviderUsage): Cost | undefined {
    const amount = this.list.costOf(usage, this.now());
    if (amount !== undefined) return { currency: this.list.currency, amount };
    this.tell(usage);
    return undefined;
  }

  private tell({ kind, provider, model }: ProviderUsage): void {
    const name = `${kind}: ${provider}${model === '' ? '' : ` ${model}`}`;
    if (this.told.has(name) || this.told.size >= MAX_TOLD) return;
    this.told.add(name);
    this.warn(
      `${name} has no price: what it costs is missing in the cost of calls. Add it to the file of PRICES_FILE.`,
    );
  }
}
