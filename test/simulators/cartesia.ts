// A simulator of Cartesia's text to speech over WebSocket, on its real wire.
//
// Implements: the handshake of `/tts/websocket` (Bearer key, version header, refusals), contexts that are continued, flushed
// and ended, chunk, timestamps, flush_done, done and error messages, cancel. As the real one does, it finishes the segment
// that it has begun when its context is cancelled, and refuses a request whose fields differ from its context's first.
// Not implemented: real speech, phonemes, SSE and bytes endpoints, contexts that expire, concurrency limits by account (the
// knob `maxContexts` stands in).
//
// Faults and delays are knobs, for all connections or for each by its number: see voice-knobs.ts.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CartesiaSession } from './cartesia-session.js';
import type { CartesiaKnobs, CartesiaLog } from './cartesia-session.js';
import { WebSocketSimulator } from './websocket-simulator.js';
import type { Refusal } from './websocket-simulator.js';

export const SIMULATED_CARTESIA_KEY = 'simulated-cartesia-key';

export class CartesiaSimulator extends WebSocketSimulator<CartesiaKnobs> {
  /** In the order of their handshakes. */
  readonly connections: CartesiaLog[] = [];
  private readonly live = new Set<Duplex>();

  private constructor(knobs: CartesiaKnobs | ((connection: number) => CartesiaKnobs)) {
    super(knobs);
  }

  /** @param knobs the same for all connections, or by the connection's number (from 0) */
  static async start(knobs: CartesiaKnobs | ((connection: number) => CartesiaKnobs) = {}): Promise<CartesiaSimulator> {
    const simulator = new CartesiaSimulator(knobs);
    await simulator.listen(0);
    return simulator;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends every connection as a network does that goes away. */
  drop(): void {
    for (const tcp of this.live) tcp.destroy();
  }

  protected faultOf({ pathname }: URL, { headers }: IncomingMessage): Refusal | undefined {
    if (pathname !== '/tts/websocket') return { status: 404, message: 'No such path.' };
    if (headers.authorization !== `Bearer ${SIMULATED_CARTESIA_KEY}`) return { status: 401, message: 'Wrong key.' };
    return headers['cartesia-version'] === undefined ? { status: 400, message: 'No version.' } : undefined;
  }

  protected accepted(webSocket: WebSocket, tcp: Duplex, _url: URL, knobs: CartesiaKnobs): void {
    this.live.add(tcp);
    tcp.on('close', () => this.live.delete(tcp));
    this.connections.push(new CartesiaSession(webSocket, tcp, knobs).log);
  }
}
