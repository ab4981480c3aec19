// A conversation as ElevenLabs' API tells of it, as far as it is read here (elevenlabs.io/docs/api-reference).
import { z } from 'zod';
import type { CallStatus } from '../../database/calls/call-status.port.js';
import type { VendorCall } from '../dialler.port.js';

/** Mixed case on the wire. */
export const createdSchema = z.object({
  success: z.boolean(),
  message: z.string().nullish(),
  conversation_id: z.string().min(1).max(200).nullish(),
  callSid: z.string().min(1).max(300).nullish(),
  sip_call_id: z.string().min(1).max(300).nullish(),
});

export const conversationsSchema = z.object({ conversations: z.array(z.object({ conversation_id: z.string() })) });

const STATUSES = {
  initiated: 'dialing',
  'in-progress': 'in_progress',
  // The talk is over.
  processing: 'completed',
  done: 'completed',
  failed: 'failed',
} as const satisfies Record<string, CallStatus>;

export const conversationSchema = z.object({
  conversation_id: z.string().min(1).max(200),
  status: z
    .enum(Object.keys(STATUSES) as [keyof typeof STATUSES, ...(keyof typeof STATUSES)[]])
    .transform((status) => STATUSES[status]),
  metadata: z.object({
    start_time_unix_secs: z.number().min(0).max(1e11),
    call_duration_secs: z.number().min(0).max(1e11),
    phone_call: z.object({ type: z.string().nullish(), call_sid: z.string().min(1).max(300).nullish() }).nullish(),
  }),
});

/** ElevenLabs' name of a fault; its prose may quote what it was sent. */
export const faultSchema = z.object({ detail: z.object({ status: z.string() }) });

export function asVendorCall({
  conversation_id: id,
  status,
  metadata,
}: z.infer<typeof conversationSchema>): VendorCall {
  const { start_time_unix_secs: start, call_duration_secs: duration, phone_call: phone } = metadata;
  const isOver = status === 'completed' || status === 'failed';
  return {
    conversationId: id,
    externalIds: phone?.call_sid
      ? [{ source: phone.type === 'sip_trunking' ? 'sip' : 'twilio', id: phone.call_sid }]
      : [],
    status,
    ...(isOver ? { endedAt: new Date((start + duration) * 1000), durationMs: Math.round(duration * 1000) } : {}),
    ...(status === 'failed'
      ? { error: { code: 'vendor_failed', message: 'ElevenLabs says that the conversation has failed.' } }
      : {}),
  };
}
