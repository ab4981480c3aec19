import type { z } from 'zod';
import { printable, protocolError, statusError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { Word } from '../../stt/stt.port.js';
import { chunkSchema, envelopeSchema, errorSchema, flushDoneSchema, timestampsSchema } from './wire.schema.js';
import type { WordTimestamps } from './wire.schema.js';

export const CARTESIA = 'cartesia';

/** A message of Cartesia's as the adapter understands it; `flush` counts a context's segments from 0. */
export type CartesiaEvent =
  | { readonly type: 'audio'; readonly flush: number | undefined; readonly audio: Uint8Array }
  | { readonly type: 'timings'; readonly flush: number | undefined; readonly timings: WordTimestamps }
  | { readonly type: 'flushed'; readonly flush: number }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ProviderError };

export interface Addressed {
  /** Undefined when it is about the whole connection. */
  readonly contextId: string | undefined;
  /** Undefined when there is nothing in it for us. */
  readonly event: CartesiaEvent | undefined;
}

/** Reads one message as the SDK has decoded it. What the wire does not allow becomes `failed`. */
export function mapEvent(message: unknown): Addressed {
  const envelope = envelopeSchema.safeParse(message);
  if (!envelope.success) {
    return {
      contextId: undefined,
      event: { type: 'failed', error: protocolError(CARTESIA, 'no message of its wire') },
    };
  }
  const { type, context_id } = envelope.data;
  const contextId = context_id ?? undefined;
  try {
    return { contextId, event: eventOf(type, message) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { contextId, event: { type: 'failed', error } };
  }
}

function eventOf(type: string, message: unknown): CartesiaEvent | undefined {
  switch (type) {
    case 'chunk': {
      const { audio, flush_id } = parse(chunkSchema, message, type);
      return { type: 'audio', flush: indexOf(flush_id), audio };
    }
    case 'timestamps': {
      const { flush_id, word_timestamps } = parse(timestampsSchema, message, type);
      if (word_timestamps === null || word_timestamps === undefined) return undefined;
      return { type: 'timings', flush: indexOf(flush_id), timings: word_timestamps };
    }
    case 'flush_done':
      return { type: 'flushed', flush: parse(flushDoneSchema, message, type).flush_id - 1 };
    case 'done':
      return { type: 'done' };
    case 'error': {
      const { status_code, error_code } = parse(errorSchema, message, type);
      // The message and the title may repeat what was to be spoken; the code does not.
      return { type: 'failed', error: statusError(CARTESIA, status_code, { detail: printable(error_code ?? '') }) };
    }
    default:
      return undefined;
  }
}

/** Flush ids begin with 1; 0 and none mean that the provider does not tell. */
const indexOf = (flushId: number | null | undefined): number | undefined =>
  flushId === null || flushId === undefined || flushId < 1 ? undefined : flushId - 1;

/**
 * Word timings as ms since the segment's first sample. Cartesia does not say whether the times of a context that was flushed
 * count from the context or from the flush: times that begin before the segment does count from the flush.
 *
 * @param startMs where the segment begins in the context's audio, ms
 */
export function wordsOf({ words, start, end }: WordTimestamps, startMs: number): Word[] {
  const first = (start[0] ?? 0) * 1000;
  const shift = first < startMs - EARLIEST_MS ? 0 : startMs;
  return words.map((text, at) => ({
    text,
    startMs: Math.max(0, (start[at] ?? 0) * 1000 - shift),
    endMs: Math.max(0, (end[at] ?? 0) * 1000 - shift),
  }));
}

/** How much earlier than its segment a word may seem to begin, ms. */
const EARLIEST_MS = 50;

function parse<T>(schema: z.ZodType<T>, message: unknown, type: string): T {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw protocolError(CARTESIA, `a ${type} with a bad ${where === '' ? 'shape' : `'${where}'`}`);
}
