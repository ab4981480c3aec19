// Which provider a caller gets when several share the work: shares in percent, a stable choice for each user, and a guard
// that takes a canary's share back. Owns the choice; making providers, and falling back within a chain, is done elsewhere.
import type { RolloutShares } from '../config/shares.port.js';
import type { ProviderKind } from '../provider/provider.port.js';

/** Shares that somebody has set at run time. */
export interface SetShares extends RolloutShares {
  /** User id of who set them. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** `down`: its circuit breaker is open. `errors`, `latency`: over the bound within the guard's window. */
export type HoldCause = 'down' | 'errors' | 'latency';

/** An entry gets no callers, until a person lifts this. */
export interface Hold {
  /** First provider of the entry. */
  readonly provider: string;
  readonly cause: HoldCause;
  /** A sentence with the numbers. */
  readonly why: string;
  /** ISO 8601. */
  readonly at: string;
  /** Which process has measured it. */
  readonly by: string;
}

/** What was decided at run time about one kind of provider. */
export interface RolloutState {
  /** Undefined: the environment decides. */
  readonly shares: SetShares | undefined;
  readonly holds: readonly Hold[];
}

/** The state cannot be reached, or did not answer within a bounded time. The message is for the operator. */
export class RolloutStoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RolloutStoreError';
  }
}

/**
 * Keeps the states. Every method settles within a bounded time and rejects with RolloutStoreError; what was read after a
 * change has resolved holds that change.
 */
export interface RolloutStore {
  /** Who else sees what is stored here. */
  readonly scope: 'all instances' | 'this process';
  /** Whether it can be reached now. */
  readonly connected: boolean;
  read(kind: ProviderKind): Promise<RolloutState>;
  /** Undefined forgets what was set. */
  setShares(kind: ProviderKind, shares: SetShares | undefined): Promise<void>;
  /** The first hold of a provider stays. */
  addHold(kind: ProviderKind, hold: Hold): Promise<void>;
  removeHolds(kind: ProviderKind, providers: readonly string[]): Promise<void>;
  /** Tells when a state may have changed elsewhere. Called once. */
  watch(listener: (kind: ProviderKind) => void): void;
  close(): Promise<void>;
}
