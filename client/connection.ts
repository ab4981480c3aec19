// One socket, from the dial to its close. Knows frames and deadlines; what they mean is the VoiceClient's business, which
// may outlive a connection.
import { VoiceClientError } from './errors.js';
import type { WebSocketFactory, WebSocketLike } from './web-socket.js';

export interface ConnectionClosed {
  /** Close code of RFC 6455; 1006 when the socket broke without one. */
  readonly code: number;
  readonly reason: string;
}

export interface ConnectionHandlers {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Once, and only for a connection that had opened. */
  closed(closed: ConnectionClosed): void;
}

export interface DialOptions {
  readonly url: string;
  readonly protocols: readonly string[];
  /** Gives up. */
  readonly signal: AbortSignal;
  readonly webSocket: WebSocketFactory;
}

/** How long the other end may take to answer a close frame before the socket counts as closed, ms. */
const CLOSE_TIMEOUT_MS = 3000;

/** RFC 6455 section 7.4.1: the socket broke without a close frame. */
const ABNORMAL_CLOSURE = 1006;

export class Connection {
  readonly #socket: WebSocketLike;
  readonly #handlers: ConnectionHandlers;
  #state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
  #closeTimer: ReturnType<typeof setTimeout> | undefined;

  private constructor(socket: WebSocketLike, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (this.#state !== 'open' && this.#state !== 'closing') return;
      if (typeof data === 'string') handlers.text(data);
      else if (data instanceof ArrayBuffer) handlers.binary(new Uint8Array(data));
    });
  }

  /**
   * Opens a socket. Rejects with a VoiceClientError: `unreachable` (the platform does not say why), `aborted` or
   * `invalid_argument`; the socket is given up in each case.
   */
  static dial(options: DialOptions, handlers: ConnectionHandlers): Promise<Connection> {
    const { url, protocols, signal } = options;
    return new Promise((resolve, reject) => {
      const givenUp = new VoiceClientError('aborted', 'connecting was given up');
      if (signal.aborted) {
        reject(givenUp);
        return;
      }
      let socket: WebSocketLike;
      try {
        socket = options.webSocket(url, [...protocols]);
      } catch (error) {
        reject(
          error instanceof VoiceClientError
            ? error
            : new VoiceClientError('invalid_argument', `the address or the token is malformed: ${String(error)}`),
        );
        return;
      }
      const connection = new Connection(socket, handlers);
      const fail = (error: Error): void => {
        if (connection.#state !== 'opening') return;
        connection.#state = 'closed';
        signal.removeEventListener('abort', abort);
        socket.close();
        reject(error);
      };
      const abort = (): void => fail(givenUp);
      signal.addEventListener('abort', abort, { once: true });
      socket.addEventListener('open', () => {
        if (connection.#state !== 'opening') return;
        connection.#state = 'open';
        signal.removeEventListener('abort', abort);
        resolve(connection);
      });
      socket.addEventListener('error', () =>
        fail(new VoiceClientError('unreachable', 'the WebSocket could not be opened', { retryable: true })),
      );
      socket.addEventListener('close', ({ code, reason }) => {
        fail(new VoiceClientError('unreachable', 'the WebSocket could not be opened', { retryable: true }));
        connection.#finish({ code, reason });
      });
    });
  }

  /** Subprotocol that the server chose; empty when none. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Bytes sent that are still waiting for the network. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Sends a frame; does nothing when the socket is not open any more (`closed` says so). */
  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state === 'open') this.#socket.send(frame);
  }

  /**
   * Closes the socket; `closed` follows, at the latest after three seconds. `code` is 1000 or 3000-4999, the only ones
   * that a browser may send.
   */
  close(code = 1000, reason = ''): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#closeTimer = setTimeout(
      () => this.#finish({ code: ABNORMAL_CLOSURE, reason: 'the server did not answer the close' }),
      CLOSE_TIMEOUT_MS,
    );
    this.#socket.close(code, reason);
  }

  /**
   * Counts the socket as lost at once: for an end that no longer answers. The server, if it hears of it, keeps the call
   * for whoever resumes it, unless `code` is 1000.
   */
  abandon(reason: string, code?: number): void {
    if (this.#state !== 'open' && this.#state !== 'closing') return;
    this.#socket.close(code);
    this.#finish({ code: ABNORMAL_CLOSURE, reason });
  }

  #finish(closed: ConnectionClosed): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#closeTimer);
    this.#handlers.closed(closed);
  }
}
