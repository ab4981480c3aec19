// Several recognisers behind the port of one: when the stream of a call dies, the next provider hears what was not settled
// and goes on, and the caller repeats nothing.
import { chainName } from '../../provider/failover.js';
import type { ChainOptions } from '../../provider/failover.js';
import { afterTimeout, RetryPolicy } from '../../provider/retry.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { FallbackStream } from './fallback-stream.js';
import type { SttChain } from './fallback-stream.js';

export interface FallbackSttOptions extends ChainOptions {
  /**
   * Audio without a final transcript that is kept for the next stream, ms (16 kHz: 32 bytes each). Beyond it the oldest is
   * dropped: the beginning of a longer utterance is lost if its recogniser dies. Every adapter has to take this much at once.
   */
  readonly maxReplayMs?: number;
  /**
   * A stream that died after the last word of a turn cannot say that the turn is over, and the next one hears only
   * silence: the turn ends when that has lasted so long, ms.
   */
  readonly turnGraceMs?: number;
}

/**
 * A chain of recognisers, first to last. A new stream begins with the first that is healthy. Within a stream the chain moves
 * only when a provider fails: what works is not exchanged in the middle of a turn.
 */
export class FallbackStt implements SpeechToText {
  readonly name: string;
  /** Only when every provider of the chain ends turns on its own, since any of them may be the one that listens. */
  readonly endpointing: boolean;
  /** As its first provider: a client either recognises or sends audio, whoever is asked later. */
  readonly takesTranscripts: boolean;
  private readonly chain: SttChain;

  /** Throws a RangeError when there is no provider. */
  constructor(providers: readonly SpeechToText[], options: FallbackSttOptions) {
    this.name = chainName(providers);
    this.endpointing = providers.every((provider) => provider.endpointing);
    this.takesTranscripts = providers[0]?.takesTranscripts === true;
    this.chain = {
      name: this.name,
      endpointing: this.endpointing,
      takesTranscripts: this.takesTranscripts,
      providers,
      breakers: providers.map(({ name }) => options.health.breaker('stt', name)),
      retry: options.retry ?? new RetryPolicy(),
      after: options.after ?? afterTimeout,
      onOutcome: options.onOutcome ?? (() => undefined),
      maxReplayMs: options.maxReplayMs ?? 30_000,
      turnGraceMs: options.turnGraceMs ?? 1500,
    };
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    return new FallbackStream(this.chain, options, listener);
  }
}
