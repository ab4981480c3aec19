import { z } from 'zod';

// A chunk of a chat/completions stream, as far as Parley reads it. Servers that call themselves OpenAI-compatible leave
// fields out, send null for them, and add their own: all of that is tolerated; a field of another type is not.

const toolCallDeltaSchema = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      /** A string of JSON; some servers send the object itself. */
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});

const deltaSchema = z.object({
  content: z.string().nullish(),
  /** The model declines; it is said like any other answer. */
  refusal: z.string().nullish(),
  /** What a model thinks, by the names that servers give it: not said, but a sign of life. */
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  thinking: z.unknown().optional(),
  tool_calls: z.array(toolCallDeltaSchema).nullish(),
});

export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: deltaSchema.nullish(),
        /** Of a server that does not stream: all of it. */
        message: deltaSchema.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.number().nullish(),
      completion_tokens: z.number().nullish(),
      prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
    })
    .nullish(),
});

export type Message = z.infer<typeof deltaSchema>;
export type ToolCallDelta = z.infer<typeof toolCallDeltaSchema>;
