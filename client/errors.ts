import type { ErrorCode } from '../src/protocol/constants.js';

/** An HTTP answer instead of the 101: why the server did not open the socket. */
export interface HttpRefusal {
  readonly status: number;
  /** `error` of the JSON body: one of the protocol's refusal codes when it came from a Parley server. */
  readonly code?: string;
  /** The server's own words, from the JSON body when there is one. */
  readonly message: string;
  /** Body as it came, at most 4 kB. */
  readonly body: string;
  /** s */
  readonly retryAfter?: number;
}

export type VoiceClientErrorCode =
  /** This runtime has no global WebSocket and none was given. */
  | 'no_websocket'
  /** An argument that can never work; `message` names it. */
  | 'invalid_argument'
  /** The call does not allow that in its present state. */
  | 'wrong_state'
  /** The client is reconnecting, and as many messages wait already as may. */
  | 'backlog_full'
  /** The token function failed; its error is the `cause`. */
  | 'token_unavailable'
  /** No socket could be opened and nobody knows why (browsers do not say). */
  | 'unreachable'
  /** The server answered the handshake with an HTTP status; see `refusal`. */
  | 'refused'
  /** No session within the connect deadline. */
  | 'connect_timeout'
  /** The other end does not speak this protocol. */
  | 'wrong_protocol'
  /** The server refused `session.start`; see `serverCode`. */
  | 'start_refused'
  /** There is no call that can be gone on with: it is over, its token was used or lost, or it is another user's. Begin a new one. */
  | 'resume_failed'
  /** The caller of `connect` gave up (AbortSignal). */
  | 'aborted'
  /** The socket closed; see `closeCode`. */
  | 'closed'
  /** The microphone is not there or may not be used (browser). */
  | 'microphone_unavailable'
  /** The browser cannot run the audio: its reason is in `message` (a page's policy, a rate, a device). */
  | 'audio_unavailable'
  /** The browser starts no audio before the user did something: call again from a click or a key press. */
  | 'audio_blocked'
  /** This loudspeaker is not there, or the page may not use it; the one before goes on (browser). */
  | 'speaker_unavailable'
  /** This browser cannot do it, however often it is asked; `message` says what. */
  | 'not_supported'
  /** The browser does not recognise speech, or not any more. */
  | 'recognition_unavailable'
  /** The browser cannot speak. */
  | 'speech_unavailable';

export interface VoiceClientErrorDetails {
  readonly retryable?: boolean;
  readonly refusal?: HttpRefusal;
  readonly serverCode?: ErrorCode;
  readonly closeCode?: number;
  /** s */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Everything that the SDK throws or rejects with. */
export class VoiceClientError extends Error {
  /** Whether the same call, unchanged, may work later. */
  readonly retryable: boolean;
  readonly refusal: HttpRefusal | undefined;
  readonly serverCode: ErrorCode | undefined;
  readonly closeCode: number | undefined;
  /** How long to wait before trying again, s, when the server said so. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly code: VoiceClientErrorCode,
    message: string,
    details: VoiceClientErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'VoiceClientError';
    this.retryable = details.retryable ?? false;
    this.refusal = details.refusal;
    this.serverCode = details.serverCode;
    this.closeCode = details.closeCode;
    this.retryAfter = details.retryAfter ?? details.refusal?.retryAfter;
  }
}
