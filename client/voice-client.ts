// The client's side of one session: its state, the typed events, and what may be said when. It owns no audio device:
// see playback/ for what is heard and browser/ or node/ for where it comes from and goes to.
import {
  bytesForMs,
  CLOSE,
  msForBytes,
  SUBPROTOCOL,
  inputTranscriptSchema,
  textSubmitSchema,
  type ClientMessage,
  type CloseEvent,
  type ServerMessage,
  type ServerMessageOf,
} from '../src/protocol/index.js';
import type { ClientEvents, SessionInfo } from './client-events.js';
import { sessionStart, streamUrl, subprotocols, type ConnectOptions } from './connect-options.js';
import { Connection, type ConnectionClosed } from './connection.js';
import { Emitter } from './emitter.js';
import { VoiceClientError, type HttpRefusal } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { OutboundAudio } from './outbound-audio.js';
import { parseServerMessage } from './server-message.js';
import { SessionOpening } from './session-opening.js';
import { globalWebSocket, type WebSocketFactory } from './web-socket.js';

export interface VoiceClientOptions {
  readonly webSocket?: WebSocketFactory;
  /**
   * Finds out why a handshake failed: WebSockets do not say. In Node pass `probeRefusal` of node/refusal-probe; in a
   * browser nothing can know. `undefined` means that it remains unknown. It may reject with a better VoiceClientError.
   */
  readonly explainRefusal?: (url: string, protocols: readonly string[]) => Promise<HttpRefusal | undefined>;
  /** Microphone audio that may wait for the network before new audio is dropped, ms; 2000 when absent. */
  readonly maxBufferedMs?: number;
}

export type ClientState = 'idle' | 'connecting' | 'open' | 'ending' | 'closed';

const CONNECT_TIMEOUT_MS = 10_000;
/** How long the server may take to say session.ended and to close after session.end, ms. */
const END_TIMEOUT_MS = 5000;
const HEARTBEAT_MS = 15_000;
const MAX_BUFFERED_MS = 2000;
/** Bytes waiting for the network beyond which the connection counts as dead; audio alone never comes near. */
const MAX_CONTROL_BACKLOG = 4 * 1024 * 1024;

/** Bytes waiting for the network beyond which a partial transcript is not worth sending. */
const MAX_PARTIAL_BACKLOG = 16 * 1024;

const CLOSE_EVENTS = new Map<number, CloseEvent>(Object.values(CLOSE).map((event) => [event.code, event]));

export class VoiceClient extends Emitter<ClientEvents> {
  readonly #options: VoiceClientOptions;
  #state: ClientState = 'idle';
  #connection: Connection | undefined;
  #session: SessionInfo | undefined;
  #outbound: OutboundAudio | undefined;
  #heartbeat: Heartbeat | undefined;
  /** The response whose audio the binary frames are. */
  #speaking: string | undefined;
  #opening: SessionOpening | undefined;
  #ending: Promise<ServerMessageOf<'session.ended'> | undefined> | undefined;
  #endedLocally = false;
  readonly #givenUp = new AbortController();
  readonly #inbox = new Inbox();

