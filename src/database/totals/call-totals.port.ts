// What calls come to, summed by the database.

export interface CallTotals {
  readonly calls: number;
  readonly durationMs: number;
  /** Calls by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** In the units that providers bill by: tokens, characters, seconds. */
  readonly usage: Readonly<Record<string, number>>;
  /** Amounts by currency; what has no price is not in them. */
  readonly cost: Readonly<Record<string, number>>;
  readonly agents: readonly (Sums & { readonly agent: string })[];
  /** Those who have cost most, then those who have talked longest. */
  readonly users: readonly (Sums & { readonly user: string })[];
}

interface Sums {
  readonly calls: number;
  readonly durationMs: number;
  readonly cost: Readonly<Record<string, number>>;
}

export interface TotalsBook {
  /** Of calls that began in [from, to); `mostUsers` bounds `users`. Throws DataError. */
  totals(from: Date, to: Date, mostUsers: number, signal?: AbortSignal): Promise<CallTotals>;
  /** What calls of this user that began since then have cost, as far as their records say by now. Throws DataError. */
  spentBy(userId: string, since: Date, currency: string, signal?: AbortSignal): Promise<number>;
}

/** Nest injection token of the TotalsBook. */
export const TOTALS_BOOK = Symbol('TotalsBook');
