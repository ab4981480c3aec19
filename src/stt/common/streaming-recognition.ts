import { connectionError, timeoutError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { AudioBatch } from './audio-batch.js';
import type { StreamDialect, StreamLimits } from './stream-dialect.js';

type Phase = 'connecting' | 'open' | 'closing' | 'done';

/** A pause in our own audio after which the vendor's silence starts to count anew, ms. */
const PAUSE_MS = 1000;

/**
 * One call's recognition over a vendor's socket: its life from connecting to the end, its deadlines and its buffers. What
 * the messages are and mean is the dialect's. Reports failures; whoever holds it decides about another try.
 */
export class StreamingRecognition implements SttStream {
  private phase: Phase = 'connecting';
  /** Audio (copied) and `finalize` calls that came before audio could be sent. */
  private waiting: (Uint8Array | 'finalize')[] = [];
  private waitingBytes = 0;
  private pushedBytes = 0;
  private closeAsked = false;
  private readonly batch: AudioBatch;
  private readonly bytesPerMs: number;
  private readonly maxPendingBytes: number;
  private readonly spokenBytes: number;
  private readonly quietBytes: number;
  private readonly deadline = new Watchdog((what, ms) => this.fail(timeoutError(this.dialect.provider, what, ms)));
  private readonly finalizeDeadline = new Watchdog(() => this.emit(this.dialect.endTurnNow(this.audioMs())));
  private keepAlive: NodeJS.Timeout | undefined;
  /** `performance.now()` of the last audio sent, and of the first that the vendor has not reacted to, ms. */
  private sentAt = 0;
  private unansweredSince: number | undefined;

  constructor(
    private readonly dialect: StreamDialect,
    private readonly limits: StreamLimits,
    { sampleRate }: Pick<SttOptions, 'sampleRate'>,
    private readonly listener: SttListener,
  ) {
    this.bytesPerMs = (sampleRate * 2) / 1000;
    this.maxPendingBytes = limits.maxPendingMs * this.bytesPerMs;
    const bytesOf = (ms: number): number => Math.max(1, Math.round((ms * sampleRate) / 1000)) * 2;
    this.spokenBytes = bytesOf(limits.sendEveryMs);
    this.quietBytes = bytesOf(Math.max(limits.quietSendEveryMs, limits.sendEveryMs));
    this.batch = new AudioBatch(this.quietBytes, (audio) => this.send(audio));
    this.deadline.expect('connection', limits.connectTimeoutMs);
    void this.connect();
  }

  push(chunk: Uint8Array): void {
    if (this.phase === 'done' || this.closeAsked || chunk.length === 0) return;
    this.pushedBytes += chunk.length;
    if (this.phase === 'open') return this.batch.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes > this.maxPendingBytes) return this.fail(this.overflow());
    this.waiting.push(new Uint8Array(chunk)); // not slice(): a Buffer's is a view
  }

  finalize(): void {
    if (this.phase === 'done' || this.closeAsked) return;
    if (this.phase === 'connecting') this.waiting.push('finalize');
    else this.finalizeNow();
  }

  close(): void {
    if (this.phase === 'done' || this.closeAsked) return;
    this.closeAsked = true;
    if (this.phase === 'open') return this.drain();
    if (this.waitingBytes > 0) return; // goes on when the stream is open
    queueMicrotask(() => this.end({ type: 'closed' }));
  }

  abort(): void {
    this.release();
  }

  private async connect(): Promise<void> {
    try {
      await this.dialect.connect({
        opened: () => this.opened(),
        received: (message) => this.received(message),
        finished: () => this.finished(),
        failed: (error) => this.fail(error),
      });
    } catch (error) {
      this.fail(this.faultOf(error));
    }
  }

  private opened(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'open';
    this.deadline.stop();
    this.keepAlive = setInterval(() => this.stayAlive(), this.limits.keepAliveMs);
    const { waiting } = this;
    this.waiting = [];
    for (const item of waiting) {
      if (item === 'finalize') this.finalizeNow();
      else this.batch.push(item);
    }
    if (this.closeAsked) this.drain();
  }

  private send(audio: Uint8Array): void {
    // Closed by the peer a moment ago: the close event is on its way and says why.
    if (this.phase === 'done' || !this.dialect.isOpen) return;
    const now = performance.now();
    if (this.unansweredSince === undefined || now - this.sentAt > PAUSE_MS) this.unansweredSince = now;
    this.sentAt = now;
    if (now - this.unansweredSince > this.limits.stallTimeoutMs) {
      return this.fail(timeoutError(this.dialect.provider, 'message', this.limits.stallTimeoutMs));
    }
    if (this.dialect.bufferedAmount > this.maxPendingBytes) return this.fail(this.overflow());
    this.dialect.sendAudio(audio);
  }

  private finalizeNow(): void {
    this.batch.flush();
    if (this.phase !== 'open' || !this.dialect.isOpen || this.dialect.finalizing) return;
    this.dialect.finalize(this.audioMs());
    this.finalizeDeadline.expect('answer to finalize', this.limits.finalizeTimeoutMs);
  }

  private drain(): void {
    this.batch.flush();
    if (this.phase !== 'open') return;
    this.deadline.expect('end of the stream', this.limits.closeTimeoutMs);
    // Closed by the peer a moment ago: that end is not the one that we would have asked for.
    if (!this.dialect.isOpen) return;
    this.phase = 'closing';
    this.dialect.closeStream();
  }

  private stayAlive(): void {
    if (this.phase !== 'open' || !this.dialect.isOpen) return;
    if (performance.now() - this.sentAt >= this.limits.keepAliveMs / 2) this.dialect.keepAlive();
  }

  private received(message: unknown): void {
    if (this.isDone()) return;
    this.unansweredSince = undefined;
    let events: readonly SttEvent[];
    try {
      events = this.dialect.map(message);
    } catch (error) {
      return this.fail(this.faultOf(error));
    }
    if (!this.dialect.finalizing) this.finalizeDeadline.stop();
    this.emit(events);
  }

  private finished(): void {
    if (this.isDone()) return;
    this.emit(this.dialect.lastEvents(this.audioMs()));
    this.end({ type: 'closed' });
  }

  private emit(events: readonly SttEvent[]): void {
    for (const event of events) {
      if (this.isDone()) return; // the listener has aborted
      if (event.type === 'speech.started') this.batch.setLeast(this.spokenBytes);
      if (event.type === 'speech.stopped') this.batch.setLeast(this.quietBytes);
      this.listener(event);
    }
  }

  private fail(error: ProviderError): void {
    this.end({ type: 'failed', error });
  }

  private end(event: SttEvent): void {
    if (this.isDone()) return;
    this.release();
    this.listener(event);
  }

  private release(): void {
    if (this.isDone()) return;
    this.phase = 'done';
    this.waiting = [];
    this.deadline.stop();
    this.finalizeDeadline.stop();
    clearInterval(this.keepAlive);
    this.dialect.terminate();
  }

  private faultOf(error: unknown): ProviderError {
    return error instanceof ProviderError ? error : connectionError(this.dialect.provider, error);
  }

  private overflow(): ProviderError {
    const { provider } = this.dialect;
    return new ProviderError(`${provider}: more than ${this.limits.maxPendingMs} ms of audio wait to be sent`, {
      provider,
      code: 'timeout',
      retryable: true,
    });
  }

  private isDone(): boolean {
    return this.phase === 'done';
  }

  private audioMs(): number {
    return this.pushedBytes / this.bytesPerMs;
  }
}
