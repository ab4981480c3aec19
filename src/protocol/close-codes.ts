/** Why a socket was closed: the number on the wire, its short reason, and what the client should do about it. */
export interface CloseEvent {
  readonly code: number;
  readonly reason: string;
  /** Whether connecting again may help; `meaning` says what to change first, if anything. */
  readonly retry: boolean;
  readonly meaning: string;
}

const define = (code: number, reason: string, retry: boolean, meaning: string): CloseEvent => ({
  code,
  reason,
  retry,
  meaning,
});

/** The one table of close codes; 4000-4999 is the range that RFC 6455 section 7.4.2 leaves to applications. */
export const CLOSE = {
  normal: define(1000, 'session ended', false, 'The session ended as it should.'),
  goingAway: define(1001, 'server is shutting down', true, 'The server is stopping; connect again.'),
  unsupportedData: define(1003, 'unsupported data', false, 'The audio format or rate is not supported.'),
  policyViolation: define(1008, 'policy violation', false, 'The message broke a rule that the error before it names.'),
  tooLarge: define(1009, 'frame too large', false, 'A frame was larger than the limit in session.started.'),
  internal: define(1011, 'internal error', true, 'The server failed; connect again.'),
  moved: define(1012, 'moved', true, 'The call goes on at another server: connect again and resume it.'),
  overloaded: define(1013, 'try again later', true, 'The server cannot take this call now; try again later.'),
  badMessage: define(4400, 'bad message', false, 'Text was not JSON, or not a message of this protocol.'),
  tokenExpired: define(4401, 'token expired', true, 'The token ran out during the call; connect with a new one.'),
  notResumable: define(4404, 'not resumable', false, 'There is no call here that can be resumed so: start a new one.'),
  idle: define(4408, 'idle timeout', true, 'Nothing came from the client for too long.'),
  wrongState: define(4409, 'wrong state', false, 'The message is not allowed at this point of the session.'),
  callTooLong: define(4410, 'call too long', true, 'The session reached its maximum duration.'),
  callTooCostly: define(4411, 'call too costly', false, 'The call has cost as much as it may.'),
  taken: define(4412, 'taken', false, 'Another socket has resumed this call, and it goes on there.'),
  audioTooFast: define(4413, 'audio too fast', false, 'Audio came much faster than real time.'),
  slowReader: define(4420, 'slow reader', true, 'The client did not read what was sent to it for too long.'),
  rateLimited: define(4429, 'too many messages', true, 'The client sent too many control messages.'),
  providersDown: define(4503, 'providers unavailable', true, 'No speech or language provider could be reached.'),
} as const satisfies Record<string, CloseEvent>;

export type CloseName = keyof typeof CLOSE;
