// Every side effect happens once. Its key is stored before it begins, so that a retry, a call that is made twice, or
// another worker that takes the conversation over finds what became of it instead of doing it again.
import type { CallStore, EffectClaim, SideEffect } from '../database/calls/call-store.port.js';
import type { Access } from '../database/data.port.js';
import { failure, SpokenFailure } from './say.js';
import type { Consent, ToolOutcome } from './tool.port.js';

/** Where it is kept what was begun and how it went; all workers of a server see the same. */
export type EffectStore = Pick<CallStore, 'claimEffect' | 'settleEffect'>;

/** Longest time to note how it went, ms. */
const SETTLE_MS = 5_000;

export interface Effect extends SideEffect {
  /** Spoken when nobody can say whether it happened. */
  readonly unknownMessage: string;
  /** What came of it, when the tool can tell although its worker is gone. */
  readonly became?: () => Promise<ToolOutcome | undefined>;
}

export class SideEffects {
  /** Those under way in this process: who asks for one of them again waits for it. */
  private readonly running = new Map<string, Promise<ToolOutcome>>();

  /** `onFault` hears of notes that could not be kept. */
  constructor(
    private readonly store: EffectStore,
    private readonly onFault: (tool: string, error: unknown) => void,
  ) {}

  /**
   * Causes it by `work`, unless that was done or tried before: then what became of it. Throws a DataError when it cannot be
   * noted (nothing is done then), and whatever `work` throws.
   */
  async once(effect: Effect, access: Access, consent: Consent, work: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
    const { key } = effect;
    const underWay = this.running.get(key);
    if (underWay !== undefined) return await underWay;
    const outcome = this.cause(effect, access, consent, work).finally(() => this.running.delete(key));
    this.running.set(key, outcome);
    return await outcome;
  }

  private async cause(
    effect: Effect,
    access: Access,
    consent: Consent,
    work: () => Promise<ToolOutcome>,
  ): Promise<ToolOutcome> {
    const { key, callId, tool } = effect;
    const claim = await this.store.claimEffect({ key, callId, tool }, access);
    if (!claim.claimed) return (await this.found(claim, effect, access)) ?? standing(claim, effect);
    if (access.signal.aborted || !consent.begin()) {
      await this.settle(effect, 'failed', undefined, access);
      return failure('cancelled', 'That was taken back. Nothing was done.');
    }
    try {
      const outcome = await work();
      await this.settle(effect, outcome.ok ? 'done' : 'failed', outcome, access);
      return outcome;
    } catch (error) {
      // Only who says that nothing was done is believed.
      const isSure = error instanceof SpokenFailure && !error.uncertain;
      await this.settle(effect, isSure ? 'failed' : 'unknown', undefined, access);
      throw error;
    }
  }

  /** What the tool knows of an effect whose worker has not said how it went. */
  private async found(
    claim: Extract<EffectClaim, { claimed: false }>,
    effect: Effect,
    access: Access,
  ): Promise<ToolOutcome | undefined> {
    const outcome = claim.status === 'done' ? undefined : await effect.became?.();
    if (outcome?.ok === true) await this.settle(effect, 'done', outcome, access);
    return outcome;
  }

  /** What has happened is not changed by a note of it that cannot be kept: the key then stays taken. */
  private async settle(
    { key, tool }: Effect,
    result: 'done' | 'failed' | 'unknown',
    outcome: ToolOutcome | undefined,
    { caller }: Access,
  ): Promise<void> {
    try {
      await this.store.settleEffect(key, result, outcome, { caller, signal: AbortSignal.timeout(SETTLE_MS) });
    } catch (error) {
      this.onFault(tool, error);
    }
  }
}

/** What is told of an effect that is not ours to cause. */
function standing(claim: Extract<EffectClaim, { claimed: false }>, { unknownMessage }: Effect): ToolOutcome {
  if (claim.status !== 'done') return failure('failed', unknownMessage);
  return isOutcome(claim.outcome) ? claim.outcome : { ok: true, data: { done: true } };
}

/** It is our own note, made by `settle`; only one that was cut off by its length is missing. */
const isOutcome = (value: unknown): value is ToolOutcome =>
  typeof value === 'object' && value !== null && 'ok' in value && value.ok === true && 'data' in value;
