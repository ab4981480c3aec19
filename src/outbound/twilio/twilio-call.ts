// A call as Twilio tells of it, in answers of its API and in status callbacks (twilio.com/docs/voice/api/call-resource).
import { z } from 'zod';
import { idOf } from '../../calls/event-id.js';
import type { CallStatus } from '../../database/calls/call-status.port.js';
import type { VendorCall } from '../dialler.port.js';

export const TWILIO = 'twilio';

export const callSidSchema = z.string().regex(/^CA[\da-f]{32}$/i);

const STATUSES = {
  queued: 'dialing',
  initiated: 'dialing',
  ringing: 'ringing',
  'in-progress': 'in_progress',
  completed: 'completed',
  busy: 'busy',
  failed: 'failed',
  'no-answer': 'no_answer',
  canceled: 'canceled',
} as const satisfies Record<string, CallStatus>;

/** Twilio's status as ours. */
export const statusSchema = z
  .enum(Object.keys(STATUSES) as [keyof typeof STATUSES, ...(keyof typeof STATUSES)[]])
  .transform((status) => STATUSES[status]);

/** RFC 2822, in whole seconds. */
const date = z
  .string()
  .transform((text) => new Date(text))
  .refine((read) => !Number.isNaN(read.getTime()));

/** Of Twilio's call having become this, however that is heard. */
export const eventIdOf = (sid: string, status: CallStatus): string => idOf(TWILIO, 'status', sid, status);

export const callSchema = z.object({
  sid: callSidSchema,
  status: statusSchema,
  to: z.string(),
  from: z.string(),
  direction: z.string(),
  date_created: date.nullable(),
  end_time: date.nullish(),
  /** Whole seconds, as text. */
  duration: z.coerce.number().min(0).nullish(),
});
export type TwilioCall = z.infer<typeof callSchema>;

export const callsSchema = z.object({ calls: z.array(callSchema) });

/** Of a call that never came about. */
export const failureOf = (word: string | undefined) => ({
  code: 'carrier_failed',
  message: `Twilio could not complete the call${word === undefined ? '' : ` (${word})`}.`,
});

export const asVendorCall = ({ sid, status, end_time: endedAt, duration }: TwilioCall): VendorCall => ({
  externalIds: [{ source: TWILIO, id: sid }],
  status,
  eventId: eventIdOf(sid, status),
  ...(endedAt === null || endedAt === undefined ? {} : { endedAt }),
  ...(duration === null || duration === undefined ? {} : { durationMs: duration * 1000 }),
  ...(status === 'failed' ? { error: failureOf(undefined) } : {}),
});
