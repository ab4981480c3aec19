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
  private line: Promise<unknown> = Promise.resolve();

  /** Answers nothing until the returned function is called; then in the order of the questions, as Redis does. */
  hang(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.line = this.line.then(() => promise);
    return resolve;
  }

  async read(kind: ProviderKind): Promise<RolloutState> {
    return this.inTurn(() => this.memory.read(kind));
  }

  async setShares(kind: ProviderKind, shares: SetShares | undefined): Promise<void> {
    await this.inTurn(() => this.memory.setShares(kind, shares));
    this.announce(kind);
  }

  async addHold(kind: ProviderKind, hold: Hold): Promise<void> {
    await this.inTurn(() => this.memory.addHold(kind, hold));
    this.announce(kind);
  }

  async removeHolds(kind: ProviderKind, providers: readonly string[]): Promise<void> {
    await this.inTurn(() => this.memory.removeHolds(kind, providers));
    this.announce(kind);
  }

  watch(listener: (kind: ProviderKind) => void): void {
    this.listeners.add(listener);
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }

  private async inTurn<T>(action: () => Promise<T>): Promise<T> {
    const answer = this.line.then(() => {
      if (!this.connected) throw new RolloutStoreError('It is away.');
      return action();
    });
    this.line = answer.catch(() => undefined);
    return answer;
  }

  private announce(kind: ProviderKind): void {
    for (const listener of this.listeners) listener(kind);
  }
}
