import type { ServerMessage, ServerMessageOf } from '../src/protocol/index.js';

export type SessionInfo = ServerMessageOf<'session.started'>;

/** How the session came to its end. */
export interface ClientClosed {
  readonly code: number;
  readonly reason: string;
  /** What the code means, from the protocol's table; the reason when it is not in it. */
  readonly meaning: string;
  /** Whether connecting again may help. */
  readonly retry: boolean;
  /** Whether this side asked for it (end or close). */
  readonly local: boolean;
}

/** What a VoiceClient emits: every server message under its own `type`, and what only the client knows. */
export type ClientEvents = { readonly [Type in ServerMessage['type']]: ServerMessageOf<Type> } & {
  /** Every server message, before the event of its own name. */
  readonly message: ServerMessage;
  /** A piece of the reply's audio, PCM16 mono at the session's output rate, as it arrived. */
  readonly audio: { readonly responseId: string; readonly chunk: Uint8Array };
  /** `cancel` was called; the server will be told right after this event. Playback stops on it. */
  readonly 'response.cancelling': { readonly responseId: string | undefined };
  /** The network does not keep up: microphone audio is dropped from now on. */
  readonly 'audio.dropping': { readonly bufferedBytes: number };
  /** The network keeps up again; `droppedMs` of microphone audio were lost. */
  readonly 'audio.recovered': { readonly droppedMs: number };
  /** A frame that this version of the protocol does not know; it was ignored. */
  readonly 'message.ignored': { readonly reason: string };
  /** The last event, once, for every session that had started. */
  readonly closed: ClientClosed;
};
