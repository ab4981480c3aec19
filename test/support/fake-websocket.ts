import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/protocol/index.js';

/** As much of a `ws` WebSocket as a session uses, driven by the test. */
export class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  terminated = false;
  closedWith: number | undefined;
  readonly messages: ServerMessage[] = [];
  readonly audio: Uint8Array[] = [];
  /** Text frames as they were sent, on whatever wire. */
  readonly texts: string[] = [];
  readonly socket = new EventEmitter() as Socket;

  /** The type that a session asks for. */
  get ws(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(frame: string | Uint8Array): void {
    if (typeof frame === 'string') {
      this.texts.push(frame);
      this.messages.push(JSON.parse(frame) as ServerMessage);
    } else this.audio.push(frame);
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number): void {
    this.readyState = 2;
    this.closedWith ??= code;
  }

  terminate(): void {
    this.terminated = true;
    this.gone(1006);
  }

  /** The client sends a message, or audio. */
  receive(frame: object | string | Buffer): void {
    if (Buffer.isBuffer(frame)) this.emit('message', frame, true);
    else this.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), false);
  }

  /** The socket has closed. */
  gone(code: number): void {
    this.readyState = 3;
    this.emit('close', code, Buffer.alloc(0));
  }

  get errors(): string[] {
    return this.messages.filter((message) => message.type === 'error').map(({ code }) => code);
  }
}
