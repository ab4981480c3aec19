// A server for the client's specs: speaks the protocol (both directions are checked against its schemas) and does what
// the spec tells it to. Not a fake of Parley: it has no conversation.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  clientMessageSchema,
  PROTOCOL_VERSION,
  serverMessageSchema,
  STREAM_PATH,
  SUBPROTOCOL,
  type ClientMessage,
  type ServerMessage,
} from '../../src/protocol/index.js';

export type ClientMessageOf<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;

export interface ScriptedServerOptions {
  /** Answers the handshake like this instead of with the 101. */
  readonly refuse?: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };
  /** Leaves the handshake unanswered. */
  readonly hang?: boolean;
  /** Subprotocol to choose. */
  readonly subprotocol?: string;
  /** Does not answer session.start by itself. */
  readonly silentStart?: boolean;
  /** Does not answer ping and session.end by itself. */
  readonly deaf?: boolean;
  readonly maxFrameBytes?: number;
  readonly idleTimeoutMs?: number;
  /** Called for every message after it was recorded. */
  readonly onMessage?: (message: ClientMessage, server: ScriptedServer) => void;
  /** Called for every binary frame. */
  readonly onAudio?: (frame: Uint8Array, server: ScriptedServer) => void;
}

const WAIT_MS = 5000;

export class ScriptedServer {
  readonly messages: ClientMessage[] = [];
  readonly frames: Uint8Array[] = [];
  readonly handshakes: IncomingMessage[] = [];
  readonly #options: ScriptedServerOptions;
  readonly #http: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiters = new Set<() => void>();
  #socket: WebSocket | undefined;
  #closeCode: number | undefined;

  private constructor(options: ScriptedServerOptions) {
    this.#options = options;
    this.#http = createServer();
    this.#http.on('connection', (socket) => this.#sockets.add(socket));
    const wss = new WebSocketServer({ noServer: true, handleProtocols: () => options.subprotocol ?? SUBPROTOCOL });
    this.#http.on('upgrade', (request, socket, head) => {
      this.handshakes.push(request);
      if (options.hang === true) return;
      if (options.refuse !== undefined) {
        const { status, headers, body } = options.refuse;
        const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
        socket.end(
          `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
        );
        return;
      }
      wss.handleUpgrade(request, socket, head, (ws) => this.#accept(ws));
    });
  }

  static async start(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(options);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}${STREAM_PATH}`;
  }

  /** Code of the close frame that the client sent, once it has. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  send(...messages: ServerMessage[]): void {
    for (const message of messages) this.#socket?.send(JSON.stringify(serverMessageSchema.parse(message)));
  }

  sendAudio(samples: Int16Array): void {
    this.#socket?.send(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  }

  sendRaw(frame: string | Uint8Array): void {
    this.#socket?.send(frame);
  }

  close(code: number, reason = ''): void {
    this.#socket?.close(code, reason);
  }

  /** Stops reading from the client, so that what it sends piles up. */
  stopReading(): void {
    this.#socket?.pause();
  }

  /** All messages of a type so far. */
  of<Type extends ClientMessage['type']>(type: Type): ClientMessageOf<Type>[] {
    return this.messages.filter((message): message is ClientMessageOf<Type> => message.type === type);
  }

  /** Resolves when the condition holds; it is looked at whenever something has come from the client. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`not within ${WAIT_MS} ms; so far: ${JSON.stringify(this.messages)}`));
      }, WAIT_MS);
      this.#waiters.add(look);
    });
  }

  async stop(): Promise<void> {
    this.#socket?.terminate();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #accept(ws: WebSocket): void {
    this.#socket = ws;
    ws.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      if (isBinary) {
        this.frames.push(bytes);
        this.#options.onAudio?.(bytes, this);
      } else {
        this.#receive(clientMessageSchema.parse(JSON.parse(bytes.toString())));
      }
      this.#look();
    });
    ws.on('close', (code) => {
      this.#closeCode = code;
      this.#look();
    });
  }

  #receive(message: ClientMessage): void {
    this.messages.push(message);
    const { deaf, silentStart, onMessage } = this.#options;
    if (message.type === 'session.start' && silentStart !== true) this.send(this.started(message));
    if (message.type === 'ping' && deaf !== true) this.send({ type: 'pong' });
    if (message.type === 'session.end' && deaf !== true) {
      this.send({ type: 'session.ended', reason: 'client', durationMs: 1 });
      this.close(1000, 'session ended');
    }
    onMessage?.(message, this);
  }

  /** The answer to a session.start that agrees to all of it. */
  started({ agent, audio, turnDetection }: ClientMessageOf<'session.start'>): ServerMessage {
    const input = audio?.input ?? { encoding: 'pcm16', sampleRate: 16_000 };
    return {
      type: 'session.started',
      protocol: PROTOCOL_VERSION,
      sessionId: 's1',
      agent: agent ?? 'Julia',
      audio: { input, output: audio?.output ?? input },
      turnDetection: turnDetection ?? 'provider',
      limits: {
        maxFrameBytes: this.#options.maxFrameBytes ?? 65_536,
        maxSessionMs: 60_000,
        idleTimeoutMs: this.#options.idleTimeoutMs ?? 60_000,
      },
    };
  }

  #look(): void {
    for (const look of this.#waiters) look();
  }
}
