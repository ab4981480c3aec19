import type { ProviderKind } from '../../src/provider/provider.port.js';
import { MemoryRolloutStore } from '../../src/rollout/memory-store.js';
import { RolloutStoreError } from '../../src/rollout/rollout.port.js';
import type { Hold, RolloutState, RolloutStore, SetShares } from '../../src/rollout/rollout.port.js';

/** A store that several instances share, and that can be away. */
export class SharedRolloutStore implements RolloutStore {
  readonly scope = 'all instances';
  private readonly memory = new MemoryRolloutStore();
  private readonly listeners = new Set<(kind: ProviderKind) => void>();
  connected = true;

  async read(kind: ProviderKind): Promise<RolloutState> {
    this.reach();
    return this.memory.read(kind);
  }

  async setShares(kind: ProviderKind, shares: SetShares | undefined): Promise<void> {
    this.reach();
    await this.memory.setShares(kind, shares);
    this.announce(kind);
  }

  async addHold(kind: ProviderKind, hold: Hold): Promise<void> {
    this.reach();
    await this.memory.addHold(kind, hold);
    this.announce(kind);
  }

  async removeHolds(kind: ProviderKind, providers: readonly string[]): Promise<void> {
    this.reach();
    await this.memory.removeHolds(kind, providers);
    this.announce(kind);
  }

  watch(listener: (kind: ProviderKind) => void): void {
    this.listeners.add(listener);
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }

  private reach(): void {
    if (!this.connected) throw new RolloutStoreError('It is away.');
  }

  private announce(kind: ProviderKind): void {
    for (const listener of this.listeners) listener(kind);
  }
}
