// What a plan moves: providers of a kind, or versions of an agent.

/** What must hold for a canary to go on. */
export interface PlanBounds {
  readonly maxErrorPercent: number;
  readonly maxP95Ms: number;
  readonly minCacheHitPercent?: number | undefined;
}

/** Who is tried against whom. */
export interface PlanParties {
  readonly canary: string;
  readonly baseline: string;
}

/** How a canary does, as far as this process can tell. */
export interface PlanLook {
  /** Its uses within the guard's window. */
  readonly uses: number;
  /** Why the guard has taken its callers away; a sentence. */
  readonly held?: string | undefined;
  /** What a person has to look into: the guard has found something and could move nobody. */
  readonly investigate?: string | undefined;
  /** Which of the plan's bounds it is over; a sentence. */
  readonly over?: string | undefined;
  /** Who has set other shares by hand, and when (ms since 1970). */
  readonly setByHand?: { readonly by: string; readonly at: number } | undefined;
}

export interface PlanTarget {
  /** Rejects with RolloutRefused where one of them cannot be used. */
  check(parties: PlanParties): Promise<void>;
  look(parties: PlanParties, bounds: PlanBounds): Promise<PlanLook>;
  /** Gives the canary so many percent of the callers, unless it has them. `by`: who it is done for. */
  apply(parties: PlanParties, share: number, by: string): Promise<void>;
}
