import { entryName } from '../../config/shares.js';
import { judge } from '../guard.js';
import type { Guard } from '../guard.js';
import type { KindRollout } from '../kind-rollout.js';
import { RolloutRefused } from '../rollout-refused.js';
import { overCacheBound } from './cache-bound.js';
import type { PlanBounds, PlanLook, PlanParties, PlanTarget } from './plan-target.port.js';

/** Who sets shares for a plan, as the rollout's `set.by` says it. */
const BY_PLAN = 'plan:';

/** Providers of a kind, moved by a plan. Measured by this process; each worker looks for itself, and any may stop it. */
export class KindTarget implements PlanTarget {
  constructor(
    private readonly rollout: KindRollout,
    private readonly guard: Guard,
  ) {}

  async check({ canary, baseline }: PlanParties): Promise<void> {
    for (const chain of [canary, baseline]) {
      const written = chainOf(chain);
      // Uses are counted, and shares compared, by the name as it is here.
      if (written !== chain) throw new RolloutRefused('invalid_shares', `Write it without spaces: "${written}".`);
    }
    const provider = firstOf(canary);
    if (provider === firstOf(baseline)) {
      throw new RolloutRefused(
        'invalid_shares',
        `The canary and the baseline both begin with ${provider}: the first provider of each is what is compared.`,
      );
    }
    this.rollout.check({ [canary]: 50, [baseline]: 50 }, baseline);
  }

  async look({ canary, baseline }: PlanParties, bounds: PlanBounds): Promise<PlanLook> {
    const { rollout, guard } = this;
    const [provider, trusted] = [firstOf(canary), firstOf(baseline)];
    const measured = guard.measured(rollout.kind, provider, bounds.maxP95Ms);
    const { setBy } = rollout;
    return {
      uses: measured.attempts,
      held: rollout.holds.get(provider)?.why,
      investigate: rollout.concernOf(provider)?.why ?? rollout.concernOf(trusted)?.why,
      over:
        judge(measured, { ...guard.bounds, ...bounds })?.why ??
        overCacheBound(guard.cached(rollout.kind, provider), bounds.minCacheHitPercent),
      ...(setBy === undefined || setBy.by.startsWith(BY_PLAN)
        ? {}
        : { setByHand: { by: setBy.by, at: Date.parse(setBy.at) } }),
    };
  }

  async apply({ canary, baseline }: PlanParties, share: number, by: string): Promise<void> {
    const { shares } = this.rollout;
    const has = new Map(shares?.entries.map((entry) => [entryName(entry), entry.share]));
    const isSo = has.size === 2 && has.get(canary) === share && has.get(baseline) === round(100 - share);
    if (isSo && shares?.baseline === firstOf(baseline)) return;
    await this.rollout.change({ [canary]: share, [baseline]: round(100 - share) }, baseline, `${BY_PLAN}${by}`);
  }
}

const chainOf = (text: string): string =>
  text
    .split('>')
    .map((part) => part.trim())
    .join('>');
const firstOf = (chain: string): string => chain.split('>')[0] ?? chain;
/** Shares have two decimals. */
const round = (share: number): number => Math.round(share * 100) / 100;
