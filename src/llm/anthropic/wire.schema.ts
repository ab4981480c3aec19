import { z } from 'zod';

// The events of a streamed message, as far as Parley reads them (docs.claude.com/en/docs/build-with-claude/streaming).
// Anthropic adds kinds of events, blocks and deltas as it likes and asks clients to pass over those they do not know.

const count = z.number().nullish();

const usage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
  })
  .nullish();

const known = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ usage }) }),
  z.object({
    type: z.literal('content_block_start'),
    index: z.number(),
    content_block: z.object({
      type: z.string(),
      text: z.string().optional(),
      thinking: z.string().optional(),
      signature: z.string().optional(),
      /** Of redacted_thinking: encrypted. */
      data: z.string().optional(),
      id: z.string().optional(),
      name: z.string().optional(),
      /** Filled by some compatible servers, which send a tool call as a whole. */
      input: z.unknown().optional(),
    }),
  }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.number(),
    delta: z.object({
      type: z.string(),
      text: z.string().optional(),
      partial_json: z.string().optional(),
      thinking: z.string().optional(),
      signature: z.string().optional(),
    }),
  }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: z.string().nullish() }), usage }),
  z.object({ type: z.literal('message_stop') }),
]);

const KNOWN: ReadonlySet<unknown> = new Set(known.options.map((option) => option.shape.type.value));

const other = z
  .object({ type: z.string().refine((type) => !KNOWN.has(type)) })
  .transform(() => ({ type: 'other' as const }));

export const eventSchema = z.union([known, other]);
export type MessageEvent = z.infer<typeof eventSchema>;
export type Usage = z.infer<typeof usage>;
