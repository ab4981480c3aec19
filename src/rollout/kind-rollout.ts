import type { ProviderKind } from '../provider/provider.port.js';
import { assign } from './assignment.js';
import type { Guard, Verdict } from './guard.js';
import type { RolloutEntry, RolloutShares } from '../config/shares.port.js';
import type { Hold, RolloutState, RolloutStore, SetShares } from './rollout.port.js';
import { RolloutRefused } from './rollout-refused.js';
import { entryName, largest, readShares, sharesOf } from '../config/shares.js';

export interface KindOptions {
  /** What the environment says; undefined when it says nothing. */
  readonly configured: readonly RolloutEntry[] | undefined;
  /** Providers that there are. */
  readonly names: readonly string[];
  /** Gets a chain ready for callers. Throws an Error that says why it cannot be used as this process is configured. */
  readonly prepare: (providers: readonly string[]) => void;
}

export interface RolloutDeps {
  readonly store: RolloutStore;
  readonly guard: Guard;
  readonly log: RolloutLog;
  /** Name of this process, for whoever reads a hold. */
  readonly instance: string;
  /** Ms since the epoch. */
  readonly date: () => number;
  /** Told of every hold that this process has made. */
  readonly onHold: (kind: ProviderKind, hold: Hold) => void;
}

export interface RolloutLog {
  info(line: object): void;
  warn(line: object): void;
}

/** Who wants to change something: a user id. */
type Actor = string;

const NOTHING: RolloutState = { shares: undefined, holds: [] };

/** The rollout of one kind of provider, in this process. */
export class KindRollout {
  private set: SetShares | undefined;
  /** The shares that the store named last, as JSON; undefined before it was asked. */
  private seen: string | undefined;
  private current: RolloutShares | undefined;
  private readonly held = new Map<string, Hold>();
  /** Holds of this process that the store does not know yet. */
  private readonly unsaved = new Map<string, Hold>();
  /** Entries that cannot be used here, by name, and why. */
  private readonly broken = new Map<string, string>();
  /** What is wrong with those that stay in use, by first provider. */
  private readonly concerns = new Map<string, Verdict>();

  constructor(
    readonly kind: ProviderKind,
    private readonly options: KindOptions,
    private readonly deps: RolloutDeps,
  ) {}

  /** Lets the environment decide until the store has been read. */
  begin(): void {
    this.use(NOTHING);
  }

  /** What is shared out; undefined when there is no rollout. */
  get shares(): RolloutShares | undefined {
    return this.current;
  }

  get source(): 'environment' | 'admin' | 'none' {
    if (this.current === undefined) return 'none';
    return this.set === undefined ? 'environment' : 'admin';
  }

  /** Who set the shares, when it was not the environment. */
  get setBy(): { readonly by: string; readonly at: string } | undefined {
    return this.set === undefined ? undefined : { by: this.set.by, at: this.set.at };
  }

  get holds(): ReadonlyMap<string, Hold> {
    return this.held;
  }

  concernOf(provider: string): Verdict | undefined {
    return this.concerns.get(provider);
  }

  faultOf(entry: RolloutEntry): string | undefined {
    return this.broken.get(entryName(entry));
  }

  /** The chain that serves a user; undefined means the server's own. */
  chainFor(userId: string): readonly string[] | undefined {
    const entry = this.current && assign(this.current.entries, this.kind, userId);
    return entry && this.servedBy(entry)?.providers;
  }

  /** Who serves the callers of an entry now; undefined when even the baseline cannot be used here. */
  servedBy(entry: RolloutEntry): RolloutEntry | undefined {
    const baseline = this.baseline();
    const [provider] = entry.providers;
    const isAway = this.broken.has(entryName(entry)) || this.held.has(provider);
    if (!isAway) return entry;
    return baseline === undefined || this.broken.has(entryName(baseline)) ? undefined : baseline;
  }

  /** Takes over what the store says. Rejects with RolloutStoreError. */
  async refresh(): Promise<void> {
    for (const hold of this.unsaved.values()) {
      await this.deps.store.addHold(this.kind, hold);
      this.unsaved.delete(hold.provider);
    }
    this.use(await this.deps.store.read(this.kind));
  }

