// The ears of one call: one recognition stream at a time, opened again when it dies, and the mapping from positions in
// the audio to moments in time.
import { ProviderError } from '../provider/provider.port.js';
import type { SpeechToText, SttEvent, SttOptions, SttStream } from '../stt/stt.port.js';
import type { Clock } from './clock.port.js';

export interface RecognitionListener {
  /** Everything but `failed` and `closed`, which are handled here. */
  event(event: SttEvent): void;
  /** A stream died; another is opened after `retryMs`. Not called again for attempts that fail while the call is deaf. */
  failed(error: ProviderError, deaf: boolean, retryMs: number): void;
  /** A call that was deaf hears again. */
  recovered(): void;
}

/** How many times a dead stream is replaced within WINDOW_MS before the call counts as deaf. */
const MAX_REOPENS = 3;
const WINDOW_MS = 30_000;
/** Wait before the second and later attempts, so that a provider that refuses at once is not hammered, ms. */
const BACKOFF_MS = 500;
/** A deaf call tries again after this long, ms, and then after twice as long each time, up to the bound. */
const DEAF_RETRY_MS = 5000;
const MAX_DEAF_RETRY_MS = 30_000;
/** How long a stream is kept without audio while the client is gone, ms: vendors close theirs after 10 s of nothing. */
const KEEP_OPEN_MS = 5000;

export class Recognition {
  private stream: SttStream | undefined;
  /** A stream that settles what it has heard while the client is gone; nothing is pushed into it any more. */
  private closing: SttStream | undefined;
  private held = false;
  private cancelReopen: (() => void) | undefined;
  private cancelClose: (() => void) | undefined;
  private reopenedAt: number[] = [];
  /** Attempts since the call went deaf; undefined while it hears. */
  private deafAttempts: number | undefined;
  private closed = false;
  private pushedBytes = 0;
  private lastPushAt = 0;
  /** Audio pushed before the current stream was opened, bytes: its clock starts there. */
  private offsetBytes = 0;

  constructor(
    private readonly stt: SpeechToText,
    private readonly options: SttOptions,
    private readonly clock: Clock,
    private readonly listener: RecognitionListener,
  ) {
    this.open();
  }

  /** Hot path. Between two streams audio is not heard. */
  push(chunk: Uint8Array): void {
    this.pushedBytes += chunk.length;
    this.lastPushAt = this.clock.now();
    this.stream?.push(chunk);
  }

  finalize(): void {
    this.stream?.finalize();
  }

  /** Words that the caller's device has recognised. False when this recogniser hears for itself. */
  transcript(text: string, final: boolean): boolean {
    if (this.stream === undefined) return this.stt.takesTranscripts === true;
    return this.stream.transcript?.(text, final) ?? false;
  }

  /** Forgets what was heard and starts anew. */
  reset(): void {
    if (this.stream === undefined) return; // a new one is on its way
    this.stream.abort();
    this.open();
  }

  /** The client is gone. The stream is kept for a while, then settles what it has heard; one that dies is not replaced. */
  hold(): void {
    this.held = true;
    if (this.stt.takesTranscripts !== true) this.cancelClose = this.clock.after(KEEP_OPEN_MS, () => this.settle());
  }

  /** The client is back, and its audio follows. */
  release(): void {
    this.held = false;
    this.cancelClose?.();
    if (this.stream !== undefined) return;
    this.cancelReopen?.();
    this.open();
  }

  close(): void {
    this.closed = true;
    this.cancelReopen?.();
    this.cancelClose?.();
    this.stream?.abort();
    this.closing?.abort();
    this.stream = undefined;
    this.closing = undefined;
  }

  private settle(): void {
    this.closing = this.stream;
    this.stream = undefined;
    this.closing?.close();
  }

  /** When the sample at `audioMs` of the current stream was received, on the clock, ms. Assumes real-time audio. */
  timeOf(audioMs: number): number {
    return this.receivedAt(audioMs, this.pushedBytes - this.offsetBytes);
  }

  /** The same for a position in all audio of the call. */
  timeInCall(audioMs: number): number {
    return this.receivedAt(audioMs, this.pushedBytes);
  }

  private receivedAt(audioMs: number, pushedBytes: number): number {
    if (pushedBytes === 0) return this.clock.now(); // words without audio are heard as they come
    const pushedMs = (pushedBytes * 1000) / (this.options.sampleRate * 2);
    return this.lastPushAt - Math.max(0, pushedMs - audioMs);
  }

  private open(): void {
    if (this.closed || this.held) return;
    this.offsetBytes = this.pushedBytes;
    // The stream that speaks must still be the current one: a replaced stream is not listened to.
    const stream = this.stt.open(this.options, (event) => {
      if (this.stream === stream) this.heard(event);
      else if (this.closing === stream) this.settled(event);
    });
    this.stream = stream;
  }

  private heard(event: SttEvent): void {
    if (event.type === 'failed') this.lost(event.error);
    else if (event.type === 'closed') {
      this.lost(
        new ProviderError('The recogniser ended the stream.', {
          provider: this.stt.name,
          code: 'closed_early',
          retryable: true,
        }),
      );
    } else {
      if (this.deafAttempts !== undefined) this.recover();
      this.listener.event(event);
    }
  }

  private settled(event: SttEvent): void {
    if (event.type === 'failed' || event.type === 'closed') this.closing = undefined;
    else this.listener.event(event);
  }

  private lost(error: ProviderError): void {
    this.stream = undefined;
    if (this.held) return; // opened again when there is something to hear
    const now = this.clock.now();
    this.reopenedAt = this.reopenedAt.filter((at) => now - at < WINDOW_MS);
    const wasDeaf = this.deafAttempts !== undefined;
    const deaf = wasDeaf || !error.retryable || this.reopenedAt.length >= MAX_REOPENS;
    const wait = deaf ? this.deafWait() : this.reopenedAt.length === 0 ? 0 : BACKOFF_MS;
    const retryMs = wait === 0 ? 0 : Math.max(wait, Math.min(error.retryAfterMs ?? 0, MAX_DEAF_RETRY_MS));
    this.reopenedAt.push(now);
    if (!wasDeaf) this.listener.failed(error, deaf, retryMs);
    if (retryMs === 0) this.open();
    else this.cancelReopen = this.clock.after(retryMs, () => this.open());
  }

  private deafWait(): number {
    const attempts = this.deafAttempts ?? 0;
    this.deafAttempts = attempts + 1;
    return Math.min(DEAF_RETRY_MS * 2 ** attempts, MAX_DEAF_RETRY_MS);
  }

  private recover(): void {
    this.deafAttempts = undefined;
    this.reopenedAt = [];
    this.listener.recovered();
  }
}
