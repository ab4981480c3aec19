// A simulator of Deepgram's streaming speech to text, on its real wire.
//
// Implements: the handshake (`Authorization: Token <key>`, query, refusals with `dg-error`), `/v1/listen` (nova: Results,
// SpeechStarted, UtteranceEnd, Metadata; KeepAlive, Finalize, CloseStream; 1011 NET-0001 when nothing comes) and
// `/v2/listen` (Flux: Connected, TurnInfo, Error; Configure, CloseStream; no KeepAlive). What it "hears" is either a script
// (messages by amount of audio) or loudness: each stretch of loud audio is an utterance and becomes the next of the given
// transcripts, counted by bytes, so a load generator drives whole turns by sending loud and silent frames at any speed.
// Not implemented: real recognition, `/v1/speak`, REST, several channels, compressed audio.
//
// Faults and delays are knobs, for all connections or for each by its number: see deepgram-knobs.ts.
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { DeepgramConnection } from './deepgram-connection.js';
import type { DeepgramConnectionLog } from './deepgram-connection.js';
import type { DeepgramKnobs } from './deepgram-knobs.js';
import { drawMs } from './schedule.js';

export const SIMULATED_DEEPGRAM_KEY = 'simulated-deepgram-key';

export interface DeepgramSimulatorOptions {
  readonly apiKey?: string;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  /** The same for all connections, or by the connection's number (from 0). */
  readonly knobs?: DeepgramKnobs | ((connection: number) => DeepgramKnobs);
  /** Agree to permessage-deflate when the client offers it. */
  readonly compression?: boolean;
  /** Keep a log of every connection (for tests; a load run keeps the counters only). */
  readonly keepLogs?: boolean;
}

export class DeepgramSimulator {
  /** In the order of their handshakes; empty when `keepLogs` is false. */
  readonly connections: DeepgramConnectionLog[] = [];
  /** Streams that were accepted, and handshakes that were not. */
  readonly counts = { accepted: 0, refused: 0, handshakes: 0 };
  private readonly server: Server;
  private readonly webSockets: WebSocketServer;
  private readonly sockets = new Set<Duplex>();

  private constructor(private readonly options: DeepgramSimulatorOptions) {
    this.webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: options.compression ?? false });
    this.server = createServer((_request, response) => {
      response.writeHead(404).end();
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      this.upgrade(request, socket, head);
    });
  }

  static async start(options: DeepgramSimulatorOptions = {}): Promise<DeepgramSimulator> {
    const simulator = new DeepgramSimulator(options);
    await new Promise<void>((resolve) => {
      simulator.server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** TCP connections that are open now. */
  get open(): number {
    return this.sockets.size;
  }

  /** Lets connections read again that the fault `stop-reading` has stopped. */
  resume(): void {
    for (const webSocket of this.webSockets.clients) webSocket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { knobs: given } = this.options;
    const knobs = typeof given === 'function' ? given(this.counts.handshakes) : (given ?? {});
    this.counts.handshakes += 1;
    const { handshake } = knobs;
    if (handshake === 'hang') {
      socket.on('end', () => socket.destroy()).resume(); // read on, to see the client leave
      return;
    }
    if (handshake === 'refuse') return void socket.destroy();
    if (typeof handshake === 'object') return this.refuse(socket, handshake.status, 'as told', handshake.headers);
    const url = new URL(request.url ?? '/', 'http://simulator');
    const fault = faultOfRequest(url, request.headers.authorization, this.options.apiKey ?? SIMULATED_DEEPGRAM_KEY);
    if (fault !== undefined) return this.refuse(socket, fault.status, fault.message);
    setTimeout(() => {
      this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.counts.accepted += 1;
        const connection = new DeepgramConnection(webSocket, socket, url, knobs);
        if (this.options.keepLogs ?? true) this.connections.push(connection.log);
      });
    }, drawMs(knobs.openDelay));
  }

  private refuse(socket: Duplex, status: number, message: string, headers: Record<string, string> = {}): void {
    this.counts.refused += 1;
    const lines = Object.entries({ 'dg-error': message, ...headers, connection: 'close', 'content-length': '0' });
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  }
}

function faultOfRequest(
  url: URL,
  authorization: string | undefined,
  apiKey: string,
): { status: number; message: string } | undefined {
  if (authorization !== `Token ${apiKey}`) return { status: 401, message: 'Invalid credentials.' };
  const isFlux = url.pathname === '/v2/listen';
  if (!isFlux && url.pathname !== '/v1/listen') return { status: 404, message: 'No such path.' };
  const query = url.searchParams;
  const model = query.get('model') ?? '';
  if (model === '' || model.startsWith('flux-') !== isFlux) return { status: 400, message: 'No such model here.' };
  const rate = Number(query.get('sample_rate'));
  if (query.get('encoding') !== 'linear16' || !(rate >= 8000 && rate <= 48_000)) {
    return { status: 400, message: 'Unsupported encoding or sample rate.' };
  }
  if (query.has('utterance_end_ms') && query.get('interim_results') !== 'true') {
    return { status: 400, message: 'utterance_end_ms needs interim_results.' };
  }
  return undefined;
}
