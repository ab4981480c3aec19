import { z } from 'zod';
import { lenientFlag, lenientList, lenientNumber, lenientText } from '../common/lenient.js';

// What Deepgram's streaming endpoints send, as far as Parley reads it. Unknown fields are dropped and unknown message
// types ignored, because Deepgram adds both without notice. Words must be there; numbers and flags may be missing.
// Sources: @deepgram/sdk 5.13 `ListenV1*`/`ListenV2*` types; developers.deepgram.com/docs (results, flux/state).

const wordSchema = z.object({
  word: z.string(),
  /** Seconds of audio since the start of the stream; Flux may leave both out. */
  start: lenientNumber,
  end: lenientNumber,
  confidence: lenientNumber,
  punctuated_word: lenientText,
});

export const resultsSchema = z.object({
  /** Where the window that this is about starts, s. */
  start: lenientNumber,
  /** Length of that window, s. */
  duration: lenientNumber,
  is_final: lenientFlag,
  speech_final: lenientFlag,
  from_finalize: lenientFlag,
  channel: z.object({
    alternatives: z.array(
      z.object({
        transcript: z.string(),
        confidence: lenientNumber,
        words: lenientList(wordSchema),
      }),
    ),
  }),
});

export const speechStartedSchema = z.object({
  /** Seconds. */
  timestamp: lenientNumber,
});

export const utteranceEndSchema = z.object({
  /** Seconds; -1 when no word was heard. */
  last_word_end: lenientNumber,
});

export const turnInfoSchema = z.object({
  event: z.string(),
  turn_index: lenientNumber,
  /** Seconds. */
  audio_window_end: lenientNumber,
  transcript: z.string(),
  words: lenientList(wordSchema),
});

export const errorSchema = z.object({
  /** For example `INTERNAL_SERVER_ERROR`; v1 calls it `variant`. */
  code: z.string().optional(),
  variant: z.string().optional(),
});

/** A Blob, which is what the SDK makes of a binary frame, has a `type` too: an empty one. */
const messageSchema = z.object({ type: z.string().min(1) });

export type WireWord = z.infer<typeof wordSchema>;
export type Results = z.infer<typeof resultsSchema>;
export type UtteranceEnd = z.infer<typeof utteranceEndSchema>;
export type SpeechStarted = z.infer<typeof speechStartedSchema>;
export type TurnInfo = z.infer<typeof turnInfoSchema>;

/** The message's type, or `undefined` when it is not a message at all. */
export function typeOf(message: unknown): string | undefined {
  const parsed = messageSchema.safeParse(message);
  return parsed.success ? parsed.data.type : undefined;
}
