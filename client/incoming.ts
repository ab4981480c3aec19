// All that the server says, over one connection after the other: each numbered message once and in order, and audio with
// the response that it belongs to.
import type { ServerMessage } from './wire/messages.js';
import { parseServerMessage } from './server-message.js';

export interface IncomingHandlers {
  message(message: ServerMessage): void;
  audio(responseId: string, chunk: Uint8Array): void;
  ignored(reason: string): void;
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

  constructor(handlers: IncomingHandlers) {
    this.#handlers = handlers;
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
    this.#follow(message);
    this.#handlers.message(message);
  }

  binary(chunk: Uint8Array): void {
    const responseId = this.#speaking ?? this.#resent;
    if (responseId !== undefined) this.#handlers.audio(responseId, chunk);
    else this.#handlers.ignored(`${chunk.byteLength} bytes of audio outside of a response`);
  }

  #follow(message: ServerMessage): void {
    if (message.type === 'session.ended' || (message.type === 'error' && message.fatal)) this.#over = true;
    if (message.type === 'session.resumed') this.#resent = this.#speaking = message.response?.responseId;
    if (message.type === 'response.started') {
      this.#speaking = message.responseId;
      this.#protected = message.interruptible === false ? message.responseId : undefined;
    }
    if (message.type === 'response.started' && message.responseId !== this.#resent) this.#resent = undefined;
    const isOver = message.type === 'response.completed' || message.type === 'response.interrupted';
    if (isOver && message.responseId === this.#protected) this.#protected = undefined;
    const isSilent = message.type === 'response.audio_done' || message.type === 'response.interrupted';
    if (isSilent && message.responseId === this.#speaking) this.#speaking = undefined;
  }
}
