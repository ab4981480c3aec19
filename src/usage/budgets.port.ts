// How much the calls of one user may cost in a day. Owns the counting; calls begin, warn and end by it.

/** Whose calls are counted. `isPrivate`: nothing of him may be kept outside of this process. */
export interface Payer {
  readonly userId: string;
  readonly isPrivate: boolean;
}

export interface Budgets {
  /** Whether there is anything left of today's. Waits a moment for others who know; never rejects. */
  hasLeft(payer: Payer): Promise<boolean>;
  /** Adds what a call has cost. `low`: most of it is gone, told once a day; `spent`: all of it. Never throws. */
  spend(payer: Payer, amount: number): 'low' | 'spent' | undefined;
}

/** Nest injection token of the Budgets; undefined where there are none. */
export const BUDGETS = Symbol('Budgets');
