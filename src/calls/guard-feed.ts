import type { CallInfo, CallObserver } from './call-observer.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { ProviderHealth } from '../provider/health.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { ProviderKind } from '../provider/provider.port.js';
import type { Guard } from '../rollout/guard.js';

/** Tells the guard what providers do: their attempts and circuit breakers, and how long the turns of calls waited. */
export class GuardFeed implements CallObserver {
  /** @param onOpened a circuit breaker has opened: there is no reason to wait */
  constructor(
    private readonly guard: Guard,
    health: ProviderHealth,
    onOpened: (kind: ProviderKind) => void,
  ) {
    // bad_request counts: one that refuses what the others take does worse than they do.
    health.onAttempt(({ kind, provider, failure, again }) => {
      guard.attempt(kind, provider, failure !== undefined, again);
    });
    health.onChange(({ kind, provider, state, lastFailure, nextProbeAt }) => {
      const openMs = state === 'open' && nextProbeAt !== undefined ? Math.max(0, nextProbeAt - Date.now()) : 0;
      guard.opened(kind, provider, openMs, lastFailure);
      if (openMs > 0) onOpened(kind);
    });
  }

  started(): void {
    // A call has shown nothing yet.
  }

  event({ providers }: CallInfo, event: ConversationEvent): void {
    if (event.type !== 'turn.metrics') return;
    this.waited('stt', providers.stt, event.transcriptMs);
    this.waited('llm', providers.llm, event.firstTokenMs);
    this.waited('tts', providers.tts, event.firstAudioMs);
  }

  used(_call: CallInfo, { kind, provider, amounts }: ProviderUsage): void {
    const { inputTokens = 0, cachedInputTokens = 0 } = amounts;
    this.guard.cache(kind, provider, cachedInputTokens, inputTokens + cachedInputTokens);
  }

  /** `chain`: the name of the chain; its first provider answers for it, whoever had to help. */
  private waited(kind: ProviderKind, chain: string, ms: number | undefined): void {
    const provider = chain.split('>')[0];
    if (ms !== undefined && provider !== undefined) this.guard.latency(kind, provider, ms);
  }
}
