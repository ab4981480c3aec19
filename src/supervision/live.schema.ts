// The shapes of docs/supervision.md.
import { z } from 'zod';

export const liveCallSchema = z.object({
  callSid: z.string(),
  userId: z.string().nullable().describe('null for a call of which nobody is told who calls'),
  agent: z.string(),
  channel: z.enum(['web', 'phone']),
  direction: z.enum(['inbound', 'outbound']),
  startedAt: z.string().describe('ISO 8601'),
  state: z.enum(['listening', 'thinking', 'speaking', 'held']).describe('held: the caller is away, or put through'),
  turns: z.number().int().describe('since the call came to this process, as the next two'),
  interruptions: z.number().int(),
  errors: z.number().int(),
  voiceToVoiceMs: z.number().nullable().describe('median of the latest turns'),
  cost: z.number().nullable().describe('so far, by the list of prices; null where nothing has a price'),
  currency: z.string().nullable().describe('of cost, ISO 4217'),
  lastWords: z.string().nullable().describe('last settled line, at most 200 characters; null where words are hidden'),
  takenOverBy: z.string().nullable().describe('user id'),
});

export const liveCallsSchema = z.object({
  calls: z.array(liveCallSchema).describe('the newest first'),
  total: z.number().int().describe('how many there are, listed or not'),
});

/** Longest text that a model is told, or a caller, at once, characters. */
const MAX_TEXT = 1000;

export const textBody = z.strictObject({ text: z.string().trim().min(1).max(MAX_TEXT) });
export const takeOverBody = z.strictObject({ active: z.boolean() });

export type LiveCallView = z.infer<typeof liveCallSchema>;
export type LiveCalls = z.infer<typeof liveCallsSchema>;
