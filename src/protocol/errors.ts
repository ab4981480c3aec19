import type { CloseName } from './close-codes.js';

// Every `error` message that a session can get, and what it does to the session.

export interface ErrorDefinition {
  /**
   * `always` and `never` mean what they say. `before start`: only a session that has not started is closed, because there
   * is nothing to go on with. `sometimes`: the message's own `fatal` decides.
   */
  readonly fatal: 'always' | 'never' | 'before start' | 'sometimes';
  /** How the socket closes when the error is fatal. */
  readonly close: CloseName;
  readonly meaning: string;
}

const define = (fatal: ErrorDefinition['fatal'], close: CloseName, meaning: string): ErrorDefinition => ({
  fatal,
  close,
  meaning,
});

export const ERRORS = {
  bad_json: define('before start', 'badMessage', 'A text frame was not JSON. It was ignored.'),
  bad_message: define('before start', 'badMessage', 'A text frame was not a message of this protocol. It was ignored.'),
  unsupported_protocol: define(
    'always',
    'badMessage',
    'session.start asked for a protocol version that is not spoken.',
  ),
  wrong_state: define('before start', 'wrongState', 'The message is not allowed at this point. It was ignored.'),
  audio_before_start: define('always', 'wrongState', 'Audio came before session.started.'),
  start_timeout: define('always', 'idle', 'session.start did not come in time.'),
  resume_failed: define(
    'always',
    'notResumable',
    'session.resume named no call that waits for this client: it is over, or the token is not its last one.',
  ),
  odd_audio_length: define('never', 'policyViolation', 'A binary frame did not hold whole samples. It was ignored.'),
  bad_packet: define(
    'never',
    'policyViolation',
    'A binary frame of a microphone that sends opus was no packet of Opus. It was ignored, and does not count as received.',
  ),
  transcript_not_taken: define(
    'never',
    'policyViolation',
    'input.transcript came, but this session recognises speech itself. It was ignored.',
  ),
  unsupported_audio: define(
    'always',
    'unsupportedData',
    'The audio format or rate in session.start is not supported, or the first audio was a file, floats or text and not raw PCM16; the message names it.',
  ),
  frame_too_large: define('always', 'tooLarge', 'A frame was larger than limits.maxFrameBytes.'),
  audio_too_fast: define('always', 'audioTooFast', 'Audio ran too far ahead of real time.'),
  too_many_messages: define('always', 'rateLimited', 'Control messages, pings or pongs came too fast.'),
  too_many_faults: define('always', 'policyViolation', 'The session went on after too many errors of its client.'),
  idle_timeout: define('always', 'idle', 'No frame came from the client for limits.idleTimeoutMs.'),
  call_too_long: define('always', 'callTooLong', 'The session reached limits.maxSessionMs.'),
  call_too_costly: define('always', 'callTooCostly', "The call has cost as much as its agent's limits.maxCost allows."),
  budget_spent: define(
    'always',
    'callTooCostly',
    'The calls of this user have cost as much today as they may (USER_DAILY_BUDGET); the day is one of UTC.',
  ),
  budget_low: define(
    'never',
    'callTooCostly',
    'Most of what the calls of this user may cost today is used up (BUDGET_WARN_PERCENT). Told once a day.',
  ),
  token_expired: define('always', 'tokenExpired', 'The token ran out during the session.'),
  slow_reader: define('always', 'slowReader', 'The client does not read what is sent to it.'),
  unknown_agent: define('always', 'policyViolation', 'There is no agent of this name.'),
  agent_not_allowed: define('always', 'policyViolation', 'The token does not allow this agent.'),
  choice_not_allowed: define(
    'always',
    'policyViolation',
    'session.start chose a provider or a voice that calls with this agent may not ask for; the message names what there is.',
  ),
  stt_failed: define('sometimes', 'providersDown', 'Speech recognition failed.'),
  llm_failed: define('sometimes', 'providersDown', 'The language model failed.'),
  tts_failed: define('sometimes', 'providersDown', 'Speech synthesis failed.'),
  overloaded: define('always', 'overloaded', 'The server cannot take this call now.'),
  shutting_down: define('always', 'goingAway', 'The server is stopping.'),
  internal: define('sometimes', 'internal', 'The server failed.'),
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;
