import type { EffectClaim, EffectResult, SideEffect } from '../../src/database/calls/call-store.port.js';
import type { EffectStore } from '../../src/tools/side-effects.js';

/** Side effects kept in memory: what the contract of the call store asks for, without a database. */
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
