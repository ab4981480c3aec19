// What ElevenLabs sends of its own after a call, as far as it is read here. What else is in it may change as it likes.
import { z } from 'zod';

const seconds = z.number().min(0).max(1e11);
const id = z.string().min(1).max(200);

const turn = z.object({
  role: z.enum(['user', 'agent']),
  /** Of an agent that was interrupted: what was heard of it. */
  message: z.string().nullish(),
  original_message: z.string().nullish(),
  time_in_call_secs: seconds.nullish(),
});

/** The carrier's own id of the call. */
const phoneCall = z.object({ type: z.string().nullish(), call_sid: z.string().min(1).max(300).nullish() });

const transcription = z.object({
  type: z.literal('post_call_transcription'),
  event_timestamp: seconds,
  data: z.object({
    agent_id: id,
    conversation_id: id,
    status: z.string(),
    transcript: z.array(turn).max(10_000),
    metadata: z.object({
      start_time_unix_secs: seconds,
      call_duration_secs: seconds,
      /** In credits. */
      cost: z.number().nullish(),
      /** In US dollars. */
      cost_fiat: z.number().min(0).nullish(),
      termination_reason: z.string().nullish(),
      phone_call: phoneCall.nullish(),
    }),
    analysis: z.object({ call_successful: z.string().nullish() }).nullish(),
    conversation_initiation_client_data: z
      .object({ dynamic_variables: z.record(z.string(), z.unknown()).nullish() })
      .nullish(),
  }),
});

const failure = z.object({
  type: z.literal('call_initiation_failure'),
  event_timestamp: seconds,
  data: z.object({
    agent_id: id,
    conversation_id: id,
    failure_reason: z.string(),
    metadata: z
      .object({ type: z.string(), body: z.object({ CallSid: z.string().min(1).max(300).nullish() }).nullish() })
      .nullish(),
  }),
});

export const postCallSchema = z.discriminatedUnion('type', [transcription, failure]);
/** Any event of theirs, of those included that are not read. */
export const anyEventSchema = z.object({ type: z.string().min(1).max(100) });

export type PostCallEvent = z.infer<typeof postCallSchema>;
export type PostCallTranscription = z.infer<typeof transcription>;
export type CallInitiationFailure = z.infer<typeof failure>;
