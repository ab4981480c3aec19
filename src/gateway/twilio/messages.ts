// What Twilio says on a media stream: JSON in text frames (twilio.com/docs/voice/media-streams/websocket-messages). Numbers
// are written as strings there. What is not listed here (`connected`, and what Twilio may add) asks for nothing.
import { z } from 'zod';

const sid = z.string().min(1).max(64);

const startSchema = z.object({
  event: z.literal('start'),
  streamSid: sid,
  start: z.object({
    callSid: sid,
    customParameters: z.record(z.string(), z.string()).default({}),
    mediaFormat: z.object({ encoding: z.string(), sampleRate: z.coerce.number(), channels: z.coerce.number() }),
  }),
});
const mediaSchema = z.object({
  event: z.literal('media'),
  media: z.object({
    track: z.string(),
    /** ms since the stream began. */
    timestamp: z.coerce.number().finite(),
    payload: z.string(),
  }),
});
const markSchema = z.object({ event: z.literal('mark'), mark: z.object({ name: z.string() }) });
const dtmfSchema = z.object({ event: z.literal('dtmf'), dtmf: z.object({ digit: z.string().max(1) }) });
const stopSchema = z.object({ event: z.literal('stop') });

const inboundSchema = z.discriminatedUnion('event', [startSchema, mediaSchema, markSchema, dtmfSchema, stopSchema]);

const EVENTS: ReadonlySet<unknown> = new Set(['start', 'media', 'mark', 'dtmf', 'stop']);

export type TwilioStart = z.infer<typeof startSchema>;
export type TwilioMessage = z.infer<typeof inboundSchema>;

/** Hot path. Reads one text frame: a message, undefined for one that asks for nothing, or what is wrong with it. */
export function readMessage(frame: Buffer): TwilioMessage | string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(frame.toString());
  } catch {
    return 'a frame is not JSON';
  }
  if (typeof json !== 'object' || json === null || !('event' in json)) return 'a message has no event';
  if (!EVENTS.has(json.event)) return undefined;
  const parsed = inboundSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${String(json.event)}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`;
}

/** One piece of audio for the caller, mu-law. */
export const media = (streamSid: string, codes: Uint8Array): string =>
  `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"${base64(codes)}"}}`;

/** Comes back when all audio before it has been played, or at once after `clear`. */
export const mark = (streamSid: string, name: string): string =>
  JSON.stringify({ event: 'mark', streamSid, mark: { name } });

/** Has Twilio throw away what it has not played. */
export const clear = (streamSid: string): string => JSON.stringify({ event: 'clear', streamSid });

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
