import type { Attempt } from '../../provider/health-breaker.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { After } from '../../provider/retry.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import type { UnsettledAudio } from './unsettled-audio.js';

/** A stream that has lived so long is connected, words or not, ms: longer than the adapters' connect deadlines. */
const STEADY_MS = 10_000;

/** The stream of one provider in the chain, while that is the one that listens. It tells nothing once it is not. */
export class ActiveStream {
  private stream: SttStream | undefined;
  private given: number;
  private proven = false;
  /** Up to where its audio was counted as used, bytes of the call's. */
  private counted: number;
  private over = false;
  private readonly cancelSteady: () => void;

  /**
   * @param index the provider's place in the chain
   * @param offset position in the call's audio at which the stream begins, bytes
   * @param worked told once, when the stream does what it is there for
   */
  constructor(
    readonly index: number,
    readonly offset: number,
    private readonly attempt: Attempt,
    private readonly worked: () => void,
    after: After,
  ) {
    this.given = offset;
    this.counted = offset;
    this.cancelSteady = after(STEADY_MS, () => this.prove());
  }

  /** Position up to which it has been given the audio while it catches up, bytes; Infinity when it has. */
  get givenTo(): number {
    return this.given;
  }

  /** Throws what the provider throws. */
  open(provider: SpeechToText, options: SttOptions, listener: SttListener): void {
    this.stream = provider.open(options, (event) => {
      if (!this.over) listener(event);
    });
  }

  /**
   * Gives it what was not settled, at once: a stream takes audio while it is still connecting.
   *
   * @param finalizeAt position at which the audio is to be settled, bytes
   * @param pieceBytes how much goes out in one piece
   */
  catchUp(audio: UnsettledAudio, finalizeAt: number | undefined, pieceBytes: number): void {
    const end = audio.end;
    let settleAt = finalizeAt === undefined ? Infinity : Math.max(finalizeAt, this.offset);
    while (!this.over) {
      if (this.given >= settleAt) {
        settleAt = Infinity;
        this.stream?.finalize();
      } else if (this.given < end) {
        const piece = audio.read(this.given, Math.min(pieceBytes, settleAt - this.given));
        this.given += piece.length;
        this.stream?.push(piece);
      } else break;
    }
    this.given = Infinity;
  }

  /** Hot path. */
  push(chunk: Uint8Array): void {
    this.stream?.push(chunk);
  }

  /** Audio that it was given since this was last asked, bytes; `end`: where the call's audio ends. */
  takeUsed(end: number): number {
    const used = Math.min(this.given, end) - this.counted;
    this.counted += used;
    return used;
  }

  finalize(): void {
    this.stream?.finalize();
  }

  transcript(text: string, final: boolean): boolean {
    return this.stream?.transcript?.(text, final) ?? false;
  }

  close(): void {
    if (!this.over) this.stream?.close();
  }

  /** The stream does what it is there for: what fails from now on is a new story. */
  prove(): void {
    if (this.over || this.proven) return;
    this.proven = true;
    this.cancelSteady();
    this.attempt.succeeded();
    this.worked();
  }

  abort(): void {
    this.leave();
    this.stream?.abort();
    this.attempt.abandoned();
  }

  failed(error: ProviderError): void {
    this.leave();
    this.attempt.failed(error);
  }

  /** It has closed as it was asked to; one that was given no audio need not even have been connected. */
  closed(heardAudio: boolean): void {
    this.leave();
    if (heardAudio) this.attempt.succeeded();
    else this.attempt.abandoned();
  }

  private leave(): void {
    this.over = true;
    this.cancelSteady();
  }
}
