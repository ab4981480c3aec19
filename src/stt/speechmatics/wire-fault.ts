import type { z } from 'zod';
import { printable, protocolError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { ProviderErrorCode } from '../../provider/provider.port.js';

export const SPEECHMATICS = 'speechmatics';

/** Reads a message of a known name; throws a ProviderError (`protocol`) when it has another shape. */
export function parse<T>(schema: z.ZodType<T>, message: unknown, name: string): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw protocolError(SPEECHMATICS, `a ${name} message with a bad ${where === '' ? 'shape' : `'${where}'`}`);
}

type Meaning = readonly [code: ProviderErrorCode, retryable: boolean];

/** After "too many sessions" and a failed job Speechmatics asks to wait for 5 to 10 s. */
const RETRY_AFTER_MS = 5000;

/**
 * What Speechmatics calls its faults, in its Error messages and as the reason of a close. Whether the same stream may
 * succeed later: docs.speechmatics.com/api-ref/realtime-transcription-websocket, "Error messages".
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  not_authorised: ['unauthorized', false],
  not_allowed: ['unauthorized', false],
  invalid_message: ['bad_request', false],
  invalid_model: ['bad_request', false],
  invalid_language: ['bad_request', false],
  invalid_config: ['bad_request', false],
  invalid_audio_type: ['bad_request', false],
  invalid_output_format: ['bad_request', false],
  protocol_error: ['bad_request', false],
  quota_exceeded: ['rate_limited', true],
  timelimit_exceeded: ['rate_limited', false],
  job_error: ['unavailable', true],
  idle_timeout: ['closed_early', true],
  session_timeout: ['closed_early', true],
};

/** The same for the codes of a close, which a close without a reason is known by. */
const CLOSE_NAMES: Readonly<Record<number, string>> = {
  1003: 'protocol_error',
  1008: 'idle_timeout',
  4001: 'not_authorised',
  4003: 'not_allowed',
  4004: 'invalid_model',
  4005: 'quota_exceeded',
  4006: 'timelimit_exceeded',
  4013: 'job_error',
};

function fault(text: string, name: string, status: number | undefined): ProviderError {
  const [code, retryable] = MEANINGS[name] ?? (['unavailable', true] as const);
  const mustWait = name === 'quota_exceeded' || name === 'job_error';
  return new ProviderError(`${SPEECHMATICS} ${text}`, {
    provider: SPEECHMATICS,
    code,
    retryable,
    ...(status === undefined ? {} : { status }),
    ...(mustWait ? { retryAfterMs: RETRY_AFTER_MS } : {}),
  });
}

/** The provider's own Error message. Its prose is left out: it may repeat what it could not read. */
export function reportedError(type: string): ProviderError {
  const name = printable(type);
  return fault(`reported an error (${name})`, name, undefined);
}

/** What a close of the WebSocket means that we did not ask for. Codes below 3000: RFC 6455 section 7.4.1. */
export function closeError(closeCode: number, reason: string): ProviderError {
  const said = printable(reason);
  const name = said in MEANINGS ? said : (CLOSE_NAMES[closeCode] ?? '');
  const named = said === '' ? `${closeCode}` : `${closeCode}, ${said}`;
  if (name !== '') return fault(`ended the stream (${named})`, name, closeCode);
  if (closeCode === 1000 || closeCode === 1005) {
    return new ProviderError(`${SPEECHMATICS} ended the stream early (${named})`, {
      provider: SPEECHMATICS,
      code: 'closed_early',
      retryable: true,
      status: closeCode,
    });
  }
  return fault(`dropped the stream (${named})`, '', closeCode);
}
