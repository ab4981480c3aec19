import type { ProviderError } from '../../provider/provider.port.js';
import type { SttEvent } from '../stt.port.js';

/** Bounds of one streaming socket. Times in ms; sizes of audio are given as its length in ms. */
export interface StreamLimits {
  /** From `open()` until audio may be sent. Audio pushed meanwhile is kept and sent in order. */
  readonly connectTimeoutMs: number;
  /** Most audio that waits, for the socket to open or for the network to take it; more is a failure. */
  readonly maxPendingMs: number;
  /** From `close()` to the end of the stream. */
  readonly closeTimeoutMs: number;
  /** How long the vendor may take to settle the words after `finalize()`; then the words so far are the turn. */
  readonly finalizeTimeoutMs: number;
  /** How long the vendor may take audio without saying anything. */
  readonly stallTimeoutMs: number;
  /** Quiet time on our side after which something is sent to keep the socket. */
  readonly keepAliveMs: number;
  /** Least length of an audio message while the caller speaks, and while not. */
  readonly sendEveryMs: number;
  readonly quietSendEveryMs: number;
}

export interface DialectListener {
  /** Audio may be sent. */
  opened(): void;
  received(message: unknown): void;
  /** The stream has ended as it should after `closeStream`. */
  finished(): void;
  /** It could not be opened, or broke. */
  failed(error: ProviderError): void;
}

/**
 * One vendor's streaming endpoint: its socket, its messages, its way to end a turn, and the mapping's state of one stream.
 * `StreamingRecognition` holds what is the same for all: the deadlines, the buffers and the end.
 */
export interface StreamDialect {
  /** For errors. */
  readonly provider: string;
  /** Connects. May throw, or reject, instead of telling `failed`. */
  connect(listener: DialectListener): Promise<void> | void;
  readonly isOpen: boolean;
  /** Bytes that the network has not taken yet. */
  readonly bufferedAmount: number;
  /** Never empty. The bytes may change after it has returned. */
  sendAudio(audio: Uint8Array): void;
  /** Nothing was sent for a while. */
  keepAlive(): void;
  /** Asks the vendor to settle what was said. All audio (`audioMs` of it) has been sent. */
  finalize(audioMs: number): void;
  /** Whether `finalize` still waits for the vendor. */
  readonly finalizing: boolean;
  /** The vendor did not answer `finalize` in time: the words so far are the turn. */
  endTurnNow(audioMs: number): readonly SttEvent[];
  /** Asks the vendor to recognise what is left and to end the stream. */
  closeStream(): void;
  /** What is left to say when the stream has `finished`. */
  lastEvents(audioMs: number): readonly SttEvent[];
  /** Throws a ProviderError for a message that the wire does not allow, and for the vendor's own error message. */
  map(message: unknown): readonly SttEvent[];
  /** Ends the connection, or the attempt, at once. Idempotent. */
  terminate(): void;
}
