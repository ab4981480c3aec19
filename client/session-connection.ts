// Keeps one session connected, over as many sockets as it takes: opens it, notices when the network has died, calls again
// and comes back, or gives up. What is said over it is not its business.
import { openSession, type ExplainRefusal, type Opened } from './attempt.js';
import type { ClientClosed } from './client-events.js';
import { closeEventOf } from './close-event.js';
import type { TokenSource } from './connect-options.js';
import type { Connection, ConnectionClosed } from './connection.js';
import { VoiceClientError } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { LineQuality, type ConnectionQuality } from './line-quality.js';
import type { NetworkHint, NetworkHints } from './network-hints.js';
import { Redial } from './redial.js';
import type { WebSocketFactory } from './web-socket.js';
import type { SessionResumeMessage, SessionStartMessage } from './wire/messages.js';

export interface SessionConnectionOptions {
  readonly url: string;
  readonly token: TokenSource | undefined;
  /** The session to go on with, in place of a new one. */
  readonly resume: { readonly sessionId: string; readonly resumeToken: string } | undefined;
  readonly webSocket: WebSocketFactory;
  readonly explainRefusal: ExplainRefusal | undefined;
  readonly networkHints: NetworkHints;
}

/** How a session came to its end. */
export type SessionClosed = Omit<ClientClosed, 'local'>;

export interface SessionConnectionHandlers {
  /** The session is open, or open again; called before anything that came after. `gapMs`: how long it was not. */
  opened(answer: Opened, connection: Connection, gapMs: number): void;
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Whether there is something to come back to: the server has not said that the session is over. */
  mayResume(): boolean;
  /** The connection is lost and is being made again, for at most so many ms. */
  reconnecting(reason: string, giveUpMs: number): void;
  /** What the server has to know to go on; asked for when it is sent. */
  resumeMessage(resumeToken: string): SessionResumeMessage;
  /** The connection has become better or worse. */
  quality(quality: ConnectionQuality): void;
  /** There will be no connection any more. Once, for a session that had started. */
  closed(closed: SessionClosed): void;
}

/** A connection that held so long was a good one, ms: when it breaks, the next is tried at once again. */
const STABLE_MS = 5000;

export class SessionConnection {
  readonly #options: SessionConnectionOptions;
  readonly #handlers: SessionConnectionHandlers;
  readonly #inbox = new Inbox();
  readonly #opening = new AbortController();
  #connection: Connection | undefined;
  #openedAt = 0;
  /** What there is to come back with; nothing where the server cannot resume. */
  #resume: { readonly sessionId: string; readonly token: string; readonly graceMs: number } | undefined;
  readonly #quality: LineQuality;
  #heartbeat: Heartbeat | undefined;
  #redial: Redial | undefined;
  #lost: (SessionClosed & { readonly at: number }) | undefined;
  #ignoreHints: () => void = () => undefined;
  #finished = false;

  constructor(options: SessionConnectionOptions, handlers: SessionConnectionHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#quality = new LineQuality((quality) => handlers.quality(quality));
    const { resume } = options;
    if (resume !== undefined) {
      this.#resume = { sessionId: resume.sessionId, token: resume.resumeToken, graceMs: 0 };
    }
  }

  /** What the session outlives its socket with: a secret. Undefined where it does not. */
  get resumeToken(): string | undefined {
    return this.#resume?.token;
  }

  get quality(): ConnectionQuality {
    return this.#quality.now;
  }

  /** Call this for each pong. */
  pong(): void {
    this.#heartbeat?.pong();
  }

  /** Opens the session. Rejects with a VoiceClientError; then there is nothing to close. */
  open(first: () => SessionStartMessage | SessionResumeMessage, timeoutMs: number): Promise<void> {
    return this.#attempt(first, timeoutMs, this.#opening.signal);
  }

