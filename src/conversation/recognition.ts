// The recogniser of one call: one stream at a time, opened again when it dies or after the client was gone. Its events tell
// positions in all audio of the call, whatever stream they come from.
import { ProviderError } from '../provider/provider.port.js';
import type { SpeechToText, SttEvent, SttOptions, SttStream } from '../stt/stt.port.js';
import type { Arrival } from './arrival.js';
import type { Clock } from './clock.port.js';

export interface RecognitionListener {
  /** Everything but `failed` and `closed`, which are handled here. */
  event(event: SttEvent): void;
  /** The call is deaf; another stream is opened after `retryMs`. Not called again for attempts that fail until it hears. */
  failed(error: ProviderError, retryMs: number): void;
  /** A call that was deaf hears again. */
  recovered(): void;
}

/**
 * A call whose stream has died tries again after this long, ms, and then after twice as long each time, up to the bound.
 * Whatever could be helped by trying at once, the chain below has tried.
 */
const DEAF_RETRY_MS = 5000;
const MAX_DEAF_RETRY_MS = 30_000;
/** How long a stream is kept as it is while the client is gone, ms: some take more for the end of what was being said. */
const SUSPEND_AFTER_MS = 500;

export class Recognition {
  private stream: SttStream | undefined;
  private held = false;
  private cancelReopen: (() => void) | undefined;
  private cancelSuspend: (() => void) | undefined;
  /** Attempts since the call went deaf; undefined while it hears. */
  private deafAttempts: number | undefined;
  private closed = false;

  constructor(
    private readonly stt: SpeechToText,
    private readonly options: SttOptions,
    private readonly clock: Clock,
    private readonly arrival: Pick<Arrival, 'ms'>,
    private readonly listener: RecognitionListener,
  ) {}

  /** Hot path. Between two streams audio is not heard. */
  push(chunk: Uint8Array): void {
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
    this.stream = undefined;
    this.open();
  }

  /** The client is gone: nobody has fallen silent, and nothing that was begun ends. A stream that dies is not replaced. */
  hold(): void {
    this.held = true;
    this.cancelSuspend = this.clock.after(SUSPEND_AFTER_MS, () => this.stream?.suspend?.());
  }

  /** The client is back, and its audio follows. */
  release(): void {
    this.held = false;
    this.cancelSuspend?.();
    if (this.stream !== undefined) return;
    this.cancelReopen?.();
    this.open();
  }

  close(): void {
    this.closed = true;
    this.cancelReopen?.();
    this.cancelSuspend?.();
    this.stream?.abort();
    this.stream = undefined;
  }

  open(): void {
    if (this.closed || this.held) return;
    // Its clock starts here.
    const fromMs = this.arrival.ms;
    // The stream that speaks must still be the current one: a replaced stream is not listened to.
    const stream = this.stt.open(this.options, (event) => {
      if (this.stream === stream) this.heard(event, fromMs);
    });
    this.stream = stream;
  }

  private heard(event: SttEvent, fromMs: number): void {
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
      this.listener.event(inCall(event, fromMs));
    }
  }

  private lost(error: ProviderError): void {
    this.stream = undefined;
    if (this.held) return; // opened again when there is something to hear
    const wasDeaf = this.deafAttempts !== undefined;
    const retryMs = Math.max(this.deafWait(), Math.min(error.retryAfterMs ?? 0, MAX_DEAF_RETRY_MS));
    if (!wasDeaf) this.listener.failed(error, retryMs);
    this.cancelReopen = this.clock.after(retryMs, () => this.open());
  }

  private deafWait(): number {
    const attempts = this.deafAttempts ?? 0;
    this.deafAttempts = attempts + 1;
    return Math.min(DEAF_RETRY_MS * 2 ** attempts, MAX_DEAF_RETRY_MS);
  }

  private recover(): void {
    this.deafAttempts = undefined;
    this.listener.recovered();
  }
}

/** The same event, its times counted from the call's first sample. */
function inCall(event: SttEvent, fromMs: number): SttEvent {
  if (fromMs === 0 || !('audioMs' in event)) return event;
  const moved = { ...event, audioMs: event.audioMs + fromMs };
  if (moved.type !== 'transcript.final') return moved;
  const words = moved.words.map((word) => ({ ...word, startMs: word.startMs + fromMs, endMs: word.endMs + fromMs }));
  return { ...moved, words };
}
