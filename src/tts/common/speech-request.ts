import { closedEarlyError, timeoutError } from '../../provider/failure.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { Word } from '../../stt/stt.port.js';

/** A part of a provider's answer, as it came. */
export interface SpeechPiece {
  /** PCM16 mono at the provider's rate; may begin or end in the middle of a sample. */
  readonly audio?: Uint8Array;
  /** All word timings so far, ms since the answer's first sample. */
  readonly words?: readonly Word[];
}

/** Asks a provider to speak a text. Ends with an error when the answer does; stops when the signal aborts. */
export type SpeechSource = (text: string, signal: AbortSignal) => AsyncIterable<SpeechPiece>;

export interface SpeechDeadlines {
  /** From the request to its first audio, ms. */
  readonly firstAudioMs: number;
  /** Between two pieces of audio, ms. */
  readonly audioMs: number;
}

/** A provider that answers one request a segment. */
export interface SpeechProvider {
  readonly name: string;
  readonly source: SpeechSource;
  readonly deadlines: SpeechDeadlines;
  /** What its SDK has thrown, as a ProviderError. */
  toError(error: unknown): ProviderError;
}

export interface SpeechHandlers {
  piece(piece: SpeechPiece): void;
  /** The last word of a request: `undefined` when all audio has been read. */
  over(error: ProviderError | undefined): void;
}

/** One request for one segment. Silent after `abort()` and after its last word. */
export class SpeechRequest {
  private readonly controller = new AbortController();
  private readonly watchdog: Watchdog;
  private isOver = false;
  /** Resolves when reading may go on; `undefined` when it may now. */
  private paused: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    private readonly provider: SpeechProvider,
    private readonly text: string,
    private readonly handlers: SpeechHandlers,
  ) {
    this.watchdog = new Watchdog((what, ms) => {
      // At once, and not when the answer ends: that may never happen.
      this.finish(timeoutError(provider.name, what, ms));
    });
    void this.read().then(
      (hasAudio) => {
        this.finish(hasAudio ? undefined : closedEarlyError(provider.name, 'the speech'));
      },
      (error: unknown) => {
        this.finish(provider.toError(error));
      },
    );
  }

  /** Reads no further for now, so that the provider is held back by TCP. Time that passes meanwhile does not count. */
  pause(): void {
    this.paused ??= Promise.withResolvers<void>();
  }

  resume(): void {
    this.paused?.resolve();
    this.paused = undefined;
  }

  /** Cancels the request. Idempotent. */
  abort(): void {
    this.isOver = true;
    this.watchdog.stop();
    this.controller.abort();
    this.resume();
  }

  private finish(error: ProviderError | undefined): void {
    if (this.isOver) return;
    this.abort();
    this.handlers.over(error);
  }

  /** Whether there was any audio. */
  private async read(): Promise<boolean> {
    const { source, deadlines } = this.provider;
    // Not in this call: nothing may be told before the constructor has returned.
    await Promise.resolve();
    if (this.isOver) return false;
    this.watchdog.expect('first audio', deadlines.firstAudioMs);
    let hasAudio = false;
    for await (const piece of source(this.text, this.controller.signal)) {
      if (this.isOver) break;
      if (piece.audio !== undefined && piece.audio.length > 0) {
        hasAudio = true;
        this.watchdog.expect('further audio', deadlines.audioMs);
      }
      this.handlers.piece(piece);
      await this.untilResumed();
      if (this.isOver) break;
    }
    return hasAudio;
  }

  private async untilResumed(): Promise<void> {
    const { paused } = this;
    if (paused === undefined) return;
    this.watchdog.stop();
    await paused.promise;
    if (!this.isOver) this.watchdog.expect('further audio', this.provider.deadlines.audioMs);
  }
}
