import type { ProviderKind } from '../provider/provider.port.js';
import { errorPercent } from './guard.js';
import type { Guard, GuardBounds, Measured } from './guard.js';
import type { KindRollout } from './kind-rollout.js';
import type { RolloutEntry } from '../config/shares.port.js';
import type { Hold, RolloutStore } from './rollout.port.js';
import { entryName } from '../config/shares.js';

export interface EntryView {
  /** As in the shares: a provider or a chain. */
  readonly name: string;
  /** Its first provider, which is who is measured. */
  readonly provider: string;
  readonly role: 'baseline' | 'canary';
  /** Percent, as it was set. */
  readonly share: number;
  /** Percent of the callers that it serves now: a held entry's callers are with the baseline. */
  readonly serving: number;
  readonly hold: Omit<Hold, 'provider'> | null;
  /** Over a bound, and still in use. */
  readonly investigate: { readonly cause: Hold['cause']; readonly why: string } | null;
  /** Why it cannot be used by the process that answers. */
  readonly fault: string | null;
  readonly measured: Omit<Measured, 'down' | 'p95Ms'> & {
    readonly errorPercent: number | null;
    readonly p95Ms: number | null;
    readonly down: boolean;
  };
}

export interface KindView {
  readonly source: KindRollout['source'];
  readonly set: { readonly by: string; readonly at: string } | null;
  readonly entries: readonly EntryView[];
}

export interface RolloutView {
  /** Whom a change reaches. */
  readonly scope: RolloutStore['scope'];
  readonly connected: boolean;
  /** Who has measured. */
  readonly instance: string;
  readonly bounds: GuardBounds;
  readonly kinds: Readonly<Record<ProviderKind, KindView>>;
}

export function viewOf(
  kinds: readonly KindRollout[],
  guard: Guard,
  store: RolloutStore,
  instance: string,
): RolloutView {
  return {
    scope: store.scope,
    connected: store.connected,
    instance,
    bounds: guard.bounds,
    kinds: Object.fromEntries(kinds.map((rollout) => [rollout.kind, kindView(rollout, guard)])) as RolloutView['kinds'],
  };
}

function kindView(rollout: KindRollout, guard: Guard): KindView {
  const entries = rollout.shares?.entries ?? [];
  const serving = new Map<RolloutEntry, number>();
  for (const entry of entries) {
    const by = rollout.servedBy(entry);
    if (by !== undefined) serving.set(by, (serving.get(by) ?? 0) + entry.share);
  }
  return {
    source: rollout.source,
    set: rollout.setBy ?? null,
    entries: entries.map((entry) => entryView(entry, serving.get(entry) ?? 0, rollout, guard)),
  };
}

function entryView(entry: RolloutEntry, serving: number, rollout: KindRollout, guard: Guard): EntryView {
  const [provider] = entry.providers;
  const { down, p95Ms, ...measured } = guard.measured(rollout.kind, provider);
  const { provider: _, ...hold } = rollout.holds.get(provider) ?? { provider: undefined };
  return {
    name: entryName(entry),
    provider,
    role: provider === rollout.shares?.baseline ? 'baseline' : 'canary',
    share: entry.share,
    serving: Math.round(serving * 100) / 100,
    hold: 'cause' in hold ? hold : null,
    investigate: rollout.concernOf(provider) ?? null,
    fault: rollout.faultOf(entry) ?? null,
    measured: {
      ...measured,
      errorPercent: errorPercent(measured) ?? null,
      p95Ms: p95Ms ?? null,
      down: down !== undefined,
    },
  };
}
