import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CallRecordRow } from '../../database/calls/call-record.port.js';

// Lines of queues as versions until 2026-11-29 wrote them: a new server stores what an old one has left.

const earlierSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    callId: z.string(),
    ownerId: z.string(),
    agent: z.string(),
    providers: z.object({ stt: z.string(), llm: z.string(), tts: z.string() }).optional(),
    at: z.string(),
  }),
  z.object({
    type: z.literal('event'),
    id: z.string(),
    callId: z.string(),
    seq: z.number(),
    at: z.string(),
    kind: z.string(),
    text: z.string().optional(),
    data: z.unknown().optional(),
  }),
  z.object({
    type: z.literal('ended'),
    callId: z.string(),
    at: z.string(),
    reason: z.string(),
    durationMs: z.number(),
  }),
]);
type EarlierRow = z.infer<typeof earlierSchema>;

/** Rows of a line as it was read, whichever version wrote it. Undefined for a line that was cut short. */
export function rowsOf(line: string): readonly CallRecordRow[] | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  const earlier = earlierSchema.safeParse(row);
  // What this version wrote is as this room says.
  return earlier.success ? upgraded(earlier.data) : [row as CallRecordRow];
}

function upgraded(row: EarlierRow): readonly CallRecordRow[] {
  const { callId: callSid, at } = row;
  const status = (to: 'in_progress' | 'completed' | 'failed' | 'abandoned') =>
    // The line may be read again: its row is the same one then.
    ({ type: 'status', id: idOf(`${callSid} ${to} ${at}`), callSid, at, status: to }) as const;
  if (row.type === 'started') {
    const { ownerId, agent, providers } = row;
    const opened = { type: 'opened', callSid, at, ownerId, agent, direction: 'inbound', channel: 'web' } as const;
    return [opened, { ...status('in_progress'), ...(providers === undefined ? {} : { providers }) }];
  }
  if (row.type === 'ended') {
    const { reason, durationMs } = row;
    const to = reason === 'abandoned' ? 'abandoned' : reason === 'error' ? 'failed' : 'completed';
    return [{ ...status(to), reason, durationMs }];
  }
  const { id, seq, kind, text, data } = row;
  const event = { type: 'event', id, callSid, seq, at, kind, ...(data === undefined ? {} : { data }) } as const;
  if (text === undefined) return [event];
  const isUser = kind === 'turn.ended';
  return [{ ...event, said: isUser ? { speaker: 'user', text } : { speaker: 'agent', text, heardText: text } }];
}

/** A UUID that is always the same for the same text. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
