import type { EndOfStream, ForceEndOfUtterance } from '@speechmatics/real-time-client';
import { closedEarlyError, connectionError, protocolError, timeoutError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import { AudioBatch } from '../common/audio-batch.js';
import type { SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { endStream, endTurn, initialState, mapFinal, mapPartial } from './map-event.js';
import type { RecognitionState } from './map-event.js';
import type { SpeechmaticsSettings } from './speechmatics-options.js';
import { SpeechmaticsSocket } from './speechmatics-socket.js';
import { startRecognition } from './start-recognition.js';
import { closeError, parse, reportedError, SPEECHMATICS } from './wire-fault.js';
import { faultSchema, nameOf, transcriptSchema } from './wire.schema.js';

type Phase = 'connecting' | 'open' | 'closing' | 'done';

/** Speechmatics recommends a ping every 20 to 60 s: proxies drop what is quiet for longer, ms. */
const PING_MS = 20_000;
/** A pause in our own audio after which the provider's silence starts to count anew, ms. */
const PAUSE_MS = 1000;

/** One call's recognition: the socket's life, its deadlines and its buffers. */
export class SpeechmaticsStream implements SttStream {
  private phase: Phase = 'connecting';
  private state: RecognitionState = initialState;
  private readonly socket: SpeechmaticsSocket;
  /** Audio (copied) and `finalize` calls that came before recognition had started. */
  private waiting: (Uint8Array | 'finalize')[] = [];
  private waitingBytes = 0;
  private pushedBytes = 0;
  /** Audio messages sent. */
  private sent = 0;
  private closeAsked = false;
  private readonly batch: AudioBatch;
  private readonly bytesPerMs: number;
  private readonly maxPendingBytes: number;
  private readonly deadline = new Watchdog((what, ms) => this.fail(timeoutError(SPEECHMATICS, what, ms)));
  private readonly finalizeDeadline = new Watchdog(() => this.enter(endTurn(this.state)));
  private readonly keepAlive: NodeJS.Timeout;
  /** `performance.now()` of the last audio sent, and of the first that the provider has not reacted to, ms. */
  private sentAt = 0;
  private unansweredSince: number | undefined;

  constructor(
    private readonly settings: SpeechmaticsSettings,
    private readonly options: SttOptions,
    private readonly listener: SttListener,
  ) {
    this.bytesPerMs = (options.sampleRate * 2) / 1000;
    this.maxPendingBytes = settings.maxPendingMs * this.bytesPerMs;
    const messageBytes = Math.max(1, Math.round((settings.sendEveryMs * options.sampleRate) / 1000)) * 2;
    this.batch = new AudioBatch(messageBytes, (audio) => this.send(audio));
    const vocabularyMs = options.keyTerms.length > 0 ? settings.vocabularyTimeoutMs : 0;
    this.deadline.expect('start of recognition', settings.connectTimeoutMs + vocabularyMs);
    this.keepAlive = setInterval(() => this.socket.ping(), PING_MS);
    this.socket = new SpeechmaticsSocket(settings, {
      opened: () => this.socket.send(startRecognition(this.settings, this.options)),
      received: (message) => this.received(message),
      ended: (code, reason, error) => this.socketEnded(code, reason, error),
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
    if (this.waitingBytes > 0) return; // goes on when recognition has started
    queueMicrotask(() => this.end({ type: 'closed' }));
  }

  abort(): void {
    this.release();
  }

  private started(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'open';
    this.deadline.stop();
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
    if (this.phase === 'done' || !this.socket.isOpen) return;
    const now = performance.now();
    if (this.unansweredSince === undefined || now - this.sentAt > PAUSE_MS) this.unansweredSince = now;
    this.sentAt = now;
    if (now - this.unansweredSince > this.settings.stallTimeoutMs) {
      return this.fail(timeoutError(SPEECHMATICS, 'message', this.settings.stallTimeoutMs));
    }
    if (this.socket.bufferedAmount > this.maxPendingBytes) return this.fail(this.overflow());
    this.sent += 1;
    this.socket.sendAudio(audio);
  }

  private finalizeNow(): void {
    this.batch.flush();
    if (this.phase !== 'open' || this.state.finalizing) return;
    this.state = { ...this.state, finalizing: true };
    const timestamp = this.pushedBytes / this.bytesPerMs / 1000;
    this.socket.send({ message: 'ForceEndOfUtterance', timestamp } satisfies ForceEndOfUtterance);
    this.finalizeDeadline.expect('end of utterance', this.settings.finalizeTimeoutMs);
  }

  private drain(): void {
    this.batch.flush();
    if (this.phase !== 'open') return;
    this.phase = 'closing';
    this.deadline.expect('end of the transcript', this.settings.closeTimeoutMs);
    this.socket.send({ message: 'EndOfStream', last_seq_no: this.sent } satisfies EndOfStream);
  }

  private received(message: unknown): void {
    if (this.phase === 'done') return;
    this.unansweredSince = undefined;
    try {
      this.map(message);
    } catch (error) {
      this.fail(error instanceof ProviderError ? error : connectionError(SPEECHMATICS, error));
    }
  }

  private map(message: unknown): void {
    const name = nameOf(message);
    switch (name) {
      case undefined:
        throw protocolError(SPEECHMATICS, 'a text that is not a message');
      case 'RecognitionStarted':
        return this.started();
      case 'AddPartialTranscript':
        return this.enter(mapPartial(this.state, parse(transcriptSchema, message, name)));
      case 'AddTranscript':
        return this.enter(mapFinal(this.state, parse(transcriptSchema, message, name)));
      case 'EndOfUtterance':
        this.finalizeDeadline.stop();
        return this.enter(endTurn(this.state));
      case 'EndOfTranscript':
        return this.transcriptEnded();
      case 'Error':
        throw reportedError(parse(faultSchema, message, name).type);
      default:
    }
  }

  private transcriptEnded(): void {
    if (this.phase !== 'closing') throw closedEarlyError(SPEECHMATICS, 'the transcript');
    this.enter(endStream(this.state));
    this.end({ type: 'closed' });
  }

  private socketEnded(code: number, reason: string, error: ProviderError | undefined): void {
    if (this.phase === 'done') return;
    this.fail(error ?? closeError(code, reason));
  }

  private enter([state, events]: readonly [RecognitionState, readonly SttEvent[]]): void {
    this.state = state;
    for (const event of events) {
      if (this.phase === 'done') return; // the listener has aborted
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
    this.socket.terminate();
  }

  private overflow(): ProviderError {
    return new ProviderError(`${SPEECHMATICS}: more than ${this.settings.maxPendingMs} ms of audio wait to be sent`, {
      provider: SPEECHMATICS,
      code: 'timeout',
      retryable: true,
    });
  }
}
