import { WebSocket } from 'ws';
import { connectionError, protocolError, statusError } from '../../provider/failure.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { SpeechmaticsSettings } from './speechmatics-options.js';
import { SPEECHMATICS } from './wire-fault.js';

export interface SocketHandlers {
  opened(): void;
  /** A message's JSON. */
  received(message: unknown): void;
  /** Once: why it failed, else the code of the WebSocket's close. */
  ended(code: number, reason: string, error: ProviderError | undefined): void;
}

/** Speechmatics' messages are a few kilobytes; anything near this is not one, bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * The stream's WebSocket. Of the vendor's SDK only the types of the messages are used: its client parses messages inside a
 * socket listener without a catch, so that a single frame that is not JSON (a proxy's error page) ends the process; it
 * never gives up on a handshake, hides close codes and cannot be ended at once.
 *
 * The key goes into a header, which Speechmatics asks of servers: no request for a temporary key before each stream, and
 * no key in an address that proxies write into their logs.
 */
export class SpeechmaticsSocket {
  private readonly socket: WebSocket;
  private error: ProviderError | undefined;

  constructor({ url, apiKey }: Pick<SpeechmaticsSettings, 'url' | 'apiKey'>, handlers: SocketHandlers) {
    this.socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${apiKey}` },
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    this.socket.on('open', () => {
      handlers.opened();
    });
    this.socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? undefined : parsed(data);
      if (message !== undefined) return handlers.received(message);
      this.failed(protocolError(SPEECHMATICS, isBinary ? 'a binary message' : 'a text that is not JSON'));
    });
    this.socket.on('unexpected-response', (_request, response) => {
      response.resume();
      this.failed(statusError(SPEECHMATICS, response.statusCode ?? 0, { retryAfter: response.headers['retry-after'] }));
    });
    this.socket.on('error', (error: Error & { code?: string }) => {
      this.error ??= error.code?.startsWith('WS_ERR_')
        ? protocolError(SPEECHMATICS, 'a broken WebSocket frame')
        : connectionError(SPEECHMATICS, error);
    });
    this.socket.on('close', (code, reason) => {
      handlers.ended(code, reason.toString(), this.error);
    });
  }

  /** Bytes that the network has not taken yet. */
  get bufferedAmount(): number {
    return this.socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message: object): void {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
  }

  sendAudio(audio: Uint8Array): void {
    // ws copies nothing: the batch that this comes from is used again.
    if (this.isOpen) this.socket.send(new Uint8Array(audio));
  }

  ping(): void {
    if (this.isOpen) this.socket.ping();
  }

  /** Ends the connection (or the attempt) at once, without the closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  private failed(error: ProviderError): void {
    this.error ??= error;
    this.socket.terminate();
  }
}

/** undefined when it is not JSON (`undefined` itself is not). */
function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined; // the caller reports it
  }
}
