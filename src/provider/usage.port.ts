// What providers were used for, in the units that vendors bill by. Told by whichever of a chain was asked.
import type { ProviderKind } from './provider.port.js';

/** Input tokens that came out of the vendor's cache count as `cachedInputTokens` alone. */
export type UsageUnit = 'audioSeconds' | 'characters' | 'inputTokens' | 'cachedInputTokens' | 'outputTokens';

export interface ProviderUsage {
  readonly kind: ProviderKind;
  /** As chains name it. */
  readonly provider: string;
  /** The vendor's own name of what ran; empty where there is only one. */
  readonly model: string;
  readonly amounts: Readonly<Partial<Record<UsageUnit, number>>>;
}

/** Quick, and does not throw. */
export type UsageListener = (usage: ProviderUsage) => void;
