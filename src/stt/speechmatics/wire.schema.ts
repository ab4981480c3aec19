import { z } from 'zod';
import { lenientList, lenientNumber, lenientText } from '../common/lenient.js';

// What Speechmatics' real-time service sends, as far as Parley reads it. Unknown fields are dropped and unknown messages
// ignored. Words must be there; numbers may be missing.
// Sources: the types of @speechmatics/real-time-client 8.5; docs.speechmatics.com/api-ref/realtime-transcription-websocket.

const resultSchema = z.object({
  /** `word`, `punctuation`, `entity`, ... */
  type: z.string(),
  /** Seconds of audio since the start of the stream. */
  start_time: lenientNumber,
  end_time: lenientNumber,
  /** Which side of a mark has no blank: `previous`, `next`, `both`, `none`. */
  attaches_to: lenientText,
  alternatives: lenientList(z.object({ content: z.string(), confidence: lenientNumber })),
});

export const transcriptSchema = z.object({
  metadata: z.object({
    /** Seconds. */
    start_time: lenientNumber,
    end_time: lenientNumber,
    transcript: z.string(),
  }),
  results: lenientList(resultSchema),
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
