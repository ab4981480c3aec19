// Failures of providers in chains, told to whoever wants to know: the log, metrics, a rollout's guard.
import type { OutcomeListener } from './failover.js';

/** Make one per process; `report` goes to every chain as its `onOutcome`. */
export class ProviderOutcomes {
  private readonly listeners = new Set<OutcomeListener>();

  readonly report: OutcomeListener = (outcome) => {
    for (const listener of this.listeners) listener(outcome);
  };

  /** Tells of every failure from now on; the returned function ends that. */
  listen(listener: OutcomeListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
}
