import type { Clock } from '../conversation/clock.port.js';
import type { ProviderKind } from '../provider/provider.port.js';
import type { Guard } from './guard.js';
import { KindRollout } from './kind-rollout.js';
import type { KindOptions, RolloutDeps } from './kind-rollout.js';
import type { RolloutStore } from './rollout.port.js';
import { viewOf } from './rollout-view.js';
import type { RolloutView } from './rollout-view.js';

export const KINDS = ['stt', 'llm', 'tts'] as const satisfies readonly ProviderKind[];

/** How often the guard compares, ms: so late may it notice. */
const EVALUATE_EVERY_MS = 1_000;
/** Every so many times the store is read again: announcements are not kept for whoever was away for a moment. */
const REFRESH_EVERY = 10;

/** The rollouts of this process: keeps them in step with the store, and lets the guard look at them. */
export class Rollouts {
  private readonly kinds: Readonly<Record<ProviderKind, KindRollout>>;
  private readonly store: RolloutStore;
  private readonly guard: Guard;
  private cancelTick: (() => void) | undefined;
  private ticks = 0;
  private isReachable = true;

  constructor(
    options: Readonly<Record<ProviderKind, KindOptions>>,
    private readonly deps: RolloutDeps,
    private readonly clock: Clock,
  ) {
    this.store = deps.store;
    this.guard = deps.guard;
    this.kinds = {
      stt: new KindRollout('stt', options.stt, deps),
      llm: new KindRollout('llm', options.llm, deps),
      tts: new KindRollout('tts', options.tts, deps),
    };
  }

  /** Reads what was set and held before, then keeps up. Resolves within a bounded time, also when the store is away. */
  async start(): Promise<void> {
    for (const kind of KINDS) this.kinds[kind].begin();
    this.store.watch((kind) => void this.refresh(kind));
    await Promise.all(KINDS.map((kind) => this.refresh(kind)));
    this.tick();
  }

  async close(): Promise<void> {
    this.cancelTick?.();
    await this.store.close();
  }

  of(kind: ProviderKind): KindRollout {
    return this.kinds[kind];
  }

  /** The chain of providers that serves a user; undefined means the server's own. */
  chainFor(kind: ProviderKind, userId: string): readonly string[] | undefined {
    return this.kinds[kind].chainFor(userId);
  }

  view(): RolloutView {
    const { store, guard, kinds, deps } = this;
    return viewOf(Object.values(kinds), guard, store, deps.instance);
  }

  private tick(): void {
    for (const kind of KINDS) this.kinds[kind].evaluate();
    this.ticks += 1;
    if (this.ticks % REFRESH_EVERY === 0) for (const kind of KINDS) void this.refresh(kind);
    this.cancelTick = this.clock.after(EVALUATE_EVERY_MS, () => this.tick());
  }

  /** What cannot be read now is read later; what was known stays in use. */
  private async refresh(kind: ProviderKind): Promise<void> {
    try {
      await this.kinds[kind].refresh();
      this.isReachable = true;
    } catch (error) {
      if (this.isReachable) {
        this.deps.log.warn({
          msg: 'rollout state cannot be read; what is known stays',
          reason: (error as Error).message,
        });
      }
      this.isReachable = false;
    }
  }
}
