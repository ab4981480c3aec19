// A network for specs, without sockets or time of its own: what is sent waits until it is carried, and what waits when the
// connection breaks is lost.
import type { WebSocketLike } from '../web-socket.js';
import type { ClientEnd } from './resumable-call.js';
import { SUBPROTOCOL } from '../../src/protocol/index.js';

type Frame = string | Uint8Array;

/** Where connections lead. */
export interface Host {
  receive(end: ClientEnd, frame: Frame): void;
  lost(end: ClientEnd): void;
}

type Listeners = { [type: string]: ((event: never) => void)[] };

/** One connection: the client's WebSocket at one end, the host's at the other. */
class Wire implements WebSocketLike {
  binaryType = 'arraybuffer';
  readonly protocol = SUBPROTOCOL;
  readonly up: Frame[] = [];
  readonly down: (Frame | { readonly close: number })[] = [];
  readonly end: ClientEnd = {
    send: (frame) => this.down.push(typeof frame === 'string' ? frame : frame.slice()),
    close: (code) => this.down.push({ close: code }),
  };
  readonly #listeners: Listeners = {};
  readonly #host: Host;
  #gone = false;

  constructor(host: Host) {
    this.#host = host;
  }

  get gone(): boolean {
    return this.#gone;
  }

  get bufferedAmount(): number {
    return 0;
  }

  send(data: Frame): void {
    this.up.push(typeof data === 'string' ? data : data.slice());
  }

  close(code?: number): void {
    if (this.#gone) return;
    this.#break(code ?? 1005);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    (this.#listeners[type] ??= []).push(listener);
  }

  opened(): void {
    this.#tell('open', {});
  }

  /** Carries up to so many frames each way. */
  carry(up: number, down: number): void {
    for (const frame of this.up.splice(0, up)) if (!this.#gone) this.#host.receive(this.end, frame);
    for (const frame of this.down.splice(0, down)) {
      if (this.#gone) return;
      if (typeof frame === 'object' && 'close' in frame) this.#break(frame.close);
      else this.#tell('message', { data: typeof frame === 'string' ? frame : frame.slice().buffer });
    }
  }

  /** Breaks: what waits is lost. */
  cut(): void {
    if (!this.#gone) this.#break(1006);
  }

  #break(code: number): void {
    this.#gone = true;
    this.#host.lost(this.end);
    this.#tell(code === 1006 ? 'error' : 'ignored', {});
    this.#tell('close', { code, reason: '', wasClean: code !== 1006 });
  }

  #tell(type: string, event: object): void {
    for (const listener of this.#listeners[type] ?? []) listener(event as never);
  }
}

export class Network {
  /** Whether anybody answers at the moment. */
  up = true;
  readonly dialled: string[] = [];
  #wire: Wire | undefined;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Give this to a VoiceClient. */
  readonly webSocket = (url: string): WebSocketLike => {
    this.dialled.push(url);
    const wire = new Wire(this.#host);
    this.#wire = wire;
    queueMicrotask(() => (this.up ? wire.opened() : wire.cut()));
    return wire;
  };

  /** Frames that are on their way to the host. */
  get underWay(): number {
    return this.#wire?.up.length ?? 0;
  }

  carry(up = Infinity, down = Infinity): void {
    this.#wire?.carry(up, down);
  }

  cut(): void {
    this.#wire?.cut();
  }
}
