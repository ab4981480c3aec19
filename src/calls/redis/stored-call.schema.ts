import { z } from 'zod';
import type { NumberedEvent } from '../line.port.js';
import type { StoredCall } from '../session-store.port.js';

const count = z.number().int().nonnegative();

/** Its events are told again as they are: what wrote them was the same program, perhaps in another version. */
const event = z.looseObject({ type: z.string() }) as unknown as z.ZodType<NumberedEvent['event']>;

export const storedCallSchema: z.ZodType<StoredCall> = z.object({
  version: z.literal(1),
  request: z.object({
    agent: z.string(),
    agentVersion: z.exactOptional(z.string()),
    route: z.exactOptional(
      z.object({
        direction: z.enum(['inbound', 'outbound']),
        channel: z.enum(['web', 'phone']),
        from: z.exactOptional(z.string()),
        to: z.exactOptional(z.string()),
      }),
    ),
    language: z.exactOptional(z.string()),
    variables: z.exactOptional(z.record(z.string(), z.string())),
    choice: z.exactOptional(
      z.object({
        stt: z.exactOptional(z.string()),
        llm: z.exactOptional(z.string()),
        tts: z.exactOptional(z.string()),
        voice: z.exactOptional(z.string()),
      }),
    ),
    inputSampleRate: z.number().positive(),
    outputSampleRate: z.number().positive(),
    turnDetection: z.exactOptional(z.enum(['provider', 'vad', 'manual'])),
    echoCancelled: z.exactOptional(z.boolean()),
  }),
  snapshot: z.unknown(),
  seq: count,
  events: z.array(z.object({ seq: count, event })),
  forgottenSeq: count,
  securedBytes: count,
  clientSeq: count,
  startedAt: z.number(),
  spent: z.exactOptional(z.number().nonnegative()),
});
