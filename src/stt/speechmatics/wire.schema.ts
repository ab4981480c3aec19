import { z } from 'zod';

// What Speechmatics' real-time service sends, as far as Parley reads it. Unknown fields are dropped and unknown messages
// ignored; what is read must have the right shape.
// Sources: the types of @speechmatics/real-time-client 8.5; docs.speechmatics.com/api-ref/realtime-transcription-websocket.

const resultSchema = z.object({
  /** `word`, `punctuation`, `entity`, ... */
  type: z.string(),
  /** Seconds of audio since the start of the stream. */
  start_time: z.number(),
  end_time: z.number(),
  /** Which side of a mark has no blank: `previous`, `next`, `both`, `none`. */
  attaches_to: z.string().optional(),
  alternatives: z.array(z.object({ content: z.string(), confidence: z.number().default(0) })).default([]),
});

export const transcriptSchema = z.object({
  metadata: z.object({
    /** Seconds. */
    start_time: z.number(),
    end_time: z.number(),
    transcript: z.string(),
  }),
  results: z.array(resultSchema).default([]),
});

export const faultSchema = z.object({ type: z.string() });

const messageSchema = z.object({ message: z.string().min(1) });

export type WireTranscript = z.infer<typeof transcriptSchema>;
export type WireResult = z.infer<typeof resultSchema>;

/** The message's name, or `undefined` when it is not a message at all. */
export function nameOf(message: unknown): string | undefined {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? parsed.data.message : undefined;
}
