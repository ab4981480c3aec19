// What use of providers costs. Owns no money: it tells, and others write down or draw the line.
import type { ProviderUsage } from '../provider/usage.port.js';

export interface Cost {
  /** ISO 4217. */
  readonly currency: string;
  readonly amount: number;
}

export interface Prices {
  /** What this use costs now; undefined when nobody has said. Never throws. */
  costOf(usage: ProviderUsage): Cost | undefined;
}

/** Nest injection token of the Prices. */
export const PRICES = Symbol('Prices');
