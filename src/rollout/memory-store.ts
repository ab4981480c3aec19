import type { ProviderKind } from '../provider/provider.port.js';
import type { Hold, RolloutState, RolloutStore, SetShares } from './rollout.port.js';

/** For a process on its own: what is set is gone when it ends. */
export class MemoryRolloutStore implements RolloutStore {
  readonly scope = 'this process';
  readonly connected = true;
  private readonly states = new Map<ProviderKind, RolloutState>();

  async read(kind: ProviderKind): Promise<RolloutState> {
    return this.states.get(kind) ?? { shares: undefined, holds: [] };
  }

  async setShares(kind: ProviderKind, shares: SetShares | undefined): Promise<void> {
    this.states.set(kind, { ...(await this.read(kind)), shares });
  }

  async addHold(kind: ProviderKind, hold: Hold): Promise<void> {
    const state = await this.read(kind);
    if (state.holds.some(({ provider }) => provider === hold.provider)) return;
    this.states.set(kind, { ...state, holds: [...state.holds, hold] });
  }

  async removeHolds(kind: ProviderKind, providers: readonly string[]): Promise<void> {
    const state = await this.read(kind);
    this.states.set(kind, { ...state, holds: state.holds.filter(({ provider }) => !providers.includes(provider)) });
  }

  watch(): void {
    // Nobody else changes anything.
  }

  async close(): Promise<void> {
    this.states.clear();
  }
}
