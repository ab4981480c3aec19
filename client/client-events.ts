import type { ConnectionQuality } from './line-quality.js';
import type { ServerMessage, ServerMessageOf } from './wire/messages.js';

/** What a session is kept alive with; the VoiceClient's alone. */
type Secret = 'resumeToken';

/** A server message as listeners get it. */
type Told<Type extends ServerMessage['type']> = Type extends 'session.started' | 'session.resumed'
  ? Omit<ServerMessageOf<Type>, Secret>
  : ServerMessageOf<Type>;

/** What the server agreed to. */
export type SessionInfo = Told<'session.started'>;

/** Any server message, as listeners get it. */
export type ServerEvent = { readonly [Type in ServerMessage['type']]: Told<Type> }[ServerMessage['type']];

/** Without what is a secret of the session: events end up in logs and recordings. */
export function tellable<Message extends ServerMessage>(message: Message): Told<Message['type']> {
  if (!('resumeToken' in message)) return message as unknown as Told<Message['type']>;
  const { resumeToken: _secret, ...told } = message;
  return told as unknown as Told<Message['type']>;
}

/** What was agreed to, as the answer to session.resume says it again. */
export function agreedIn(answer: ServerMessageOf<'session.started'> | ServerMessageOf<'session.resumed'>): SessionInfo {
  if (answer.type === 'session.started') return tellable(answer);
  const { receivedSamples: _r, lastClientSeq: _l, missed: _m, response: _p, ...agreed } = tellable(answer);
  return { ...agreed, type: 'session.started' };
}

/** How the session came to its end. */
export interface ClientClosed {
  readonly code: number;
  readonly reason: string;
  /** What the code means, from the protocol's table, or why the session could not be resumed. */
  readonly meaning: string;
  /** Whether connecting again may help. */
  readonly retry: boolean;
  /** Whether this side asked for it (end or close). */
  readonly local: boolean;
}

/** What a VoiceClient emits: every server message under its own `type`, and what only the client knows. */
export type ClientEvents = { readonly [Type in ServerMessage['type']]: Told<Type> } & {
  /** Every server message, before the event of its own name. */
  readonly message: ServerEvent;
  /** A piece of the reply's audio, PCM16 mono at the session's output rate, as it arrived. */
  readonly audio: { readonly responseId: string; readonly chunk: Uint8Array };
  /** `cancel` was called; the server will be told right after this event. Playback stops on it. */
  readonly 'response.cancelling': { readonly responseId: string | undefined };
  /** The connection is lost, and the client calls again until `giveUpMs` are over. Go on as before; `reconnected` or `closed` follows. */
  readonly reconnecting: { readonly reason: string; readonly giveUpMs: number };
  /** The server is about to be told what was heard: players report where they are, now. */
  readonly 'session.resuming': { readonly lastSeq: number };
  /**
   * The session goes on after `gapMs`. What the server said meanwhile follows; `missed`: not all of it, it was too much.
   * `lostAudioMs` of the caller's audio were older than what is kept.
   */
  readonly reconnected: { readonly gapMs: number; readonly missed: boolean; readonly lostAudioMs: number };
  /**
   * After `connect` with `resume`: what the server had said before, as far as it still has it, oldest first. A `Transcript`
   * takes it up; nothing of it is played or done again.
   */
  readonly history: ServerEvent;
  /** The connection has become better or worse. */
  readonly quality: ConnectionQuality;
  /** The network does not keep up: microphone audio is lost from now on, unless it recovers. */
  readonly 'audio.dropping': { readonly bufferedBytes: number };
  /** The network keeps up again; `droppedMs` of microphone audio were lost. */
  readonly 'audio.recovered': { readonly droppedMs: number };
  /** A frame that this version of the protocol does not know; it was ignored. */
  readonly 'message.ignored': { readonly reason: string };
  /** The last event, once, for every session that had started. */
  readonly closed: ClientClosed;
};
