// One WebSocket to Cartesia, shared by many replies. Contains the SDK: what it throws into its socket's listeners, its silent
// reconnecting and its unhandled rejections end here, as one ProviderError for everyone who speaks over this connection.
import { connect } from 'node:net';
import type Cartesia from '@cartesia/cartesia-js';
import type { TTSWS } from '@cartesia/cartesia-js/resources/tts/ws';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import {
  closedEarlyError,
  connectionError,
  droppedError,
  protocolError,
  statusError,
  timeoutError,
} from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import { CARTESIA, mapEvent } from './map-event.js';
import type { CartesiaEvent } from './map-event.js';
import type { CartesiaSdk } from './sdk.js';

/** A message holds a fraction of a second of audio; anything near this is none of theirs, bytes. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export interface ConnectionOptions {
  readonly apiKey: string;
  /** `http(s)://host:port`, the API's own when absent. */
  readonly baseUrl: string;
  /** Longest time for TCP, TLS and the WebSocket handshake, ms. */
  readonly connectTimeoutMs: number;
  /** How long a connection is kept that nobody uses, ms. */
  readonly idleMs: number;
}

/** One reply that uses the connection. */
export interface Member {
  opened(): void;
  received(contextId: string, event: CartesiaEvent): void;
  /** The connection is gone. `established`: it had been open. */
  lost(error: ProviderError, established: boolean): void;
}

export class CartesiaConnection {
  private readonly members = new Map<string, Member>();
  private readonly contexts = new Map<string, Member>();
  private readonly watchdog: Watchdog;
  private tts: TTSWS | undefined;
  private socket: WebSocket | undefined;
  private phase: 'connecting' | 'open' | 'gone' = 'connecting';
  private retired = false;
  private idle: NodeJS.Timeout | undefined;
  private error: ProviderError | undefined;

  /** @param onGone called once, when it cannot be used any more */
  constructor(
    sdk: CartesiaSdk,
    private readonly options: ConnectionOptions,
    private readonly onGone: () => void,
  ) {
    this.watchdog = new Watchdog((what, ms) => {
      this.lose(timeoutError(CARTESIA, what, ms));
    });
    this.watchdog.expect('connection', options.connectTimeoutMs);
    this.open(sdk);
  }

  get isOpen(): boolean {
    return this.phase === 'open' && this.socket?.readyState === WebSocket.OPEN;
  }

  /** Whether another reply may join. */
  get isUsable(): boolean {
    const state = this.socket?.readyState;
    return this.phase !== 'gone' && !this.retired && (state === WebSocket.CONNECTING || state === WebSocket.OPEN);
  }

  get size(): number {
    return this.members.size;
  }

  join(id: string, member: Member): void {
    clearTimeout(this.idle);
    this.members.set(id, member);
  }

  /** Idempotent. Whoever leaves is told nothing more. */
  leave(id: string): void {
    if (!this.members.delete(id) || this.members.size > 0 || this.phase === 'gone') return;
    if (this.retired) return this.close();
    this.idle = setTimeout(() => {
      this.close();
    }, this.options.idleMs);
    this.idle.unref();
  }

  /** What comes for this context goes to this member from now on. */
  route(contextId: string, member: Member): void {
    this.contexts.set(contextId, member);
  }

  unroute(contextId: string): void {
    this.contexts.delete(contextId);
  }

  /** Sends in the order of the calls; does nothing on a connection that is not open, whose end is told by `lost`. */
  send(request: Parameters<TTSWS['send']>[0]): void {
    // The SDK would connect anew by itself, without our contexts, if it found the socket closed.
    if (!this.isOpen) return;
    this.tts?.send(request).catch((error: unknown) => {
      this.lose(connectionError(CARTESIA, error));
    });
  }

  /** Nobody may join any more: something on it did not answer in time, so it may be dead without knowing. */
  retire(): void {
    this.retired = true;
    this.onGone();
  }

  /** Ends the connection without telling anyone. */
  close(): void {
    this.members.clear();
    this.lose(closedEarlyError(CARTESIA, 'the connection'));
  }

  private open(sdk: CartesiaSdk): void {
    const { apiKey, baseUrl } = this.options;
    const client: Cartesia = new sdk.Cartesia({
      apiKey,
      // Without these the SDK would look into the environment.
      token: null,
      baseURL: baseUrl,
      maxRetries: 0,
      logLevel: 'off',
    });
    const tts = new sdk.TTSWS(client, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      ...plainSocket(baseUrl),
    });
    // Its own promise of being connected would be an unhandled rejection when it is not.
    tts.connect().catch(() => undefined);
    tts.on('error', ({ error }) => {
      // Cartesia's own error messages come as events too; the socket's errors are told by its close.
      if (error === undefined && this.isOpen) this.lose(protocolError(CARTESIA, 'no message of its wire'));
    });
    tts.on('event', (event) => {
      this.received(event);
    });
    this.tts = tts;
    this.socket = this.watch(tts.socket as unknown as WebSocket);
  }

  private watch(socket: WebSocket): WebSocket {
    this.contain(socket);
    socket.on('open', () => {
      this.opened();
    });
    socket.on('unexpected-response', (_request, response) => {
      this.error ??= statusError(CARTESIA, response.statusCode ?? 0, { retryAfter: response.headers['retry-after'] });
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error: Error & { code?: string }) => {
      this.error ??= error.code?.startsWith('WS_ERR_')
        ? protocolError(CARTESIA, 'a broken WebSocket frame')
        : connectionError(CARTESIA, error);
    });
    socket.on('close', (code, reason) => {
      this.lose(this.error ?? droppedError(CARTESIA, 'the connection', code, reason.toString()));
    });
    return socket;
  }

  /** The SDK decodes messages in a listener of the socket: what it throws there would end the process. */
  private contain(socket: WebSocket): void {
    const listeners = socket.rawListeners('message') as ((this: WebSocket, ...args: unknown[]) => void)[];
    socket.removeAllListeners('message');
    socket.on('message', (...args: unknown[]) => {
      try {
        for (const listener of listeners) listener.apply(socket, args);
      } catch {
        this.lose(protocolError(CARTESIA, 'a message that its SDK cannot read'));
      }
    });
  }

  private opened(): void {
    if (this.phase !== 'connecting') return;
    this.phase = 'open';
    this.watchdog.stop();
    for (const member of this.members.values()) member.opened();
  }

  private received(message: unknown): void {
    if (this.phase === 'gone') return;
    const { contextId, event } = mapEvent(message);
    if (event === undefined) return;
    if (contextId !== undefined) this.contexts.get(contextId)?.received(contextId, event);
    else if (event.type === 'failed') this.lose(event.error);
  }

  private lose(error: ProviderError): void {
    if (this.phase === 'gone') return;
    const established = this.phase === 'open';
    this.phase = 'gone';
    this.watchdog.stop();
    clearTimeout(this.idle);
    this.socket?.terminate();
    this.onGone();
    const members = [...this.members.values()];
    this.members.clear();
    this.contexts.clear();
    for (const member of members) member.lost(error, established);
  }
}

/** The SDK always asks for `wss:`; for an address without TLS (a simulator, a proxy on the same machine) we connect. */
function plainSocket(baseUrl: string): ClientOptions {
  const { protocol, hostname, port } = new URL(baseUrl);
  if (protocol !== 'http:') return {};
  const address = { host: hostname, port: port === '' ? 80 : Number(port) };
  return { createConnection: () => connect(address) };
}
