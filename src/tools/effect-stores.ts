// Other ways to remember which side effects were caused.
import type { EffectClaim, EffectResult, SideEffect } from '../database/calls/call-store.port.js';
import type { EffectStore } from './side-effects.js';

/** In the memory of this process. */
export class MemoryEffects implements EffectStore {
  readonly kept = new Map<string, { status: 'running' | EffectResult; outcome: object | undefined }>();

  claimEffect({ key }: SideEffect): Promise<EffectClaim> {
    const known = this.kept.get(key);
    if (known !== undefined && known.status !== 'failed') {
      return Promise.resolve({ claimed: false, status: known.status, outcome: known.outcome });
    }
    this.kept.set(key, { status: 'running', outcome: undefined });
    return Promise.resolve({ claimed: true });
  }

  settleEffect(key: string, status: EffectResult, outcome: object | undefined): Promise<void> {
    this.kept.set(key, { status, outcome });
    return Promise.resolve();
  }
}

/** That something was caused, without what the tool had answered. */
export const withoutOutcomes = (effects: EffectStore): EffectStore => ({
  claimEffect: (effect, access) => effects.claimEffect(effect, access),
  settleEffect: (key, result, _outcome, access) => effects.settleEffect(key, result, undefined, access),
});
