import { VoiceClientError } from './errors.js';

/**
 * The part of the W3C WebSocket that the client uses: browsers, Node >= 22 and the `ws` package all have it.
 * https://websockets.spec.whatwg.org/#the-websocket-interface
 */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol: string;
  /** Bytes given to send() that have not left for the network yet. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }) => void,
  ): void;
}

/** Opens a socket; throws a SyntaxError for an address or a subprotocol that is not valid, as the constructor does. */
export type WebSocketFactory = (url: string, protocols: string[]) => WebSocketLike;

/** The factory over the runtime's own WebSocket. */
export const globalWebSocket: WebSocketFactory = (url, protocols) => {
  if (typeof WebSocket !== 'function') {
    throw new VoiceClientError(
      'no_websocket',
      'this runtime has no WebSocket (Node needs version 22 or newer): give VoiceClient a webSocket factory',
    );
  }
  return new WebSocket(url, protocols);
};
