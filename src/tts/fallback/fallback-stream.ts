import { closedEarlyError } from '../../provider/failure.js';
import type { Attempt, Breaker } from '../../provider/health-breaker.js';
import { Failover, toProviderError } from '../../provider/failover.js';
import type { Choice, OutcomeListener } from '../../provider/failover.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { After, RetryPolicy } from '../../provider/retry.js';
import type { Word } from '../../stt/stt.port.js';
import type { TextToSpeech, TtsEvent, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { CHARS_PER_MS } from './rest-of-text.js';
import { SegmentProgress } from './segment-progress.js';

export interface TtsChain {
  readonly name: string;
  readonly providers: readonly TextToSpeech[];
  readonly breakers: readonly Breaker[];
  readonly retry: RetryPolicy;
  readonly after: After;
  readonly onOutcome: OutcomeListener;
}

/** The voice that is speaking now. */
interface ActiveStream {
  readonly index: number;
  readonly attempt: Attempt;
  /** The segment that is its segment 0, and the next one to hand to it. */
  readonly first: number;
  next: number;
  stream: TtsStream | undefined;
  endTold: boolean;
  /** It has made audio. */
  alive: boolean;
  /** What it has spoken to its end: the measure of its speaking rate. */
  chars: number;
  ms: number;
}

const newActive = (index: number, attempt: Attempt, first: number): ActiveStream => ({
  index,
  attempt,
  first,
  next: first,
  stream: undefined,
  endTold: false,
  alive: false,
  chars: 0,
  ms: 0,
});

/** The voice of one of the chain, at `index`: a voice's name means nothing to another provider. */
export const ownVoice = (
  { voice, voices }: Pick<TtsOptions, 'voice' | 'voices'>,
  provider: string,
  index: number,
): string => (index === 0 && voice !== '' ? voice : (voices?.[provider] ?? ''));

/** Less speech than this says too little about a voice's speaking rate, ms. */
const MEASURABLE_MS = 1000;

/** One reply's speech by whoever of the chain works. */
export class FallbackStream implements TtsStream {
  private readonly failover: Failover;
  private readonly bytesPerMs: number;
  /** Segments whose audio is not all there; the first is the current one, number `current`. */
  private readonly queue: SegmentProgress[] = [];
  private current = 0;
  private active: ActiveStream | undefined;
  private endAsked = false;
  private done = false;
  private cancelWait: (() => void) | undefined;

  constructor(
    private readonly chain: TtsChain,
    private readonly options: TtsOptions,
    private readonly listener: TtsListener,
  ) {
    this.bytesPerMs = (options.sampleRate * 2) / 1000;
    this.failover = new Failover(chain.breakers, chain.retry);
    this.connect(this.failover.first());
  }

  speak(_segment: number, text: string): void {
    if (this.done || this.endAsked) return;
    this.queue.push(new SegmentProgress(text));
    if (this.active !== undefined) this.feed(this.active);
  }

  end(): void {
    if (this.done || this.endAsked) return;
    this.endAsked = true;
    if (this.active !== undefined) return this.feed(this.active);
    // Between two voices, with nothing left to say.
    if (this.queue.length === 0) queueMicrotask(() => this.finish({ type: 'ended' }));
  }

  abort(): void {
    if (this.done) return;
    const { active } = this;
    this.release();
    active?.stream?.abort();
    if (active?.alive === true) active.attempt.succeeded();
    else active?.attempt.abandoned();
  }

  private connect(index: number): void {
    const { providers, breakers } = this.chain;
    const provider = providers[index];
    const attempt = breakers[index]?.begin();
    if (provider === undefined || attempt === undefined) throw new RangeError(`no provider ${index} in the chain`);
    const active = newActive(index, attempt, this.current);
    this.active = active;
    try {
      const { voice, voices, ...options } = this.options;
      const own = ownVoice({ voice, voices }, provider.name, index);
      active.stream = provider.open({ ...options, voice: own }, (event) => {
        this.take(active, event);
      });
    } catch (error) {
      // Nothing may be told before our own open() has returned.
      queueMicrotask(() => {
        if (this.active === active) this.lost(active, toProviderError(provider.name, error));
      });
      return;
    }
    this.feed(active);
  }

  /** Hands on what the voice has not been given. It may answer at once, and our caller may say more while it does. */
  private feed(active: ActiveStream): void {
    const { stream } = active;
    if (stream === undefined) return;
    while (this.active === active && active.next < this.current + this.queue.length) {
      const segment = active.next;
      active.next += 1;
      const text = this.queue[segment - this.current]?.text ?? '';
      this.used(active, text);
      stream.speak(segment - active.first, text);
    }
    if (this.endAsked && this.active === active && !active.endTold) {
      active.endTold = true;
      stream.end();
    }
  }

  private used({ index }: ActiveStream, text: string): void {
    const { name: provider = '', model = '' } = this.chain.providers[index] ?? {};
    this.options.onUsage?.({ kind: 'tts', provider, model, amounts: { characters: text.length } });
  }

  private take(active: ActiveStream, event: TtsEvent): void {
    if (this.active !== active) return;
    switch (event.type) {
      case 'audio':
        return this.audio(active, event.chunk);
      case 'words':
        return this.words(event.words);
      case 'segment.ended':
        return this.segmentEnded(active);
      case 'ended':
        return this.ended(active);
      case 'failed':
        return this.lost(active, event.error);
    }
  }

  private audio(active: ActiveStream, chunk: Uint8Array): void {
    active.alive = true;
    this.queue[0]?.audio(chunk.length / this.bytesPerMs);
    this.listener({ type: 'audio', segment: this.current, chunk });
  }

  private words(words: readonly Word[]): void {
    const told = this.queue[0]?.timings(words);
    if (told !== undefined) this.listener({ type: 'words', segment: this.current, words: told });
  }

  private segmentEnded(active: ActiveStream): void {
    const segment = this.queue[0];
    if (segment === undefined) return;
    active.chars += segment.text.length;
    active.ms += segment.voiceMs;
    if (active.alive) {
      active.attempt.succeeded();
      this.failover.proven();
    }
    this.next();
  }

  private next(): void {
    this.queue.shift();
    this.current += 1;
    this.listener({ type: 'segment.ended', segment: this.current - 1 });
  }

  private ended(active: ActiveStream): void {
    if (!this.isComplete()) return this.lost(active, closedEarlyError(this.nameOf(active.index), 'the speech'));
    if (active.alive) active.attempt.succeeded();
    else active.attempt.abandoned();
    this.finish({ type: 'ended' });
  }

  private lost(active: ActiveStream, error: ProviderError): void {
    const segment = this.queue[0];
    this.active = undefined;
    active.attempt.failed(error);
    const isVoid = segment?.cut(active.ms < MEASURABLE_MS ? CHARS_PER_MS : active.chars / active.ms) ?? false;
    const isSpoken = segment?.text === '';
    const isComplete = this.endAsked && this.queue.length === (isSpoken ? 1 : 0);
    const choice = isComplete ? undefined : this.failover.next(active.index, error);
    this.chain.onOutcome({
      kind: 'tts',
      provider: this.nameOf(active.index),
      code: error.code,
      status: error.status,
      next: choice === undefined ? undefined : this.nameOf(choice.index),
      gaveUp: choice === undefined && !isComplete,
      midway: (segment?.deliveredMs ?? 0) > 0,
      // These two are settings to mend, and the next request would end the same.
      ...(!error.retryable && (error.code === 'protocol' || error.code === 'bad_request')
        ? { reason: error.message }
        : {}),
    });
    // The listener may abort at any of these.
    if (isVoid) this.listener({ type: 'words', segment: this.current, words: [] });
    if (isSpoken && !this.done) this.next();
    if (!this.done) this.goOn(choice);
  }

  private goOn(choice: Choice | undefined): void {
    if (this.isComplete()) return this.finish({ type: 'ended' });
    if (choice === undefined) {
      const error = this.failover.failure(this.chain.name);
      return this.finish({ type: 'failed', segment: this.current, error });
    }
    if (choice.waitMs > 0) {
      this.cancelWait = this.chain.after(choice.waitMs, () => {
        this.connect(choice.index);
      });
    } else this.connect(choice.index);
  }

  /** Everything that was asked for is spoken. */
  private isComplete(): boolean {
    return this.endAsked && this.queue.length === 0;
  }

  private finish(event: TtsEvent): void {
    if (this.done) return;
    this.release();
    this.listener(event);
  }

  private release(): void {
    this.done = true;
    this.active = undefined;
    this.queue.length = 0;
    this.cancelWait?.();
  }

  private nameOf(index: number): string {
    return this.chain.providers[index]?.name ?? this.chain.name;
  }
}
