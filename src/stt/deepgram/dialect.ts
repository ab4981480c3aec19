import type { DeepgramClient } from '@deepgram/sdk';
import type { SttEvent } from '../stt.port.js';

export interface DialectHandlers {
  opened(): void;
  /** A message as the SDK hands it over: parsed JSON, the text itself when it is not JSON, a Blob when it is binary. */
  received(message: unknown): void;
}

/**
 * One of Deepgram's two streaming endpoints: its query, its messages, its way to end a turn, on the SDK's own socket. Holds
 * the mapping's state of one stream; `DeepgramStream` holds the deadlines, the buffers and the end.
 */
export interface Dialect {
  /** Makes the SDK's socket; nothing goes out yet. */
  prepare(client: DeepgramClient): Promise<void>;
  /** Connects the prepared socket. */
  connect(handlers: DialectHandlers): void;
  /** Never empty: Deepgram takes an empty binary message for the end of the stream. */
  sendAudio(audio: Uint8Array): void;
  /** Nothing was sent for a while. */
  keepAlive(): void;
  /** Asks the provider to recognise what is left and to hang up. */
  closeStream(): void;
  /** Asks the provider to settle what was said. All audio pushed so far has been sent. */
  finalize(): void;
  /** Whether `finalize` still waits for the provider. */
  readonly finalizing: boolean;
  /** The provider did not answer `finalize` in time: the words so far are the turn. `audioMs`: audio pushed so far. */
  endTurnNow(audioMs: number): readonly SttEvent[];
  /** Throws a ProviderError for a message that the wire does not allow, and for the provider's own error message. */
  map(message: unknown): readonly SttEvent[];
  /** The stream has ended well. `audioMs`: audio pushed. */
  mapClose(audioMs: number): readonly SttEvent[];
}
