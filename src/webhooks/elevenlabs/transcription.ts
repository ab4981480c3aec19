import { z } from 'zod';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { idOf } from '../../calls/event-id.js';
import { refusal } from '../../rest/refusal.js';
import type { KnownCalls } from './known-calls.js';
import { moment } from './moment.js';
import { MAX_TEXT, SOURCE } from './said.js';

/** What senders call the two, and the third: a person who has taken the call over. */
const SPEAKERS = {
  user: 'user',
  caller: 'user',
  customer: 'user',
  human: 'user',
  agent: 'agent',
  assistant: 'agent',
  ai: 'agent',
  person: 'person',
} as const;

const speaker = z
  .string()
  .transform((name) => name.trim().toLowerCase())
  .pipe(z.enum(Object.keys(SPEAKERS) as (keyof typeof SPEAKERS)[]))
  .transform((name) => SPEAKERS[name]);

export const transcriptionSchema = z.object({
  // A name in braces is a template that nobody has filled in.
  call_sid: z.string().regex(/^[\w.:-]{1,100}$/),
  speaker,
  message: z.string().trim().min(1),
  timestamp: moment,
});

const EXPECTED: Readonly<Record<string, string>> = {
  call_sid: 'call_sid is malformed: it has to be the call_sid of a call of ours, 1 to 100 letters, digits and . _ : -',
  speaker: `speaker has to be one of ${Object.keys(SPEAKERS).join(', ')}`,
  message: 'message has to be what was said',
  timestamp: 'timestamp has to be ISO 8601, or seconds or ms since 1970, and not of tomorrow',
};

export interface Accepted {
  readonly status: 'accepted';
  readonly call_sid: string;
  readonly conversation_id: string;
  /** Of the transcript entry; the same for the same event. */
  readonly id: string;
}

/**
 * Writes down one thing that was said in a call. The same again changes nothing, and two in the wrong order are read in the
 * right one. Throws HttpException 400 that says what is wrong, DataError, NotKeptError.
 */
export async function takeTranscription(
  body: unknown,
  { calls, ledger }: { readonly calls: KnownCalls; readonly ledger: Pick<CallLedger, 'say'> },
): Promise<Accepted> {
  const parsed = transcriptionSchema.safeParse(body);
  if (!parsed.success) throw malformed(parsed.error.issues.map(({ path }) => String(path[0] ?? '')));
  const { call_sid: callSid, speaker, message, timestamp: startedAt } = parsed.data;
  const conversationId = await calls.conversationOf(callSid);
  const id = idOf('elevenlabs', 'transcription', callSid, speaker, message, startedAt.getTime());
  await ledger.say(callSid, [{ id, speaker, text: message.slice(0, MAX_TEXT), startedAt, source: SOURCE }]);
  return { status: 'accepted', call_sid: callSid, conversation_id: conversationId, id };
}

function malformed(fields: readonly string[]) {
  const known = Object.keys(EXPECTED).filter((field) => fields.includes(field));
  if (known.length === 0) {
    return refusal(400, 'malformed_body', 'The body has to be JSON: {"call_sid", "speaker", "message", "timestamp"}.');
  }
  const error = known[0] === 'call_sid' ? 'malformed_call_sid' : 'malformed_body';
  return refusal(400, error, `${known.map((field) => EXPECTED[field]).join('; ')}.`);
}
