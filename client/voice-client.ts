// The client's side of one session: its state, the typed events, and what may be said when. It owns no audio device: see
// playback/ for what is heard and browser/ or node/ for where it comes from and goes to.
import { isMessageName, NO_MESSAGE_NAME } from '../src/bounds/message-name.port.js';
import {
  MAX_CLIENT_MESSAGE_CHARS,
  MAX_CLIENT_TRANSCRIPT_CHARS,
  MAX_CONSENT_CHARS,
  MAX_TYPED_CHARS,
} from '../src/bounds/texts.port.js';
import { PROTOCOL_VERSION } from '../src/protocol/constants.js';
import type { ExplainRefusal, Opened } from './attempt.js';
import type { AudioCodec, Carrier, PackingCarrier, Unpacking } from './audio-codec.js';
import { agreedIn, tellable, type ClientEvents, type SessionInfo } from './client-events.js';
import { encodings, sessionStart, streamUrl, subprotocols, type ConnectOptions } from './connect-options.js';
import type { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { VoiceClientError } from './errors.js';
import { fetchRefusal } from './fetch-refusal.js';
import { Incoming } from './incoming.js';
import type { ConnectionQuality } from './line-quality.js';
import { browserHints, type NetworkHints } from './network-hints.js';
import { Outgoing } from './outgoing.js';
import { PageTools, type PageTool } from './page-tools.js';
import { checkedHandle, type ResumeHandle } from './resume-handle.js';
import { SessionConnection, type SessionClosed } from './session-connection.js';
import { globalWebSocket, type WebSocketFactory } from './web-socket.js';
import type { NumberedMessage, ServerMessage, ServerMessageOf, SessionResumeMessage } from './wire/messages.js';

export interface VoiceClientOptions {
  readonly webSocket?: WebSocketFactory;
  /**
   * Finds out why a handshake failed: WebSockets do not say. When absent the server is asked by a plain GET; in Node
   * `probeRefusal` of node/refusal-probe knows more of the network. `undefined` means that it remains unknown. It may
   * reject with a better VoiceClientError.
   */
  readonly explainRefusal?: ExplainRefusal;
  /** Microphone audio that may wait for the network before new audio is held back, ms; 2000 when absent. */
  readonly maxBufferedMs?: number;
  /** What the page does for the agent when it asks (`clientTools` of the agent's file), by name. */
  readonly tools?: Readonly<Record<string, PageTool>>;
  /** Tells of networks that come and go; a browser's own events when absent. */
  readonly networkHints?: NetworkHints;
}

/** `reconnecting`: the connection is lost, the session is not; what is said is kept until it goes on. */
export type ClientState = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'ending' | 'closed';

const CONNECT_TIMEOUT_MS = 10_000;
/** How long the server may take to say session.ended and to close after session.end, ms. */
const END_TIMEOUT_MS = 5000;
const MAX_BUFFERED_MS = 2000;

export class VoiceClient extends Emitter<ClientEvents> {
  readonly #options: VoiceClientOptions;
  readonly #incoming: Incoming;
  readonly #pageTools: PageTools;
  #state: ClientState = 'idle';
  #session: SessionInfo | undefined;
  #connection: SessionConnection | undefined;
  #outgoing: Outgoing | undefined;
  /** Undefined where there is none, and when it has failed. */
  #codec: AudioCodec | undefined;
  #packing: PackingCarrier | undefined;
  /** There as soon as a connection has had packets: what waits in it is told in its place. */
  #unpacking: Unpacking | undefined;
  /** Whether what comes over this connection are packets. */
  #packed = false;
  /** How far the caller has heard the reply that was played last: kept after its end, of which a new process may not know. */
  #heard: SessionResumeMessage['heard'];
  #ending: Promise<ServerMessageOf<'session.ended'> | undefined> | undefined;
  #endedLocally = false;

  constructor(options: VoiceClientOptions = {}) {
    super();
    this.#options = options;
    this.#pageTools = new PageTools(options.tools ?? {}, (answer) => {
      if (this.#talking) this.#outgoing?.say(answer);
    });
    this.#incoming = new Incoming({
      message: (message) => this.#take(message),
      audio: (responseId, chunk) => this.#hear(responseId, chunk),
      ignored: (reason) => this.emit('message.ignored', { reason }),
      history: (message) => this.#inOrder(() => this.emit('history', tellable(message))),
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What the server agreed to; undefined before `connect` has resolved. */
  get session(): SessionInfo | undefined {
    return this.#session;
  }

  /**
   * What another client goes on with this call by, as of now: it changes with each message. A page keeps it when it is about
   * to go away (`pagehide`) and gives it to `connect` when it is loaded again. It is a secret; the library puts it nowhere.
   * Undefined where the server does not wait, and when the call is over.
   */
  get resumable(): ResumeHandle | undefined {
    const resumeToken = this.#connection?.resumeToken;
    if (!this.#talking || this.#incoming.over || resumeToken === undefined || this.#session === undefined)
      return undefined;
    const { sessionId, audio } = this.#session;
    const { lastSeq } = this.#incoming;
    return { sessionId, resumeToken, lastSeq, audio, ...(this.#heard === undefined ? {} : { heard: this.#heard }) };
  }

  /** How the connection is; `quality` tells when its level changes. */
  get quality(): ConnectionQuality {
    return this.#connection?.quality ?? { level: 'lost', roundTripMs: undefined };
  }

  /** Microphone and control bytes that wait for the network; of a microphone in packets, as many as its PCM16 would have. */
  get bufferedBytes(): number {
    return this.#outgoing?.bufferedBytes ?? 0;
  }

  /**
   * Opens the socket and the session; resolves when audio may flow. Listeners attached right then miss nothing but
   * session.started, which it resolves with. Rejects with a VoiceClientError, after which the client is closed. A client
   * makes one session, which outlives its connection where the server can resume it (see `reconnecting`); take a new one
   * for the next.
   */
  async connect(options: ConnectOptions): Promise<SessionInfo> {
    if (this.#state !== 'idle') throw new VoiceClientError('wrong_state', `connect while ${this.#state}`);
    const { token, signal, connectTimeoutMs, resume } = options;
    if (typeof token !== 'function') subprotocols(token);
    this.#codec = options.codec;
    const first = resume === undefined ? sessionStart(options) : resumption(checkedHandle(resume), options.codec);
    const connection = this.#makeConnection(streamUrl(options.url), token, resume);
    if (resume !== undefined) {
      this.#heard = resume.heard;
      this.#incoming.goOnFrom(resume.lastSeq);
    }
    this.#connection = connection;
    const giveUp = (): void => connection.close();
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    this.#state = 'connecting';
    try {
      await connection.open(() => first, connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
      return this.#session as SessionInfo;
    } catch (error) {
      this.#state = 'closed';
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Sends microphone audio: PCM16 mono at the session's input rate, any even number of bytes. While the client is
   * reconnecting it is kept, the last 11.8 s of it. Returns false when it may be lost: the network is more than
   * `maxBufferedMs` behind (see `audio.dropping`), or the session is over.
   */
  sendAudio(chunk: Uint8Array): boolean {
    if (chunk.byteLength % 2 !== 0) {
      throw new VoiceClientError('invalid_argument', `${chunk.byteLength} bytes are not whole 16-bit samples`);
    }
    return this.#mayTalk('audio') && this.#outgoing?.audio(chunk) === true;
  }

  /** Says something by text instead of by voice; 1 to 4000 characters. */
  submitText(text: string): void {
    this.#say({ type: 'text.submit', text: worded(text, 1, MAX_TYPED_CHARS, 'what is typed') });
  }

  /**
   * Sends words of the caller's speech that were recognised here, for a session whose `recognition` is `client`: `final`
   * when they will not change any more, otherwise they replace the ones before; at most 1000 characters. Returns false
   * when they were dropped: the network is behind, or the session is over.
   */
  sendTranscript(text: string, final: boolean): boolean {
    worded(text, 0, MAX_CLIENT_TRANSCRIPT_CHARS, 'a transcript');
    if (!this.#mayTalk('input.transcript') || this.#outgoing === undefined) return false;
    const message = { type: 'input.transcript', text, final } as const;
    return final ? this.#outgoing.say(message) : this.#outgoing.partial(message);
  }

  /**
   * Tells the agent what has happened here (`sendMessage('cart.updated', { items: 3 })`): the model knows it from its next reply
   * on, as data, and nothing is said for it. `name`: letters, digits, ".", "_" and "-"; `data`: at most 4096 characters of
   * JSON. The other way round, what a tool of the server tells the page is the event `custom.message`.
   */
  sendMessage(name: string, data: unknown): void {
    const json = JSON.stringify(data) as string | undefined;
    const chars = json?.length ?? 0;
    if (!isMessageName(name)) throw new VoiceClientError('invalid_argument', `the name ${NO_MESSAGE_NAME}`);
    if (json === undefined || chars > MAX_CLIENT_MESSAGE_CHARS) {
      throw new VoiceClientError(
        'invalid_argument',
        `data of ${chars} characters of JSON, not 1 to ${MAX_CLIENT_MESSAGE_CHARS}`,
      );
    }
    this.#say({ type: 'client.message', name, data });
  }

  /** Push to talk: the caller has let go; what was heard is the turn. */
  commit(): void {
    this.#say({ type: 'input.commit' });
  }

  /** Forgets what was heard of the unfinished turn. */
  clearInput(): void {
    this.#say({ type: 'input.clear' });
  }

  /** Stops the reply, here at once and then at the server; not a disclosure, which is said to its end. */
  cancel(): void {
    this.#assertTalking('response.cancel');
    if (!this.#incoming.isInterruptible) return;
    this.emit('response.cancelling', { responseId: this.#incoming.speaking });
    this.#say({ type: 'response.cancel' });
  }

  /**
   * Says that the caller agrees to have the words of this call kept, or does not; `words` is what he was shown, 1 to 500
   * characters.
   */
  setConsent(state: 'given' | 'refused', words?: string): void {
    if (state !== 'given' && state !== 'refused') {
      throw new VoiceClientError('invalid_argument', `consent is given or refused, not ${String(state)}`);
    }
    const shown = words === undefined ? {} : { words: worded(words, 1, MAX_CONSENT_CHARS, 'what was shown') };
    this.#say({ type: 'consent.set', state, ...shown });
  }

  /** Tells how much of a response was heard, ms. A player does this; see ResponsePlayback. */
  reportPlayback(responseId: string, playedMs: number): void {
    this.#heard = { responseId, playedMs };
    if (this.#talking) this.#outgoing?.mention({ type: 'playback.position', responseId, playedMs });
  }

  /** Tells that a response was heard to its end. */
  reportPlaybackFinished(responseId: string): void {
    if (this.#talking) this.#outgoing?.say({ type: 'playback.finished', responseId });
  }

  /** Tells how much of a piece of `response.speak` was spoken here. A TextPlayback does this. */
  reportSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    this.#heard = { responseId, segment, heardChars };
    if (!this.#talking) return;
    const message = { type: 'playback.spoken', responseId, segment, heardChars, done } as const;
    if (done) this.#outgoing?.say(message);
    else this.#outgoing?.mention(message);
  }

  /**
   * Hangs up and waits for the server's goodbye, at most five seconds; then the socket is closed anyway. Resolves with
   * `session.ended`, or undefined when there was none: while the client is reconnecting there is nobody to say it. Safe to
   * call at any time, more than once.
   */
  end(): Promise<ServerMessageOf<'session.ended'> | undefined> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Closes the socket without a word; `closed` follows within three seconds. */
  close(): void {
    this.#endedLocally = true;
    if (this.#talking) this.#state = 'ending';
    if (this.#state === 'idle') this.#state = 'closed';
    this.#connection?.close();
  }

  async #end(): Promise<ServerMessageOf<'session.ended'> | undefined> {
    if (this.#state !== 'open') {
      if (this.#state !== 'ending') this.close();
      return undefined;
    }
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
      this.#outgoing?.send({ type: 'session.end' });
      this.#endedLocally = true;
      this.#state = 'ending';
    });
  }

  #makeConnection(url: string, token: ConnectOptions['token'], resume?: ResumeHandle): SessionConnection {
    const { webSocket = globalWebSocket, explainRefusal = fetchRefusal, networkHints = browserHints } = this.#options;
    return new SessionConnection(
      { url, token, resume, webSocket, explainRefusal, networkHints },
      {
        opened: (answer, connection, gapMs) => this.#opened(answer, connection, gapMs),
        text: (text) => this.#incoming.text(text),
        binary: (bytes) => this.#incoming.binary(bytes),
        mayResume: () => this.#talking && !this.#incoming.over,
        reconnecting: (reason, giveUpMs) => {
          this.#state = 'reconnecting';
          this.#outgoing?.hold();
          this.#packing?.close();
          this.emit('reconnecting', { reason, giveUpMs });
        },
        resumeMessage: (resumeToken) => this.#resumeMessage(resumeToken),
        quality: (quality) => this.emit('quality', quality),
        closed: (closed) => this.#closed(closed),
      },
    );
  }

  #opened(answer: Opened, connection: Connection, gapMs: number): void {
    this.#state = 'open';
    this.#session = agreedIn(answer);
    const carrier = this.#packingFor(this.#session, connection);
    if (answer.type === 'session.started' || this.#outgoing === undefined) {
      this.#outgoing = new Outgoing(carrier, {
        session: this.#session,
        ...(answer.type === 'session.started' ? {} : { taken: answer }),
        resumable: this.#connection?.resumeToken !== undefined,
        maxBufferedMs: this.#options.maxBufferedMs ?? MAX_BUFFERED_MS,
        dropping: (bufferedBytes) => this.emit('audio.dropping', { bufferedBytes }),
        recovered: (droppedMs) => this.emit('audio.recovered', { droppedMs }),
      });
      this.#incoming.take(answer);
    } else {
      const lostAudioMs = this.#outgoing.resume(carrier, answer);
      this.#incoming.take(answer);
      this.#inOrder(() => this.emit('reconnected', { gapMs, missed: answer.missed, lostAudioMs }));
    }
  }

  /** What audio is given to, as was agreed for this connection. */
  #packingFor({ audio: { input, output } }: SessionInfo, connection: Connection): Carrier {
    // The session comes back without a codec that has failed: what it has swallowed is sent again, both ways.
    const failed = (): void => {
      this.#codec = undefined;
      connection.abandon('the browser’s codec has failed');
    };
    this.#packing = input.encoding === 'opus' ? this.#codec?.pack?.(connection, input.sampleRate, failed) : undefined;
    this.#packed = output.encoding === 'opus';
    if (this.#packed) this.#unpacking ??= this.#codec?.unpack?.(output.sampleRate, failed);
    this.#unpacking?.restart();
    return this.#packing ?? connection;
  }

  #resumeMessage(resumeToken: string): SessionResumeMessage {
    const { lastSeq } = this.#incoming;
    this.emit('session.resuming', { lastSeq });
    return {
      type: 'session.resume',
      protocol: PROTOCOL_VERSION,
      sessionId: this.#session?.sessionId ?? '',
      resumeToken,
      lastSeq,
      ...(this.#heard === undefined ? {} : { heard: this.#heard }),
      ...(this.#codec === undefined ? {} : { audio: encodings(this.#codec) }),
    };
  }

  #hear(responseId: string, chunk: Uint8Array): void {
    const deliver = (pcm: Uint8Array): void => this.emit('audio', { responseId, chunk: pcm });
    if (this.#packed) this.#unpacking?.packet(responseId, chunk, deliver);
    else this.#inOrder(() => deliver(chunk));
  }

  #take(message: ServerMessage): void {
    if (message.type === 'pong') this.#connection?.pong();
    if (message.type === 'response.interrupted') this.#unpacking?.clear();
    // Nothing is lost by a pause that comes before the audio that it holds.
    if (message.type === 'response.paused') this.#tell(message);
    else this.#inOrder(() => this.#tell(message));
  }

  #tell(message: ServerMessage): void {
    const told = tellable(message);
    this.emit('message', told);
    this.emit(told.type, told);
    if (message.type === 'tool.call') void this.#pageTools.take(message);
  }

  #inOrder(step: () => void): void {
    if (this.#unpacking === undefined) step();
    else this.#unpacking.after(step);
  }

  #closed(closed: SessionClosed): void {
    this.#state = 'closed';
    this.#packing?.close();
    if (this.#endedLocally) this.#unpacking?.clear();
    this.#inOrder(() => {
      this.#unpacking?.close();
      this.emit('closed', { ...closed, local: this.#endedLocally });
    });
  }

  #say(message: NumberedMessage): void {
    this.#assertTalking(message.type);
    if (this.#outgoing?.say(message) === false) {
      throw new VoiceClientError('backlog_full', `${message.type}: too much waits for a connection`, {
        retryable: true,
      });
    }
  }

  /** There is a session, with or without a connection at the moment. */
  get #talking(): boolean {
    return this.#state === 'open' || this.#state === 'reconnecting';
  }

  /** Whether there is somebody to talk to; not yet is an error of the caller, not any more is none. */
  #mayTalk(what: string): boolean {
    if (this.#state === 'idle' || this.#state === 'connecting') this.#assertTalking(what);
    return this.#talking;
  }

  #assertTalking(what: string): void {
    if (!this.#talking) throw new VoiceClientError('wrong_state', `${what} while ${this.#state}`);
  }
}

/** All that the server has is asked for: a page that was loaded anew knows nothing. */
function resumption(
  { sessionId, resumeToken, heard }: ResumeHandle,
  codec: AudioCodec | undefined,
): SessionResumeMessage {
  return {
    type: 'session.resume',
    protocol: PROTOCOL_VERSION,
    sessionId,
    resumeToken,
    lastSeq: 0,
    ...(heard === undefined ? {} : { heard }),
    ...(codec === undefined ? {} : { audio: encodings(codec) }),
  };
}

/** The text without blanks around it. Throws `invalid_argument` where it is none, too short or too long. */
function worded(text: string, least: number, most: number, what: string): string {
  const trimmed = typeof text === 'string' ? text.trim() : undefined;
  if (trimmed !== undefined && trimmed.length >= least && trimmed.length <= most) return trimmed;
  throw new VoiceClientError('invalid_argument', `${what} must have ${least} to ${most} characters`);
}
