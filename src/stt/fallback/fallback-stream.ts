import { closedEarlyError } from '../../provider/failure.js';
import type { Breaker } from '../../provider/health-breaker.js';
import { Failover, toProviderError } from '../../provider/failover.js';
import type { Choice, OutcomeListener } from '../../provider/failover.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { After, RetryPolicy } from '../../provider/retry.js';
import type { SpeechToText, SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { ActiveStream } from './active-stream.js';
import { EventStitcher } from './event-stitcher.js';
import type { SpeechEvent } from './event-stitcher.js';
import { UnsettledAudio } from './unsettled-audio.js';

export interface SttChain {
  readonly name: string;
  readonly endpointing: boolean;
  readonly takesTranscripts: boolean;
  readonly providers: readonly SpeechToText[];
  readonly breakers: readonly Breaker[];
  readonly retry: RetryPolicy;
  readonly after: After;
  readonly onOutcome: OutcomeListener;
  /** ms */
  readonly maxReplayMs: number;
  /** ms */
  readonly turnGraceMs: number;
}

/** Silence kept before the first sound, ms: a recogniser needs a little before the first word. */
const LEAD_MS = 500;
/** A replay goes out in pieces of this length, ms of audio: small messages on the wire, however much there is. */
const PIECE_MS = 200;
/** Sound that may follow the end of a settled word and still belong to it, ms: its echo, and the vendor's rounding. */
const TAIL_MS = 200;

/** One call's recognition by whoever of the chain works. */
export class FallbackStream implements SttStream {
  private readonly bytesPerMs: number;
  private readonly audio: UnsettledAudio;
  private readonly stitcher: EventStitcher;
  private readonly failover: Failover;
  private active: ActiveStream | undefined;
  /** Where everything up to here was asked to be settled (`finalize`), bytes; undefined once the turn has ended. */
  private finalizeAt: number | undefined;
  /** Where the turn's last settled word ended, bytes; undefined when the turn has none. */
  private settledAt: number | undefined;
  private closeAsked = false;
  /** No provider listens until the next audio comes. */
  private suspended = false;
  private done = false;
  private cancelWait: (() => void) | undefined;
  private cancelGrace: (() => void) | undefined;

  constructor(
    private readonly chain: SttChain,
    private readonly options: SttOptions,
    private readonly listener: SttListener,
  ) {
    this.bytesPerMs = (options.sampleRate * 2) / 1000;
    this.audio = new UnsettledAudio(this.bytesPerMs, chain.maxReplayMs, LEAD_MS);
    this.stitcher = new EventStitcher(chain.endpointing);
    this.failover = new Failover(chain.breakers, chain.retry);
    this.connect(this.failover.first());
  }

  push(chunk: Uint8Array): void {
    if (this.done || this.closeAsked || chunk.length === 0) return;
    this.audio.push(chunk);
    if (this.suspended) {
      this.suspended = false;
      this.takeOver(this.failover.first());
    } else this.active?.push(chunk);
  }

  /** Lets go of the provider; the one that listens next hears first what was not settled. */
  suspend(): void {
    if (this.done || this.closeAsked || this.suspended) return;
    const { active } = this;
    this.suspended = true;
    this.active = undefined;
    this.cancelWait?.();
    this.cancelGrace?.();
    if (active !== undefined) this.used(active);
    active?.abort();
    for (const event of this.stitcher.cut()) this.listener(event);
  }

  finalize(): void {
    if (this.done || this.closeAsked) return;
    this.finalizeAt = this.audio.end;
    this.active?.finalize();
  }

  transcript(text: string, final: boolean): boolean {
    if (this.done || this.closeAsked || this.active === undefined) return this.chain.takesTranscripts;
    return this.active.transcript(text, final);
  }

  close(): void {
    if (this.done || this.closeAsked) return;
    this.closeAsked = true;
    if (this.suspended) queueMicrotask(() => this.end({ type: 'closed' }));
    else this.active?.close();
  }

  abort(): void {
    if (this.done) return;
    const { active } = this;
    if (active !== undefined) this.used(active);
    this.release();
    active?.abort();
  }

  private connect(index: number): void {
    const { providers, breakers } = this.chain;
    const provider = providers[index];
    const attempt = breakers[index]?.begin();
    if (provider === undefined || attempt === undefined) throw new RangeError(`no provider ${index} in the chain`);
    const { audio, finalizeAt } = this;
    const active = new ActiveStream(index, audio.start, attempt, () => this.failover.proven(), this.chain.after);
    this.active = active;
    try {
      active.open(provider, this.options, (event) => this.take(active, event));
    } catch (error) {
      // Nothing may be told before our own open() has returned.
      queueMicrotask(() => {
        if (this.active === active) this.lost(active, toProviderError(provider.name, error));
      });
      return;
    }
    active.catchUp(audio, finalizeAt, Math.round(PIECE_MS * this.bytesPerMs));
    if (this.closeAsked) active.close();
  }

  private take(active: ActiveStream, event: SttEvent): void {
    if (event.type === 'failed') this.lost(active, event.error);
    else if (event.type === 'closed') this.closed(active);
    else this.heard(active, event);
  }

  private heard(active: ActiveStream, event: SpeechEvent): void {
    this.cancelGrace?.();
    const told = this.stitcher.translate(event, this.toMs(active.offset), this.finalizeAt !== undefined);
    switch (event.type) {
      case 'speech.started':
      case 'transcript.partial':
        this.audio.noticed();
        break;
      case 'transcript.final': {
        const endMs = Math.max(event.audioMs, event.words.at(-1)?.endMs ?? 0);
        this.settledAt = Math.min(active.givenTo, active.offset + endMs * this.bytesPerMs);
        const before = this.audio.start;
        this.audio.settle(this.settledAt);
        // Only what brings the call forward counts: else two that die after every final could take turns for ever.
        if (this.audio.start > before) active.prove();
        break;
      }
      case 'turn.ended':
        this.used(active);
        this.turnOver();
        break;
      case 'speech.stopped':
      case 'turn.eager':
      case 'turn.resumed':
        break;
    }
    if (told !== undefined) this.listener(told);
  }

  /** All words are settled, and the silence after the last of them was heard, too. */
  private turnOver(): void {
    const given = this.active?.givenTo ?? Infinity;
    if (this.settledAt !== undefined) this.audio.settle(Math.min(given, this.settledAt + TAIL_MS * this.bytesPerMs));
    this.settledAt = undefined;
    this.finalizeAt = undefined;
  }

  /** Tells what a provider has been given, at the end of each turn: what is killed takes no more of it along. */
  private used(active: ActiveStream): void {
    const { name: provider = '', model = '', tellsUsage = false } = this.chain.providers[active.index] ?? {};
    const bytes = active.takeUsed(this.audio.end);
    if (tellsUsage || bytes === 0) return;
    this.options.onUsage?.({ kind: 'stt', provider, model, amounts: { audioSeconds: this.toMs(bytes) / 1000 } });
  }

  private closed(active: ActiveStream): void {
    if (!this.closeAsked) {
      return this.lost(active, closedEarlyError(this.nameOf(active.index), 'the stream'));
    }
    this.used(active);
    active.closed(this.audio.end > active.offset);
    this.end({ type: 'closed' });
  }

  private lost(active: ActiveStream, error: ProviderError): void {
    const midway = this.audio.heard || this.stitcher.unfinished;
    this.active = undefined;
    this.cancelGrace?.();
    this.used(active);
    active.failed(error);
    const { audio } = this;
    const isComplete = this.closeAsked && !audio.heard;
    const choice = isComplete ? undefined : this.failover.next(active.index, error);
    this.chain.onOutcome({
      kind: 'stt',
      provider: this.nameOf(active.index),
      code: error.code,
      status: error.status,
      next: choice === undefined ? undefined : this.nameOf(choice.index),
      gaveUp: choice === undefined && !isComplete,
      midway,
      replayedMs: this.toMs(audio.end - audio.start),
      lostMs: this.toMs(audio.lostBytes),
    });
    for (const event of this.stitcher.cut()) this.listener(event);
    if (this.done) return; // the listener has aborted
    if (isComplete) return this.end({ type: 'closed' });
    this.goOn(choice);
  }

  private goOn(choice: Choice | undefined): void {
    if (choice === undefined) {
      return this.end({ type: 'failed', error: this.failover.failure(this.chain.name) });
    }
    if (choice.waitMs > 0) {
      this.cancelWait = this.chain.after(choice.waitMs, () => {
        this.takeOver(choice.index);
      });
    } else this.takeOver(choice.index);
  }

  private takeOver(index: number): void {
    // Words that are settled are not heard again: if they were the last, the new stream has no turn to end.
    if (this.stitcher.unfinished && this.finalizeAt === undefined) {
      this.cancelGrace = this.chain.after(this.chain.turnGraceMs, () => {
        this.finishTurn();
      });
    }
    this.connect(index);
  }

  private finishTurn(): void {
    const { audio } = this;
    if (audio.heardAfter(audio.start + TAIL_MS * this.bytesPerMs)) return; // the caller went on, and will be heard
    const events = this.stitcher.finish(this.toMs(audio.start));
    this.turnOver();
    for (const event of events) {
      if (!this.done) this.listener(event);
    }
  }

  private end(event: SttEvent): void {
    if (this.done) return;
    this.release();
    this.listener(event);
  }

  private release(): void {
    this.done = true;
    this.active = undefined;
    this.cancelWait?.();
    this.cancelGrace?.();
  }

  private nameOf(index: number): string {
    return this.chain.providers[index]?.name ?? this.chain.name;
  }

  private toMs(bytes: number): number {
    return bytes / this.bytesPerMs;
  }
}