  /** Closes the socket for good; `closed` follows within three seconds, at once while there is none. */
  close(): void {
    this.#opening.abort();
    this.#redial?.stop();
    if (this.#lost !== undefined) this.#finish(this.#lost);
    else this.#connection?.close();
  }

  #attempt(
    firstMessage: () => SessionStartMessage | SessionResumeMessage,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { token, webSocket, explainRefusal } = this.#options;
    return openSession(
      { url: this.#url(), token, webSocket, explainRefusal, timeoutMs, signal, firstMessage },
      {
        opened: (answer, connection) => this.#opened(answer, connection),
        text: (text) => this.#receive(() => this.#handlers.text(text)),
        binary: (bytes) => this.#receive(() => this.#handlers.binary(bytes)),
        closed: (closed) => this.#inbox.deliver(() => this.#close(closed)),
      },
    );
  }

  /** A handshake of a call that goes on says so: it needs no room of its own. */
  #url(): string {
    const { url } = this.#options;
    if (this.#resume === undefined) return url;
    return `${url}${url.includes('?') ? '&' : '?'}resume=${encodeURIComponent(this.#resume.sessionId)}`;
  }

  #receive(task: () => void): void {
    this.#heartbeat?.heard();
    this.#inbox.deliver(task);
  }

  #opened(answer: Opened, connection: Connection): void {
    const { sessionId, resumeToken: token, resumeGraceMs: graceMs = 0, limits } = answer;
    const isFirst = this.#connection === undefined;
    const gapMs = this.#lost === undefined ? 0 : Math.round(performance.now() - this.#lost.at);
    this.#connection = connection;
    this.#openedAt = performance.now();
    this.#lost = undefined;
    this.#resume = token === undefined || graceMs <= 0 ? undefined : { sessionId, token, graceMs };
    this.#heartbeat = new Heartbeat({
      idleTimeoutMs: limits.idleTimeoutMs,
      ping: () => connection.send(JSON.stringify({ type: 'ping' })),
      lost: () => connection.abandon('the server does not answer any more'),
      beat: (isUnanswered) => this.#quality.beat(isUnanswered, connection.bufferedBytes),
      answered: (roundTripMs) => this.#quality.answered(roundTripMs),
    });
    this.#handlers.opened(answer, connection, gapMs);
    if (!isFirst) return this.#quality.back();
    this.#ignoreHints = this.#options.networkHints((hint) => this.#hint(hint));
    // Whoever awaits `connect` attaches listeners when it has resolved.
    this.#inbox.hold();
  }

  #close({ code, reason }: ConnectionClosed): void {
    this.#heartbeat?.stop();
    const closed = { code, reason, ...closeEventOf(code, reason) };
    if (this.#resume === undefined || !closed.retry || !this.#handlers.mayResume()) return this.#finish(closed);
    const wasStable = performance.now() - this.#openedAt >= STABLE_MS;
    this.#lost = { ...closed, at: performance.now() };
    this.#callAgain(this.#lost, this.#resume, wasStable ? 0 : (this.#redial?.attempts ?? 0));
  }

  #callAgain(
    lost: SessionClosed,
    resume: { readonly token: string; readonly graceMs: number },
    madeBefore: number,
  ): void {
    const redial = new Redial({
      attempt: (timeoutMs, signal) =>
        this.#attempt(() => this.#handlers.resumeMessage(resume.token), timeoutMs, signal),
      withinMs: resume.graceMs,
      madeBefore,
    });
    this.#redial = redial;
    this.#handlers.reconnecting(lost.meaning, resume.graceMs);
    this.#quality.lost();
    redial.run().catch((error: unknown) => this.#finish(notResumed(lost, error)));
  }

  #hint(hint: NetworkHint): void {
    if (this.#lost === undefined) this.#heartbeat?.doubt();
    else if (hint === 'online') this.#redial?.hurry();
  }

  #finish(closed: SessionClosed): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#ignoreHints();
    this.#handlers.closed(closed);
  }
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** The end of a session that could not be resumed: how its connection was lost, and why no other came. */
function notResumed(lost: SessionClosed, error: unknown): SessionClosed {
  const { code, reason } = lost;
  const why = error instanceof Error ? error.message : String(error);
  // A refused caller is refused again; a call that is over is not, and nobody answering may change.
  const retry = error instanceof VoiceClientError && (error.retryable || error.serverCode === 'resume_failed');
  return { code, reason, meaning: `${sentence(lost.meaning)} It could not be resumed: ${sentence(why)}`, retry };
}
