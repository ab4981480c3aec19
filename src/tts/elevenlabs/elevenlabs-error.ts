import { z } from 'zod';
import { retryAfterOf } from '../../provider/api-error.js';
import { connectionError, printable, protocolError, statusError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';

export const ELEVENLABS = 'elevenlabs';

/** Why the SDK's fetcher has no answer, as far as Parley reads it. */
interface Refusal {
  readonly reason: string;
  readonly statusCode?: number;
  readonly body?: unknown;
  readonly cause?: unknown;
}

/** ElevenLabs' name of the fault, such as `quota_exceeded`. Its prose is left out: it may quote the text or the key. */
const bodySchema = z.object({ detail: z.object({ status: z.string() }) });

/** The error of a request that was not answered with 200, or not at all. */
export function refusalError({ statusCode, body, cause }: Refusal, headers: unknown): ProviderError {
  if (statusCode === undefined) return fromElevenLabsError(cause);
  const parsed = bodySchema.safeParse(body);
  return statusError(ELEVENLABS, statusCode, {
    detail: parsed.success ? printable(parsed.data.detail.status) : undefined,
    retryAfter: retryAfterOf(headers),
  });
}

/** A fault in the middle of an answer, as ElevenLabs' HTTP and WebSocket interfaces write it. */
export const faultSchema = z.union([bodySchema, z.object({ error: z.string() })]);

/** The speech ends with a fault that came in its place. */
export function brokenOffError(fault: z.infer<typeof faultSchema>): ProviderError {
  const name = 'detail' in fault ? fault.detail.status : fault.error;
  return new ProviderError(`${ELEVENLABS} broke off the speech: ${printable(name)}`, {
    provider: ELEVENLABS,
    code: 'unavailable',
    retryable: true,
  });
}

/** Turns whatever was thrown while an answer was read into a ProviderError. */
export function fromElevenLabsError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return error instanceof SyntaxError || error instanceof z.ZodError
    ? protocolError(ELEVENLABS, 'a line that is no part of its wire')
    : connectionError(ELEVENLABS, error);
}
