import type { EndOfStream, ForceEndOfUtterance } from '@speechmatics/real-time-client';
import { closedEarlyError, protocolError } from '../../provider/failure.js';
import type { SttEvent, SttOptions } from '../stt.port.js';
import type { DialectListener, StreamDialect } from '../common/stream-dialect.js';
import { endStream, endTurn, initialState, mapFinal, mapPartial } from './map-event.js';
import type { RecognitionState } from './map-event.js';
import type { SpeechmaticsSettings } from './speechmatics-options.js';
import { SpeechmaticsSocket } from './speechmatics-socket.js';
import { startRecognition } from './start-recognition.js';
import { closeError, parse, reportedError, SPEECHMATICS } from './wire-fault.js';
import { faultSchema, nameOf, transcriptSchema } from './wire.schema.js';

/** Speechmatics' real-time endpoint: recognition begins with a message of ours and ends with one of theirs. */
export class SpeechmaticsDialect implements StreamDialect {
  readonly provider = SPEECHMATICS;
  private state: RecognitionState = initialState;
  private socket: SpeechmaticsSocket | undefined;
  private listener: DialectListener | undefined;
  /** Audio messages sent. */
  private sent = 0;
  private closing = false;

  constructor(
    private readonly settings: SpeechmaticsSettings,
    private readonly options: SttOptions,
  ) {}

  connect(listener: DialectListener): void {
    this.listener = listener;
    const socket = new SpeechmaticsSocket(this.settings, {
      opened: () => socket.send(startRecognition(this.settings, this.options)),
      received: (message) => listener.received(message),
      ended: (code, reason, error) => listener.failed(error ?? closeError(code, reason)),
    });
    this.socket = socket;
  }

  get isOpen(): boolean {
    return this.socket?.isOpen === true;
  }

  get bufferedAmount(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  sendAudio(audio: Uint8Array): void {
    this.sent += 1;
    this.socket?.sendAudio(audio);
  }

  /** Proxies drop what is quiet for longer than a minute. */
  keepAlive(): void {
    this.socket?.ping();
  }

  finalize(audioMs: number): void {
    this.state = { ...this.state, finalizing: true };
    this.socket?.send({ message: 'ForceEndOfUtterance', timestamp: audioMs / 1000 } satisfies ForceEndOfUtterance);
  }

  get finalizing(): boolean {
    return this.state.finalizing;
  }

  endTurnNow(): readonly SttEvent[] {
    return this.enter(endTurn(this.state));
  }

  closeStream(): void {
    this.closing = true;
    this.socket?.send({ message: 'EndOfStream', last_seq_no: this.sent } satisfies EndOfStream);
  }

  lastEvents(): readonly SttEvent[] {
    return this.enter(endStream(this.state));
  }

  map(message: unknown): readonly SttEvent[] {
    const name = nameOf(message);
    switch (name) {
      case undefined:
        throw protocolError(SPEECHMATICS, 'a text that is not a message');
      case 'RecognitionStarted':
        this.listener?.opened();
        return [];
      case 'AddPartialTranscript':
        return this.enter(mapPartial(this.state, parse(transcriptSchema, message, name)));
      case 'AddTranscript':
        return this.enter(mapFinal(this.state, parse(transcriptSchema, message, name)));
      case 'EndOfUtterance':
        return this.enter(endTurn(this.state));
      case 'EndOfTranscript':
        if (!this.closing) throw closedEarlyError(SPEECHMATICS, 'the transcript');
        this.listener?.finished();
        return [];
      case 'Error':
        throw reportedError(parse(faultSchema, message, name).type);
      default:
        return [];
    }
  }

  terminate(): void {
    this.socket?.terminate();
  }

  private enter([state, events]: readonly [RecognitionState, readonly SttEvent[]]): readonly SttEvent[] {
    this.state = state;
    return events;
  }
}
