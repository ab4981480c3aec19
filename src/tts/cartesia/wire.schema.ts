import { z } from 'zod';

// What Cartesia's TTS WebSocket sends, as far as Parley reads it. Unknown fields and types are ignored; what is read must
// have the right shape. Sources: @cartesia/cartesia-js 4.2 `WebsocketResponse`; docs.cartesia.ai/api-reference/tts/websocket.

export const envelopeSchema = z.object({ type: z.string(), context_id: z.string().nullish() });

export const chunkSchema = z.object({
  /** Decoded by the SDK from `data`. */
  audio: z.instanceof(Uint8Array),
  /** Which flush of the context this audio comes before, from 1; absent when the context is never flushed. */
  flush_id: z.number().nullish(),
});

export const flushDoneSchema = z.object({ flush_id: z.number() });

export const timestampsSchema = z.object({
  flush_id: z.number().nullish(),
  word_timestamps: z
    .object({
      words: z.array(z.string()),
      /** Seconds. */
      start: z.array(z.number()),
      /** Seconds. */
      end: z.array(z.number()),
    })
    .nullish(),
});

export const errorSchema = z.object({
  status_code: z.number().default(500),
  /** For example `model_not_found`. */
  error_code: z.string().nullish(),
});

export type WordTimestamps = NonNullable<z.infer<typeof timestampsSchema>['word_timestamps']>;