  /**
   * Shares the callers out anew. Without a baseline the one before stays, if it is still among them with a share, else it is
   * the largest. Rejects with RolloutRefused or RolloutStoreError.
   */
  async change(written: Readonly<Record<string, number>>, baseline: string | undefined, by: Actor): Promise<void> {
    const { entries, baseline: chosen } = this.check(written, baseline);
    const at = new Date(this.deps.date()).toISOString();
    await this.deps.store.setShares(this.kind, { entries, baseline: chosen, by, at });
    this.deps.log.info({ msg: 'rollout changed', kind: this.kind, by, shares: written, baseline: chosen });
    await this.refresh();
  }

  /** What `change` would make of it. Throws RolloutRefused. */
  check(written: Readonly<Record<string, number>>, baseline: string | undefined): RolloutShares {
    const { entries, faults } = readShares(
      Object.entries(written).map(([name, share]) => ({ name, share })),
      this.options.names,
    );
    if (faults.length > 0)
      throw new RolloutRefused('invalid_shares', `The shares are not usable: ${faults.join('; ')}.`);
    const chosen = this.chooseBaseline(entries, baseline);
    if (this.held.has(chosen)) {
      throw new RolloutRefused('held_back', `${chosen} is held back and cannot be the baseline: lift the hold first.`);
    }
    for (const { providers } of entries) this.ready(providers);
    return { entries, baseline: chosen };
  }

  /** Gets a chain ready for callers. Throws RolloutRefused (`provider_not_usable`) where this process has no key for it. */
  ready(providers: readonly string[]): void {
    try {
      this.options.prepare(providers);
    } catch (error) {
      throw new RolloutRefused('provider_not_usable', (error as Error).message);
    }
  }

  /** Forgets what was set at run time: the environment decides again. Holds stay. Rejects with RolloutStoreError. */
  async forgetShares(by: Actor): Promise<void> {
    await this.deps.store.setShares(this.kind, undefined);
    this.deps.log.info({ msg: 'rollout left to the environment', kind: this.kind, by });
    await this.refresh();
  }

  /** Gives an entry its callers back; all that are held back when none is named. Rejects as `change` does. */
  async lift(provider: string | undefined, by: Actor): Promise<void> {
    const providers = provider === undefined ? [...this.held.keys()] : [provider];
    if (providers.length === 0 || !providers.every((name) => this.held.has(name))) {
      throw new RolloutRefused('not_held', 'That is not held back.');
    }
    await this.deps.store.removeHolds(this.kind, providers);
    for (const name of providers) this.unsaved.delete(name);
    this.deps.log.info({ msg: 'rollout hold lifted', kind: this.kind, providers, by });
    await this.refresh();
  }

  /** Compares what was measured with the bounds, and takes back the share of whoever is over them. */
  evaluate(): void {
    const { current, deps, kind } = this;
    const baseline = this.baseline();
    for (const entry of current?.entries ?? []) {
      const [provider] = entry.providers;
      if (entry.share === 0 || (this.held.has(provider) && entry !== baseline)) continue;
      const verdict = deps.guard.judge(kind, provider);
      const canMove = entry !== baseline && !this.isDown(baseline);
      if (verdict !== undefined && canMove) this.holdBack(provider, verdict);
      else this.note(provider, verdict, entry === baseline);
    }
  }

  private chooseBaseline(entries: readonly RolloutEntry[], wanted: string | undefined): string {
    const firsts = entries.map(({ providers }) => providers[0]);
    if (wanted !== undefined) {
      const named = entries.find((entry) => entry.providers[0] === wanted || entryName(entry) === wanted);
      if (named !== undefined) return named.providers[0];
      throw new RolloutRefused('invalid_shares', `The baseline must be one of the entries: ${firsts.join(', ')}.`);
    }
    const before = this.current?.baseline;
    const stays = entries.some(({ providers, share }) => providers[0] === before && share > 0);
    return before !== undefined && stays ? before : largest(entries);
  }

