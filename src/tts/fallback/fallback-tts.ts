// Several voices behind the port of one: when one fails in the middle of a sentence, the next speaks the rest of it.
import { chainName } from '../../provider/failover.js';
import type { ChainOptions } from '../../provider/failover.js';
import { afterTimeout, RetryPolicy } from '../../provider/retry.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { FallbackStream, ownVoice } from './fallback-stream.js';
import type { TtsChain } from './fallback-stream.js';

/**
 * A chain of voices, first to last. A new stream begins with the first that is healthy. Within a stream the chain moves only
 * when a provider fails: a caller who has heard the voice change once need not hear it change back.
 *
 * Where the rest of a sentence begins is known from the voice's word timings, or estimated from how much audio of it was
 * delivered. A word that was broken off is said again.
 */
export class FallbackTts implements TextToSpeech {
  readonly name: string;
  readonly remote: boolean;
  private readonly chain: TtsChain;

  /** Throws a RangeError when there is no provider. */
  constructor(providers: readonly TextToSpeech[], options: ChainOptions) {
    this.name = chainName(providers);
    // A client that speaks by itself cannot be replaced in the middle of a sentence: it is never one of several.
    this.remote = providers.length === 1 && providers[0]?.remote === true;
    this.chain = {
      name: this.name,
      providers,
      breakers: providers.map(({ name }) => options.health.breaker('tts', name)),
      retry: options.retry ?? new RetryPolicy(),
      after: options.after ?? afterTimeout,
      onOutcome: options.onOutcome ?? (() => undefined),
    };
  }

  /** Whoever of the chain may have to speak. */
  speaks({ language, ...named }: Pick<TtsOptions, 'voice' | 'voices' | 'language'>): boolean | undefined {
    const answers = this.chain.providers.map((provider, index) =>
      provider.speaks?.({ language, voice: ownVoice(named, provider.name, index) }),
    );
    return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    return new FallbackStream(this.chain, options, listener);
  }
}
