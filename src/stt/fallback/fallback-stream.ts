import { closedEarlyError } from '../../provider/failure.js';
import type { Attempt, Breaker } from '../../provider/health-breaker.js';
import { Succession, toProviderError } from '../../provider/health-chain.js';
import type { Choice, OutcomeListener } from '../../provider/health-chain.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { After, RetryPolicy } from '../../provider/retry.js';
import type { SpeechToText, SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { EventSeam } from './event-seam.js';
import type { SpeechEvent } from './event-seam.js';
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

/** The recogniser that is listening now. */
interface Link {
  readonly index: number;
  readonly attempt: Attempt;
  /** Position in the call's audio at which its stream begins, bytes. */
  readonly offset: number;
  /** Position up to which it has been given the audio while it catches up, bytes; Infinity when it has. */
  given: number;
  stream: SttStream | undefined;
  proven: boolean;
}

/** Silence kept before the first sound, ms: a recogniser needs a little before the first word. */
const LEAD_MS = 500;
/** A replay goes out in pieces of this length, ms of audio: small messages on the wire, however much there is. */
const PIECE_MS = 200;
/** Sound that may follow the end of a settled word and still belong to it, ms: its echo, and the vendor's rounding. */
const TAIL_MS = 200;
/** A stream that has lived so long is connected, words or not, ms: longer than the adapters' connect deadlines. */
const STEADY_MS = 10_000;

/** One call's recognition by whoever of the chain works. */
export class FallbackStream implements SttStream {
  private readonly bytesPerMs: number;
  private readonly audio: UnsettledAudio;
  private readonly seam: EventSeam;
  private readonly succession: Succession;
  private link: Link | undefined;
  /** Where everything up to here was asked to be settled (`finalize`), bytes; undefined once the turn has ended. */
  private finalizeAt: number | undefined;
  /** Where the turn's last settled word ended, bytes; undefined when the turn has none. */
  private settledAt: number | undefined;
  private closeAsked = false;
  /** No provider listens until the next audio comes. */
  private suspended = false;
  private done = false;
  private cancelWait: (() => void) | undefined;
  private cancelSteady: (() => void) | undefined;
  private cancelGrace: (() => void) | undefined;

  constructor(
    private readonly chain: SttChain,
    private readonly options: SttOptions,
    private readonly listener: SttListener,
  ) {
    this.bytesPerMs = (options.sampleRate * 2) / 1000;
    this.audio = new UnsettledAudio(this.bytesPerMs, chain.maxReplayMs, LEAD_MS);
    this.seam = new EventSeam(chain.endpointing);
    this.succession = new Succession(chain.breakers, chain.retry);
    this.connect(this.succession.first());
  }

  push(chunk: Uint8Array): void {
    if (this.done || this.closeAsked || chunk.length === 0) return;
    this.audio.push(chunk);
    if (this.suspended) {
      this.suspended = false;
      this.takeOver(this.succession.first());
    } else this.link?.stream?.push(chunk);
  }

  /** Lets go of the provider; the one that listens next hears first what was not settled. */
  suspend(): void {
    if (this.done || this.closeAsked || this.suspended) return;
    const { link } = this;
    this.suspended = true;
    this.link = undefined;
    this.cancelWait?.();
    this.cancelSteady?.();
    this.cancelGrace?.();
    link?.stream?.abort();
    link?.attempt.abandoned();
    for (const event of this.seam.cut()) this.listener(event);
  }

  finalize(): void {
    if (this.done || this.closeAsked) return;
    this.finalizeAt = this.audio.end;
    this.link?.stream?.finalize();
  }

  transcript(text: string, final: boolean): boolean {
    if (this.done || this.closeAsked || this.link === undefined) return this.chain.takesTranscripts;
    return this.link.stream?.transcript?.(text, final) ?? false;
  }

  close(): void {
    if (this.done || this.closeAsked) return;
    this.closeAsked = true;
    if (this.suspended) queueMicrotask(() => this.end({ type: 'closed' }));
    else this.link?.stream?.close();
  }

  abort(): void {
    if (this.done) return;
    const { link } = this;
    this.release();
    link?.stream?.abort();
    link?.attempt.abandoned();
  }

  private connect(index: number): void {
    const { providers, breakers } = this.chain;
    const provider = providers[index];
    const attempt = breakers[index]?.begin();
    if (provider === undefined || attempt === undefined) throw new RangeError(`no provider ${index} in the chain`);
    const offset = this.audio.start;
    const link: Link = { index, attempt, offset, given: offset, stream: undefined, proven: false };
    this.link = link;
    this.cancelSteady = this.chain.after(STEADY_MS, () => {
      this.worked(link);
    });
    try {
      link.stream = provider.open(this.options, (event) => {
        this.take(link, event);
      });
    } catch (error) {
      // Nothing may be told before our own open() has returned.
      queueMicrotask(() => {
        if (this.link === link) this.lost(link, toProviderError(provider.name, error));
      });
      return;
    }
    this.replay(link, link.stream);
  }

  /** Lets a new stream catch up, at once: a stream takes audio while it is still connecting. */
  private replay(link: Link, stream: SttStream): void {
    const { audio, finalizeAt } = this;
    const end = audio.end;
    const bytes = Math.round(PIECE_MS * this.bytesPerMs);
    let settleAt = finalizeAt === undefined ? Infinity : Math.max(finalizeAt, link.offset);
    while (this.link === link) {
      const at = link.given;
      if (at >= settleAt) {
        settleAt = Infinity;
        stream.finalize();
      } else if (at < end) {
        const piece = audio.read(at, Math.min(bytes, settleAt - at));
        link.given += piece.length;
        stream.push(piece);
      } else break;
    }
    link.given = Infinity;
    if (this.closeAsked && this.link === link) stream.close();
  }

  private take(link: Link, event: SttEvent): void {
    if (this.link !== link) return;
    if (event.type === 'failed') this.lost(link, event.error);
    else if (event.type === 'closed') this.closed(link);
    else this.heard(link, event);
  }

  private heard(link: Link, event: SpeechEvent): void {
    this.cancelGrace?.();
    const told = this.seam.translate(event, this.toMs(link.offset), this.finalizeAt !== undefined);
    switch (event.type) {
      case 'speech.started':
      case 'transcript.partial':
        this.audio.noticed();
        break;
      case 'transcript.final': {
        const endMs = Math.max(event.audioMs, event.words.at(-1)?.endMs ?? 0);
        this.settledAt = Math.min(link.given, link.offset + endMs * this.bytesPerMs);
        const before = this.audio.start;
        this.audio.settle(this.settledAt);
        // Only what brings the call forward counts: else two that die after every final could take turns for ever.
        if (this.audio.start > before) this.worked(link);
        break;
      }
      case 'turn.ended':
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
    const given = this.link?.given ?? Infinity;
    if (this.settledAt !== undefined) this.audio.settle(Math.min(given, this.settledAt + TAIL_MS * this.bytesPerMs));
    this.settledAt = undefined;
    this.finalizeAt = undefined;
  }

  private closed(link: Link): void {
    if (!this.closeAsked) {
      return this.lost(link, closedEarlyError(this.nameOf(link.index), 'the stream'));
    }
    // A stream without audio need not even have been connected.
    if (this.audio.end > link.offset) link.attempt.succeeded();
    else link.attempt.abandoned();
    this.end({ type: 'closed' });
  }

  /** The stream does what it is there for: what fails from now on is a new story. */
  private worked(link: Link): void {
    if (this.link !== link || link.proven) return;
    link.proven = true;
    link.attempt.succeeded();
    this.succession.proven();
    this.cancelSteady?.();
  }

  private lost(link: Link, error: ProviderError): void {
    const midway = this.audio.heard || this.seam.unfinished;
    this.link = undefined;
    this.cancelSteady?.();
    this.cancelGrace?.();
    link.attempt.failed(error);
    const { audio } = this;
    const isComplete = this.closeAsked && !audio.heard;
    const choice = isComplete ? undefined : this.succession.next(link.index, error);
    this.chain.onOutcome({
      kind: 'stt',
      provider: this.nameOf(link.index),
      code: error.code,
      status: error.status,
      next: choice === undefined ? undefined : this.nameOf(choice.index),
      gaveUp: choice === undefined && !isComplete,
      midway,
      replayedMs: this.toMs(audio.end - audio.start),
      lostMs: this.toMs(audio.lostBytes),
    });
    for (const event of this.seam.cut()) this.listener(event);
    if (this.done) return; // the listener has aborted
    if (isComplete) return this.end({ type: 'closed' });
    this.goOn(choice);
  }

  private goOn(choice: Choice | undefined): void {
    if (choice === undefined) {
      return this.end({ type: 'failed', error: this.succession.failure(this.chain.name) });
    }
    if (choice.waitMs > 0) {
      this.cancelWait = this.chain.after(choice.waitMs, () => {
        this.takeOver(choice.index);
      });
    } else this.takeOver(choice.index);
  }

  private takeOver(index: number): void {
    // Words that are settled are not heard again: if they were the last, the new stream has no turn to end.
    if (this.seam.unfinished && this.finalizeAt === undefined) {
      this.cancelGrace = this.chain.after(this.chain.turnGraceMs, () => {
        this.finishTurn();
      });
    }
    this.connect(index);
  }

  private finishTurn(): void {
    const { audio } = this;
    if (audio.heardAfter(audio.start + TAIL_MS * this.bytesPerMs)) return; // the caller went on, and will be heard
    const events = this.seam.finish(this.toMs(audio.start));
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
    this.link = undefined;
    this.cancelWait?.();
    this.cancelSteady?.();
    this.cancelGrace?.();
  }

  private nameOf(index: number): string {
    return this.chain.providers[index]?.name ?? this.chain.name;
  }

  private toMs(bytes: number): number {
    return bytes / this.bytesPerMs;
  }
}