  private baseline(): RolloutEntry | undefined {
    return this.current?.entries.find(({ providers }) => providers[0] === this.current?.baseline);
  }

  /** Callers are not sent from one that fails to one that is down. */
  private isDown(entry: RolloutEntry | undefined): boolean {
    return entry !== undefined && this.deps.guard.measured(this.kind, entry.providers[0]).down !== undefined;
  }

  private holdBack(provider: string, { cause, why }: Verdict): void {
    const { deps, kind } = this;
    const hold: Hold = { provider, cause, why, at: new Date(deps.date()).toISOString(), by: deps.instance };
    this.held.set(provider, hold);
    this.unsaved.set(provider, hold);
    this.concerns.delete(provider);
    deps.log.warn({ msg: 'rollout share moved back', kind, provider, cause, why, to: this.current?.baseline });
    deps.onHold(kind, hold);
    // When the store is away, the hold is saved with the next refresh; until then it holds here.
    this.refresh().catch((error: Error) =>
      deps.log.warn({ msg: 'rollout hold is not shared yet', kind, provider, reason: error.message }),
    );
  }

  private note(provider: string, verdict: Verdict | undefined, isBaseline: boolean): void {
    const { concerns, deps, kind } = this;
    const before = concerns.get(provider);
    if (verdict === undefined) concerns.delete(provider);
    else concerns.set(provider, verdict);
    if (verdict === undefined || verdict.cause === before?.cause) return;
    const { cause, why } = verdict;
    const stays = isBaseline ? 'it is the baseline' : 'the baseline is down';
    deps.log.warn({ msg: 'rollout: investigate', kind, provider, cause, why, stays });
  }

  private use(state: RolloutState): void {
    const text = JSON.stringify(state.shares ?? null);
    if (text !== this.seen) this.useShares(state.shares);
    this.seen = text;
    this.useHolds(state.holds);
  }

  private useShares(shares: SetShares | undefined): void {
    const { configured, names, prepare } = this.options;
    const { log } = this.deps;
    const { kind } = this;
    const faults = shares === undefined ? [] : faultsOf(shares, names);
    // Another version of this program may know providers that this one does not.
    if (faults.length > 0) {
      log.warn({ msg: 'rollout that was set is not usable here: the environment decides', kind, faults });
    }
    this.set = faults.length > 0 ? undefined : shares;
    this.current = this.set ?? (configured === undefined ? undefined : sharesOf(configured));
    if (this.current !== undefined) {
      const shown = this.current.entries.map((entry) => `${entryName(entry)}:${entry.share}`).join(',');
      log.info({ msg: 'rollout in use', kind, shares: shown, baseline: this.current.baseline, source: this.source });
    }
    this.broken.clear();
    for (const entry of this.current?.entries ?? []) {
      try {
        prepare(entry.providers);
      } catch (error) {
        this.broken.set(entryName(entry), (error as Error).message);
        log.warn({
          msg: 'rollout entry not usable here',
          kind,
          entry: entryName(entry),
          reason: (error as Error).message,
        });
      }
    }
  }

  private useHolds(holds: readonly Hold[]): void {
    const { deps, held, kind, unsaved } = this;
    const next = new Map([...unsaved.values(), ...holds].map((hold) => [hold.provider, hold]));
    for (const provider of held.keys()) {
      if (next.has(provider)) continue;
      deps.guard.forget(kind, provider);
      deps.log.info({ msg: 'rollout share given back', kind, provider });
    }
    for (const hold of next.values()) {
      if (!held.has(hold.provider)) deps.log.warn({ msg: 'rollout share held back', kind, ...hold });
    }
    held.clear();
    for (const [provider, hold] of next) held.set(provider, hold);
  }
}

/** What is wrong with shares that came out of the store. */
function faultsOf({ entries, baseline }: RolloutShares, names: readonly string[]): readonly string[] {
  const written = entries.map((entry) => ({ name: entryName(entry), share: entry.share }));
  const { faults } = readShares(written, names);
  return entries.some(({ providers }) => providers[0] === baseline)
    ? faults
    : [...faults, 'the baseline is none of the entries'];
}
