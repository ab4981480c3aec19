// What both Deepgram adapters (speech to text, text to speech) need of a connection.
import type { DeepgramTransport, DeepgramTransportMessage } from '@deepgram/sdk';
import { WebSocket } from 'ws';
import { connectionError, printable, protocolError, statusError } from './failure.js';
import type { ProviderError } from './provider.port.js';

export const DEEPGRAM = 'deepgram';

/** Deepgram's messages are a few kilobytes; anything near this is not one, bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** How a connection ended: why, when it failed, else the code of the WebSocket's close. */
export interface TransportEnd {
  readonly code: number;
  readonly reason: string;
  readonly error?: ProviderError;
}

/**
 * The SDK's socket, on `ws`, through the SDK's own seam for transports (`transportFactory`). The SDK's default transport
 * reports a refused handshake as a close with code 1000 and hides its Retry-After, offers permessage-deflate (which costs
 * more CPU than all the rest of a frame where it is accepted), and cannot be ended at once: a peer that does not answer
 * the close keeps the socket for 30 s.
 */
export class SocketTransport implements DeepgramTransport {
  private readonly socket: WebSocket;
  private error: ProviderError | undefined;

  /** @param binary takes binary messages; without it they go to the SDK, which makes a Blob of each */
  constructor(
    url: string,
    headers: Record<string, string>,
    ended: (end: TransportEnd) => void,
    private readonly binary?: (data: Uint8Array) => void,
  ) {
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
    this.socket.on('unexpected-response', (_request, response) => {
      const detail = response.headers['dg-error'];
      this.error ??= statusError(DEEPGRAM, response.statusCode ?? 0, {
        detail: typeof detail === 'string' ? printable(detail) : undefined,
        retryAfter: response.headers['retry-after'],
      });
      response.resume();
      this.socket.terminate();
    });
    this.socket.on('error', (error: Error & { code?: string }) => {
      this.error ??= error.code?.startsWith('WS_ERR_')
        ? protocolError(DEEPGRAM, 'a broken WebSocket frame')
        : connectionError(DEEPGRAM, error);
    });
    this.socket.on('close', (code, reason) => {
      const end = { code, reason: reason.toString() };
      ended(this.error === undefined ? end : { ...end, error: this.error });
    });
  }

  /** Bytes that the network has not taken yet. */
  get bufferedAmount(): number {
    return this.socket.bufferedAmount;
  }

  /** Ends the connection (or the attempt) at once, without the closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  send(data: DeepgramTransportMessage): void {
    if (data instanceof Blob) throw new TypeError('a Blob cannot be sent');
    this.socket.send(data);
  }

  onOpen(listener: () => void): void {
    this.socket.on('open', listener);
  }

  onMessage(listener: (message: DeepgramTransportMessage) => void): void {
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary && this.binary !== undefined) this.binary(data);
      else listener(isBinary ? data : data.toString());
    });
  }

  onError(listener: (error: Error) => void): void {
    this.socket.on('error', listener);
  }

  onClose(listener: (event: { code?: number; reason?: string }) => void): void {
    this.socket.on('close', (code, reason) => {
      listener({ code, reason: reason.toString() });
    });
  }

  isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Only the SDK calls this, after a failure; there is no handshake left to be polite in. */
  close(): void {
    this.socket.terminate();
  }

  ping(): void {
    this.socket.ping();
  }
}
