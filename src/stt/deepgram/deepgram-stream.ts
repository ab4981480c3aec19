import type { DeepgramClient } from '@deepgram/sdk';
import { DEEPGRAM } from '../../provider/deepgram-transport.js';
import type { SocketTransport, TransportEnd } from '../../provider/deepgram-transport.js';
import { closedEarlyError, connectionError, timeoutError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { AudioBatch } from '../common/audio-batch.js';
import type { DeepgramSettings } from './deepgram-options.js';
import type { Dialect } from './dialect.js';
import { closeError } from './wire-fault.js';

type Phase = 'connecting' | 'open' | 'closing' | 'done';

/** Makes a client of the SDK whose one connection runs over the transport that is handed to `made`. */
export type ClientFactory = (
  made: (transport: SocketTransport) => void,
  ended: (end: TransportEnd) => void,
) => Promise<DeepgramClient>;

/** A pause in our own audio after which the provider's silence starts to count anew, ms. */
const PAUSE_MS = 1000;

/** One call's recognition: the socket's life, its deadlines and its buffers. What the messages mean is the dialect's. */
export class DeepgramStream implements SttStream {
  private phase: Phase = 'connecting';
  private transport: SocketTransport | undefined;
  /** Audio (copied) and `finalize` calls that came before the socket was open. */
  private waiting: (Uint8Array | 'finalize')[] = [];
  private waitingBytes = 0;
  private pushedBytes = 0;
  private closeAsked = false;
  private readonly batch: AudioBatch;
  private readonly bytesPerMs: number;
  private readonly maxPendingBytes: number;
  /** Least size of an audio message while the caller speaks, and while not. */
  private readonly spokenBytes: number;
  private readonly quietBytes: number;
  private readonly deadline: Watchdog;
  private readonly finalizeDeadline: Watchdog;
  private keepAlive: NodeJS.Timeout | undefined;
  /** `performance.now()` of the last audio sent, and of the first that the provider has not reacted to, ms. */
  private sentAt = 0;
  private unansweredSince: number | undefined;

  constructor(
    private readonly settings: DeepgramSettings,
    options: SttOptions,
    private readonly dialect: Dialect,
    private readonly listener: SttListener,
    makeClient: ClientFactory,
  ) {
    this.bytesPerMs = (options.sampleRate * 2) / 1000;
    this.maxPendingBytes = settings.maxPendingMs * this.bytesPerMs;
    const bytesOf = (ms: number): number => Math.max(1, Math.round((ms * options.sampleRate) / 1000)) * 2;
    this.spokenBytes = bytesOf(settings.sendEveryMs);
    this.quietBytes = bytesOf(Math.max(settings.quietSendEveryMs, settings.sendEveryMs));
    this.batch = new AudioBatch(this.quietBytes, (audio) => {
      this.send(audio);
    });
    this.deadline = new Watchdog((what, ms) => {
      this.fail(timeoutError(DEEPGRAM, what, ms));
    });
    this.finalizeDeadline = new Watchdog(() => {
      this.emit(dialect.endTurnNow(this.audioMs()));
    });
    this.deadline.expect('connection', settings.connectTimeoutMs);
    this.connect(makeClient).catch((error: unknown) => {
      this.fail(error instanceof ProviderError ? error : connectionError(DEEPGRAM, error));
    });
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
    if (this.waitingBytes > 0) return; // goes on when the socket is open
    queueMicrotask(() => {
      this.end({ type: 'closed' });
    });
  }

  abort(): void {
    this.release();
  }

  private async connect(makeClient: ClientFactory): Promise<void> {
    const client = await makeClient(
      (transport) => {
        this.transport = transport;
      },
      (end) => {
        this.socketEnded(end);
      },
    );
    if (this.phase === 'done') return;
    await this.dialect.prepare(client);
    // Aborted meanwhile: TypeScript cannot see that the phase changes during an await.
    if ((this.phase as Phase) === 'done') return;
    this.dialect.connect({
      opened: () => {
        this.opened();
      },
      received: (message) => {
        this.received(message);
      },
    });
  }

  private opened(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'open';
    this.deadline.stop();
    this.keepAlive = setInterval(() => {
      this.tick();
    }, this.settings.keepAliveMs);
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
    if (this.phase === 'done' || this.transport?.isOpen() !== true) return;
    const now = performance.now();
    if (this.unansweredSince === undefined || now - this.sentAt > PAUSE_MS) this.unansweredSince = now;
    this.sentAt = now;
    if (now - this.unansweredSince > this.settings.stallTimeoutMs) {
      return this.fail(timeoutError(DEEPGRAM, 'message', this.settings.stallTimeoutMs));
    }
    if (this.transport.bufferedAmount > this.maxPendingBytes) return this.fail(this.overflow());
    this.dialect.sendAudio(audio);
  }

  private finalizeNow(): void {
    this.batch.flush();
    if (this.phase !== 'open' || this.transport?.isOpen() !== true || this.dialect.finalizing) return;
    this.dialect.finalize();
    this.finalizeDeadline.expect('answer to finalize', this.settings.finalizeTimeoutMs);
  }

  private drain(): void {
    this.batch.flush();
    if (this.phase !== 'open') return;
    this.deadline.expect('end of the stream', this.settings.closeTimeoutMs);
    // Closed by the peer a moment ago: that end is not the one that we would have asked for.
    if (this.transport?.isOpen() !== true) return;
    this.phase = 'closing';
    this.dialect.closeStream();
  }

  private tick(): void {
    if (this.phase !== 'open' || this.transport?.isOpen() !== true) return;
    if (performance.now() - this.sentAt >= this.settings.keepAliveMs / 2) this.dialect.keepAlive();
  }

  private received(message: unknown): void {
    if (this.phase === 'done') return;
    this.unansweredSince = undefined;
    let events: readonly SttEvent[];
    try {
      events = this.dialect.map(message);
    } catch (error) {
      return this.fail(error instanceof ProviderError ? error : connectionError(DEEPGRAM, error));
    }
    if (!this.dialect.finalizing) this.finalizeDeadline.stop();
    this.emit(events);
  }

  private socketEnded({ code, reason, error }: TransportEnd): void {
    if (this.phase === 'done') return;
    if (error !== undefined) return this.fail(error);
    if (this.phase === 'connecting') return this.fail(closedEarlyError(DEEPGRAM, 'the handshake', code));
    // Nova closes with 1000 after CloseStream; Flux closes without a code.
    if (this.phase !== 'closing' || (code !== 1000 && code !== 1005)) return this.fail(closeError(code, reason));
    this.emit(this.dialect.mapClose(this.audioMs()));
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
    if (this.phase === 'done') return;
    this.release();
    this.listener(event);
  }

  private release(): void {
    if (this.phase === 'done') return;
    this.phase = 'done';
    this.waiting = [];
    this.deadline.stop();
    this.finalizeDeadline.stop();
    clearInterval(this.keepAlive);
    this.transport?.terminate();
  }

  private overflow(): ProviderError {
    return new ProviderError(`${DEEPGRAM}: more than ${this.settings.maxPendingMs} ms of audio wait to be sent`, {
      provider: DEEPGRAM,
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