  constructor(options: VoiceClientOptions = {}) {
    super();
    this.#options = options;
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What the server agreed to; undefined before `connect` has resolved. */
  get session(): SessionInfo | undefined {
    return this.#session;
  }

  /** Microphone and control bytes that wait for the network. */
  get bufferedBytes(): number {
    return this.#connection?.bufferedBytes ?? 0;
  }

  /**
   * Opens the socket and the session; resolves when audio may flow. Listeners attached right then miss nothing but
   * session.started, which it resolves with. Rejects with a VoiceClientError, after which the client is closed. A client
   * makes one session; take a new one for the next.
   */
  async connect(options: ConnectOptions): Promise<SessionInfo> {
    if (this.#state !== 'idle') throw new VoiceClientError('wrong_state', `connect while ${this.#state}`);
    const url = streamUrl(options.url);
    const protocols = subprotocols(options.token);
    const start = sessionStart(options);
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const signal = AbortSignal.any([this.#givenUp.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const startedAt = performance.now();
    this.#state = 'connecting';
    try {
      const connection = await this.#dial(url, protocols, timeoutMs, signal);
      this.#connection = connection;
      if (connection.protocol !== SUBPROTOCOL) {
        throw new VoiceClientError('wrong_protocol', `the server at ${url} does not speak ${SUBPROTOCOL}`);
      }
      this.#opening = new SessionOpening({ remainingMs: timeoutMs - (performance.now() - startedAt), signal });
      connection.send(JSON.stringify(start));
      return await this.#opening.answer;
    } catch (error) {
      this.#state = 'closed';
      this.#connection?.close();
      throw error;
    }
  }

  /**
   * Sends microphone audio: PCM16 mono at the session's input rate, any even number of bytes. Returns false when it was
   * dropped: the network is more than `maxBufferedMs` behind (see `audio.dropping`), or the session is over.
   */
  sendAudio(chunk: Uint8Array): boolean {
    if (chunk.byteLength % 2 !== 0) {
      throw new VoiceClientError('invalid_argument', `${chunk.byteLength} bytes are not whole 16-bit samples`);
    }
    if (this.#state !== 'open' || this.#connection === undefined || this.#outbound === undefined) {
      if (this.#state === 'idle' || this.#state === 'connecting') {
        throw new VoiceClientError('wrong_state', 'audio before the session is open');
      }
      return false;
    }
    return this.#outbound.send(this.#connection, chunk);
  }

  /** Says something by text instead of by voice; 1 to 4000 characters. */
  submitText(text: string): void {
    const parsed = textSubmitSchema.safeParse({ type: 'text.submit', text });
    if (!parsed.success) throw new VoiceClientError('invalid_argument', 'text must have 1 to 4000 characters');
    this.#sendControl(parsed.data);
  }

  /**
   * Sends words of the caller's speech that were recognised here, for a session whose `recognition` is `client`: `final`
   * when they will not change any more, otherwise they replace the ones before; at most 1000 characters. Returns false
   * when they were dropped: the network is behind, or the session is over.
   */
  sendTranscript(text: string, final: boolean): boolean {
    const parsed = inputTranscriptSchema.safeParse({ type: 'input.transcript', text, final });
    if (!parsed.success) throw new VoiceClientError('invalid_argument', 'a transcript has at most 1000 characters');
    if (this.#state === 'idle' || this.#state === 'connecting') this.#assertOpen('input.transcript');
    // A partial that would wait for the network is old before it leaves; the next one says it all.
    if (this.#state !== 'open' || (!final && this.bufferedBytes > MAX_PARTIAL_BACKLOG)) return false;
    this.#sendControl(parsed.data);
    return true;
  }

  /** Push to talk: the caller has let go; what was heard is the turn. */
  commit(): void {
    this.#sendControl({ type: 'input.commit' });
  }

  /** Forgets what was heard of the unfinished turn. */
  clearInput(): void {
    this.#sendControl({ type: 'input.clear' });
  }

  /** Stops the reply, here at once and then at the server. */
  cancel(): void {
    this.#assertOpen('response.cancel');
    this.emit('response.cancelling', { responseId: this.#speaking });
    this.#sendControl({ type: 'response.cancel' });
  }

  /** Tells how much of a response was heard, ms. A player does this; see ResponsePlayback. */
  reportPlayback(responseId: string, playedMs: number): void {
    // A position that would wait for the network is old before it leaves; the next one says it all.
    if (this.#state === 'open' && this.bufferedBytes < MAX_CONTROL_BACKLOG / 2)
      this.#sendControl({ type: 'playback.position', responseId, playedMs });
  }

  /** Tells that a response was heard to its end. */
  reportPlaybackFinished(responseId: string): void {
    if (this.#state === 'open') this.#sendControl({ type: 'playback.finished', responseId });
  }

  /** Tells how much of a piece of `response.speak` was spoken here. A TextPlayback does this. */
  reportSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    if (this.#state === 'open') this.#sendControl({ type: 'playback.spoken', responseId, segment, heardChars, done });
  }

  /**
   * Hangs up and waits for the server's goodbye, at most five seconds; then the socket is closed anyway. Resolves with
   * `session.ended`, or undefined when there was none. Safe to call at any time, more than once.
   */
  end(): Promise<ServerMessageOf<'session.ended'> | undefined> {
    this.#givenUp.abort();
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Closes the socket without a word; `closed` follows within three seconds. */
  close(): void {
    this.#givenUp.abort();
    this.#endedLocally = true;
    if (this.#state === 'open') this.#state = 'ending';
    this.#connection?.close();
  }

  async #end(): Promise<ServerMessageOf<'session.ended'> | undefined> {
    if (this.#state !== 'open') return undefined;
    return new Promise((resolve) => {
      let ended: ServerMessageOf<'session.ended'> | undefined;
      this.once('session.ended', (message) => {
        ended = message;
      });
      const timer = setTimeout(() => this.close(), END_TIMEOUT_MS);
      this.once('closed', () => {
        clearTimeout(timer);
        resolve(ended);
      });
      this.#sendControl({ type: 'session.end' });
      this.#endedLocally = true;
      this.#state = 'ending';
    });
  }

  async #dial(url: string, protocols: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<Connection> {
    const webSocket = this.#options.webSocket ?? globalWebSocket;
    try {
      return await Connection.dial(
        { url, protocols, timeoutMs, signal, webSocket },
        {
          text: (text) => this.#inbox.deliver(() => this.#receiveText(text)),
          binary: (bytes) => this.#inbox.deliver(() => this.#receiveAudio(bytes)),
          closed: (closed) => this.#inbox.deliver(() => this.#receiveClose(closed)),
        },
      );
    } catch (error) {
      if (!(error instanceof VoiceClientError) || error.code !== 'unreachable') throw error;
      const refusal = await this.#options.explainRefusal?.(url, protocols);
      if (refusal === undefined) throw error;
      throw new VoiceClientError('refused', `HTTP ${refusal.status}: ${refusal.message}`, {
        refusal,
        retryable: refusal.status === 429 || refusal.status >= 500,
        cause: error,
      });
    }
  }

  #open(session: SessionInfo): void {
    this.#session = session;
    this.#state = 'open';
    const { sampleRate } = session.audio.input;
    this.#outbound = new OutboundAudio({
      maxBufferedBytes: bytesForMs(this.#options.maxBufferedMs ?? MAX_BUFFERED_MS, sampleRate),
      maxFrameBytes: session.limits.maxFrameBytes,
      dropping: (bufferedBytes) => this.emit('audio.dropping', { bufferedBytes }),
      recovered: (droppedBytes) =>
        this.emit('audio.recovered', { droppedMs: Math.round(msForBytes(droppedBytes, sampleRate)) }),
    });
    this.#heartbeat = new Heartbeat({
      everyMs: Math.min(HEARTBEAT_MS, session.limits.idleTimeoutMs / 3),
      ping: () => this.#connection?.send(JSON.stringify({ type: 'ping' } satisfies ClientMessage)),
      lost: () => this.#connection?.abandon('the server does not answer any more'),
    });
  }

  #receiveText(text: string): void {
    this.#heartbeat?.heard();
    const message = parseServerMessage(text);
    if (message.type === undefined) {
      this.emit('message.ignored', { reason: message.reason });
      return;
    }
    if (message.type === 'session.started' && this.#state === 'connecting') {
      this.#open(message);
      this.#inbox.hold();
    }
    this.#opening?.receive(message);
    if (message.type === 'response.started') this.#speaking = message.responseId;
    if (message.type === 'response.audio_done' || message.type === 'response.interrupted') this.#speaking = undefined;
    this.emit('message', message);
    this.#emitByType(message);
  }

  /** Name and payload come from the same message, which TypeScript cannot see across a union. */
  #emitByType<Type extends ServerMessage['type']>(message: ServerMessageOf<Type>): void {
    this.emit(message.type, message as unknown as ClientEvents[Type]);
  }

  #receiveAudio(chunk: Uint8Array): void {
    this.#heartbeat?.heard();
    if (this.#speaking === undefined) {
      this.emit('message.ignored', { reason: `${chunk.byteLength} bytes of audio outside of a response` });
      return;
    }
    this.emit('audio', { responseId: this.#speaking, chunk });
  }

  #receiveClose({ code, reason }: ConnectionClosed): void {
    this.#heartbeat?.stop();
    const event = CLOSE_EVENTS.get(code);
    const meaning = event?.meaning ?? (reason === '' ? 'The connection broke.' : reason);
    // A code that is not in the table is the network's (1005, 1006), where another attempt may do.
    const retry = event?.retry ?? true;
    this.#state = 'closed';
    this.#opening?.closed(code, meaning, retry);
    if (this.#session !== undefined) this.emit('closed', { code, reason, meaning, retry, local: this.#endedLocally });
  }

  #sendControl(message: ClientMessage): void {
    this.#assertOpen(message.type);
    if (this.bufferedBytes > MAX_CONTROL_BACKLOG) this.#connection?.abandon('the network takes no more data');
    else this.#connection?.send(JSON.stringify(message));
  }

  #assertOpen(what: string): void {
    if (this.#state !== 'open') throw new VoiceClientError('wrong_state', `${what} while ${this.#state}`);
  }
}
