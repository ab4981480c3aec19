import { z } from 'zod';
import { DEEPGRAM } from '../../provider/deepgram-transport.js';
import { printable, protocolError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';

// What v1/speak says besides audio, as far as Parley reads it: @deepgram/sdk 5.13 `SpeakV1*`. Metadata, Cleared and Warning
// are not needed, and new types are ignored.

const messageSchema = z.object({ type: z.string().min(1) });
const errorSchema = z.object({ code: z.string().optional(), err_code: z.string().optional() });

/** Codes that blame what we sent; the same text would fail again. */
const OUR_FAULT = /UNPARSABLE|INVALID|BAD_REQUEST|UNSUPPORTED/i;

/** A text message as the SDK has decoded it: `flushed`, a fault, or undefined when it does not concern the speech. */
export function mapMessage(message: unknown): 'flushed' | ProviderError | undefined {
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) return protocolError(DEEPGRAM, 'a text that is not a message');
  if (parsed.data.type === 'Flushed') return 'flushed';
  return parsed.data.type === 'Error' ? reportedError(message) : undefined;
}

/** The description is left out: it may repeat the text. */
function reportedError(message: unknown): ProviderError {
  const parsed = errorSchema.safeParse(message);
  const name = printable((parsed.success ? (parsed.data.code ?? parsed.data.err_code) : undefined) ?? 'unknown');
  const isOurs = OUR_FAULT.test(name);
  return new ProviderError(`${DEEPGRAM} reported an error (${name})`, {
    provider: DEEPGRAM,
    code: isOurs ? 'bad_request' : 'unavailable',
    retryable: !isOurs,
  });
}
