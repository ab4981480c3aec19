// One attempt to open a session, or to come back to one: the token, the handshake, the first message and the server's
// answer, all under one deadline. What follows the answer is the VoiceClient's business.
import { CLOSE, SUBPROTOCOL } from '../src/protocol/constants.js';
import { closeEventOf } from './close-event.js';
import { subprotocols, type TokenSource } from './connect-options.js';
import { Connection, type ConnectionClosed, type ConnectionHandlers } from './connection.js';
import { VoiceClientError, type HttpRefusal } from './errors.js';
import { parseServerMessage } from './server-message.js';
import type { WebSocketFactory } from './web-socket.js';
import type { ClientMessage, ErrorMessage, ServerMessageOf } from './wire/messages.js';
import { RETRYABLE_ERRORS } from './wire/shapes.js';

/**
 * Finds out why a handshake failed; `undefined` when that remains unknown. May reject with a better VoiceClientError. When
 * `signal` aborts, nobody waits for it any more.
 */
export type ExplainRefusal = (
  url: string,
  protocols: readonly string[],
  signal: AbortSignal,
) => Promise<HttpRefusal | undefined>;

export interface AttemptOptions {
  readonly url: string;
  readonly token: TokenSource | undefined;
  /** For all of it, ms. */
  readonly timeoutMs: number;
  /** Gives up: the attempt rejects with `aborted`. */
  readonly signal: AbortSignal;
  readonly webSocket: WebSocketFactory;
  readonly explainRefusal?: ExplainRefusal | undefined;
  /** Made when the socket is open, so that it is true when it is sent. */
  readonly firstMessage: () => ClientMessage;
}

export type Opened = ServerMessageOf<'session.started'> | ServerMessageOf<'session.resumed'>;

export interface AttemptHandlers extends ConnectionHandlers {
  /** The server's answer. Called before anything that came after it; the other handlers are called only from then on. */
  opened(answer: Opened, connection: Connection): void;
}

/**
 * Resolves when `opened` has been called. Rejects with a VoiceClientError whose `retryable` says whether another attempt
 * may do; nothing of the failed one is left open then.
 */
export async function openSession(options: AttemptOptions, handlers: AttemptHandlers): Promise<void> {
  await new Attempt(options, handlers).run();
}

class Attempt {
  readonly #options: AttemptOptions;
  readonly #handlers: AttemptHandlers;
  readonly #failed = new AbortController();
  /** Why it has failed. Not the signal's own reason, which not every runtime keeps. */
  #failure: VoiceClientError | undefined;
  #waitingFor = 'token';
  #connection: Connection | undefined;
  #first: ClientMessage['type'] | undefined;
  #opened = false;
  #answered: () => void = () => undefined;

  constructor(options: AttemptOptions, handlers: AttemptHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  async run(): Promise<void> {
    const { signal, timeoutMs } = this.#options;
    const giveUp = (): void => this.#fail(new VoiceClientError('aborted', 'connecting was given up'));
    const timer = setTimeout(() => this.#timeOut(), timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const protocols = subprotocols(await this.#unlessFailed(this.#token()));
      this.#waitingFor = 'WebSocket';
      this.#connection = await this.#dial(protocols);
      const { firstMessage, url } = this.#options;
      if (this.#connection.protocol !== SUBPROTOCOL) {
        throw new VoiceClientError('wrong_protocol', `the server at ${url} does not speak ${SUBPROTOCOL}`);
      }
      const first = firstMessage();
      this.#first = first.type;
      this.#waitingFor = `answer to ${first.type}`;
      const answered = new Promise<void>((resolve) => {
        this.#answered = resolve;
      });
      this.#connection.send(JSON.stringify(first));
      await this.#unlessFailed(answered);
    } catch (error) {
      const reason = this.#failure ?? error;
      // A call that has begun behind a lost answer is hung up; one that is being resumed waits for the next attempt.
      this.#connection?.abandon('given up', this.#first === 'session.resume' ? undefined : CLOSE.normal.code);
      throw reason;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#options;
    if (typeof token !== 'function') return token;
    try {
      return await token();
    } catch (cause) {
      throw new VoiceClientError('token_unavailable', `there is no token: ${String(cause)}`, {
        retryable: true,
        cause,
      });
    }
  }

  async #dial(protocols: readonly string[]): Promise<Connection> {
    const { url, webSocket, explainRefusal } = this.#options;
    try {
      return await Connection.dial(
        { url, protocols, signal: this.#failed.signal, webSocket },
        {
          text: (text) => (this.#opened ? this.#handlers.text(text) : this.#receive(text)),
          binary: (bytes) => (this.#opened ? this.#handlers.binary(bytes) : undefined),
          closed: (closed) => (this.#opened ? this.#handlers.closed(closed) : this.#closed(closed)),
        },
      );
    } catch (error) {
      if (!(error instanceof VoiceClientError) || error.code !== 'unreachable' || explainRefusal === undefined) {
        throw error;
      }
      const refusal = await this.#unlessFailed(explainRefusal(url, protocols, this.#failed.signal));
      if (refusal === undefined) throw error;
      throw new VoiceClientError('refused', `HTTP ${refusal.status}: ${refusal.message}`, {
        refusal,
        retryable: refusal.status === 429 || refusal.status >= 500,
        cause: error,
      });
    }
  }

  #receive(text: string): void {
    const message = parseServerMessage(text);
    if (message.type === 'error') this.#fail(refused(message));
    // Before the first message was sent nothing is an answer to it.
    const connection = this.#connection;
    if ((message.type !== 'session.started' && message.type !== 'session.resumed') || connection === undefined) return;
    if ((message.type === 'session.resumed') !== (this.#first === 'session.resume')) return;
    this.#opened = true;
    this.#handlers.opened(message, connection);
    this.#answered();
  }

  #closed({ code, reason }: ConnectionClosed): void {
    const { meaning, retry } = closeEventOf(code, reason);
    this.#fail(
      new VoiceClientError('closed', `the server closed the socket: ${code} ${meaning}`, {
        closeCode: code,
        retryable: retry,
      }),
    );
  }

  #timeOut(): void {
    const message = `no ${this.#waitingFor} within ${Math.round(this.#options.timeoutMs)} ms`;
    this.#fail(new VoiceClientError('connect_timeout', message, { retryable: true }));
  }

  #fail(error: VoiceClientError): void {
    this.#failure ??= error;
    this.#failed.abort();
  }

  /** The promise's own outcome, or the failure if that comes first. */
  async #unlessFailed<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this.#failed;
    let failed: () => void = () => undefined;
    const failure = new Promise<never>((_resolve, reject) => {
      failed = () => reject(this.#failure);
      signal.addEventListener('abort', failed, { once: true });
      if (signal.aborted) failed();
    });
    try {
      return await Promise.race([promise, failure]);
    } finally {
      signal.removeEventListener('abort', failed);
    }
  }
}

/** The server refused the first message. */
function refused({ code, message, retryAfter }: ErrorMessage): VoiceClientError {
  return new VoiceClientError(code === 'resume_failed' ? code : 'start_refused', message, {
    serverCode: code,
    retryable: retryAfter !== undefined || RETRYABLE_ERRORS.includes(code),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}
