// All that the server says, over one connection after the other: each numbered message once and in order, and audio with
// the response that it belongs to.
import type { ServerMessage } from './wire/messages.js';
import { parseServerMessage } from './server-message.js';

export interface IncomingHandlers {
  message(message: ServerMessage): void;
  audio(responseId: string, chunk: Uint8Array): void;
  ignored(reason: string): void;
  /** What was told already, to another client of this session. */
  history(message: ServerMessage): void;
}

export class Incoming {
  readonly #handlers: IncomingHandlers;
  #lastSeq = 0;
  /** The response whose audio the binary frames are. */
  #speaking: string | undefined;
  /** The response that nobody can stop, until it was heard. */
  #protected: string | undefined;
  /** The response whose audio is sent again since the session was resumed, whatever was said of it before. */
  #resent: string | undefined;
  #over = false;
  /** Up to here another client of this session has heard it all. */
  #heardBefore = 0;

  constructor(handlers: IncomingHandlers) {
    this.#handlers = handlers;
  }

  /** Goes on with a session of which another client had heard all up to `lastSeq`: that is history. */
  goOnFrom(lastSeq: number): void {
    this.#heardBefore = lastSeq;
  }

  /** Number of the last message that came; 0 when none was numbered. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Whether what is being said, or still played, can be stopped. */
  get isInterruptible(): boolean {
    return this.#protected === undefined;
  }

  get speaking(): string | undefined {
    return this.#speaking;
  }

  /** The server has said that the session is at its end: there is nothing to come back to. */
  get over(): boolean {
    return this.#over;
  }

  text(text: string): void {
    const message = parseServerMessage(text);
    if (message.type === undefined) this.#handlers.ignored(message.reason);
    else this.take(message);
  }

  /** A message, unless it was here before. */
  take(message: ServerMessage): void {
    // The answer to session.resume comes before what it announces.
    if (message.seq !== undefined && message.type !== 'session.resumed') {
      if (message.seq <= this.#lastSeq) return;
      this.#lastSeq = message.seq;
    }
    this.#followProtection(message);
    if (message.type !== 'session.resumed' && (message.seq ?? Infinity) <= this.#heardBefore) {
      return this.#handlers.history(message);
    }
    this.#follow(message);
    this.#handlers.message(message);
  }

  binary(chunk: Uint8Array): void {
    const responseId = this.#speaking ?? this.#resent;
    if (responseId !== undefined) this.#handlers.audio(responseId, chunk);
    else this.#handlers.ignored(`${chunk.byteLength} bytes of audio outside of a response`);
  }

  #followProtection(message: ServerMessage): void {
    if (message.type === 'response.started') {
      this.#protected = message.interruptible === false ? message.responseId : undefined;
    }
    const isOver = message.type === 'response.completed' || message.type === 'response.interrupted';
    if (isOver && message.responseId === this.#protected) this.#protected = undefined;
  }

  #follow(message: ServerMessage): void {
    if (message.type === 'session.ended' || (message.type === 'error' && message.fatal)) this.#over = true;
    if (message.type === 'session.resumed') this.#resent = this.#speaking = message.response?.responseId;
    if (message.type === 'response.started') {
      this.#speaking = message.responseId;
    }
    if (message.type === 'response.started' && message.responseId !== this.#resent) this.#resent = undefined;
    const isSilent = message.type === 'response.audio_done' || message.type === 'response.interrupted';
    if (isSilent && message.responseId === this.#speaking) this.#speaking = undefined;
  }
}
