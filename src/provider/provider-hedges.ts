// Requests that were made twice because the first was late, told to whoever wants to know: metrics.

/** One request that was made of two models. */
export interface HedgeOutcome {
  /** Who was late. */
  readonly slow: string;
  /** Who was asked too. */
  readonly second: string;
  /** Whose answer was taken; undefined when both failed or were given up. */
  readonly winner: 'slow' | 'second' | undefined;
  /** What the prompt cost that was sent to the loser for nothing, tokens as the winner counted them. */
  readonly promptTokens: number | undefined;
}

/** Synchronous, quick, does not throw. */
export type HedgeListener = (outcome: HedgeOutcome) => void;

/** Make one per process; `report` goes to every chain that hedges. */
export class ProviderHedges {
  private readonly listeners = new Set<HedgeListener>();

  readonly report: HedgeListener = (outcome) => {
    for (const listener of this.listeners) listener(outcome);
  };

  /** Tells of every second request from now on. */
  listen(listener: HedgeListener): void {
    this.listeners.add(listener);
  }
}
