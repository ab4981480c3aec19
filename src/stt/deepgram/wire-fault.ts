import type { z } from 'zod';
import { DEEPGRAM } from '../../provider/deepgram-transport.js';
import { printable, protocolError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { errorSchema } from './wire.schema.js';

/** Reads a message of a known type; throws a ProviderError (`protocol`) when it has another shape. */
export function parse<T>(schema: z.ZodType<T>, message: unknown, type: string): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw protocolError(DEEPGRAM, `a ${type} message with a bad ${where === '' ? 'shape' : `'${where}'`}`);
}

/** What arrived is no message with a type: garbage, or binary. */
export function notAMessage(message: unknown): ProviderError {
  return protocolError(DEEPGRAM, message instanceof Blob ? 'a binary message' : 'a text that is not a message');
}

/** Codes of v2's Error message that blame what we sent; the same stream would fail again. */
const OUR_FAULT = /UNPARSABLE|INVALID|BAD_REQUEST|UNSUPPORTED/i;

/** The provider's own `Error` message. Its prose is left out: it may repeat what it could not read. */
export function reportedError(message: unknown): ProviderError {
  const parsed = errorSchema.safeParse(message);
  const name = printable((parsed.success ? (parsed.data.code ?? parsed.data.variant) : undefined) ?? 'unknown');
  const isOurs = OUR_FAULT.test(name);
  return new ProviderError(`${DEEPGRAM} reported an error (${name})`, {
    provider: DEEPGRAM,
    code: isOurs ? 'bad_request' : 'unavailable',
    retryable: !isOurs,
  });
}

/**
 * What a close of the WebSocket means that we did not ask for. Codes: RFC 6455 section 7.4.1; 1008 `DATA-0000` (not
 * audio), 1011 `NET-0000` (no text for a while), 1011 `NET-0001` (no audio for a while) from Deepgram's troubleshooting page.
 */
export function closeError(closeCode: number, reason: string): ProviderError {
  const named = reason === '' ? `${closeCode}` : `${closeCode}, ${printable(reason)}`;
  const details = { provider: DEEPGRAM, status: closeCode };
  if (closeCode === 1008) {
    return new ProviderError(`${DEEPGRAM} refused the audio (${named})`, {
      ...details,
      code: 'bad_request',
      retryable: false,
    });
  }
  const isEarlyEnd = closeCode === 1000 || closeCode === 1005;
  return new ProviderError(
    isEarlyEnd ? `${DEEPGRAM} ended the stream early (${named})` : `${DEEPGRAM} dropped the stream (${named})`,
    { ...details, code: isEarlyEnd ? 'closed_early' : 'unavailable', retryable: true },
  );
}
