// What Asterisk's WebSocket channel says and is told, beside its audio: JSON in text frames (docs.asterisk.org, Channel Drivers,
// WebSocket; Asterisk 20.18, 22.8, 23.2 and later, with `f(json)` in the dial string). Events that are not listed here ask for
// nothing.
import { z } from 'zod';

const id = z.string().max(256);

const eventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('MEDIA_START'),
    channel_id: id.default(''),
    /** Asterisk's name of the codec. */
    format: z.string().max(32),
  }),
  z.object({ event: z.literal('DTMF_END'), digit: z.string().max(1) }),
  z.object({ event: z.literal('MEDIA_MARK_PROCESSED'), correlation_id: id.default('') }),
]);

export type AsteriskEvent = z.infer<typeof eventSchema>;

const EVENTS: ReadonlySet<unknown> = new Set(['MEDIA_START', 'DTMF_END', 'MEDIA_MARK_PROCESSED']);

/** Reads one text frame: an event, undefined for one that asks for nothing, or what is wrong with it. */
export function readEvent(frame: Buffer): AsteriskEvent | string | undefined {
  const text = frame.toString();
  if (/^[A-Z_]+(?: |$)/.test(text)) return 'Asterisk speaks plain text: add f(json) to the options of the dial string.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'a text frame is not JSON';
  }
  if (typeof json !== 'object' || json === null || !('event' in json)) return 'a message has no event';
  if (!EVENTS.has(json.event)) return undefined;
  const parsed = eventSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${String(json.event)}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`;
}

type Command = 'FLUSH_MEDIA' | 'HANGUP' | 'MARK_MEDIA';

export const command = (name: Command, correlationId?: string): string =>
  JSON.stringify({ command: name, ...(correlationId === undefined ? {} : { correlation_id: correlationId }) });
