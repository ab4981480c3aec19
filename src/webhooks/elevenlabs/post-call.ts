import type { CallLedger } from '../../calls/call-ledger.port.js';
import type { CallRef, CallStore, FoundCall } from '../../database/calls/call-store.port.js';
import { idOf } from '../../calls/event-id.js';
import { entriesOf } from './post-call-entries.js';
import type { CallInitiationFailure, PostCallEvent, PostCallTranscription } from './post-call.schema.js';
import { SOURCE } from './said.js';

/** The name of the dynamic variable in which a call that is placed through ElevenLabs carries our call_sid. */
const CALL_SID_VARIABLE = 'call_sid';
/** Longest look-up, ms. */
const TIMEOUT_MS = 5_000;
/** Words of the vendor's in the trail, characters. */
const MAX_WORD = 200;

const FAILURES = { busy: 'busy', 'no-answer': 'no_answer' } as const;

export interface PostCallDeps {
  readonly calls: Pick<CallStore, 'findCall' | 'saidBy'>;
  readonly ledger: CallLedger;
}

export type Outcome =
  | { readonly status: 'accepted'; readonly call_sid: string }
  /** Nothing of it is kept: the workspace has calls that are not ours, or events that are not read. */
  | { readonly status: 'ignored'; readonly reason: 'unknown_call' | 'other_conversation' | 'not_read' };

/**
 * Writes down what ElevenLabs tells when a call is over, or was never begun. Replays change nothing. It may come before the
 * answer of the request that placed the call: the call is known by its conversation, by the call_sid that it carries, or by
 * the carrier's id, and gets what was not known of it. Rejects with DataError and NotKeptError.
 */
export async function takePostCall(event: PostCallEvent, deps: PostCallDeps): Promise<Outcome> {
  const { conversation_id: conversationId } = event.data;
  const call = await find(refsOf(event), deps.calls);
  if (call === undefined) return { status: 'ignored', reason: 'unknown_call' };
  const { callSid } = call;
  if (call.conversationId === null) await deps.ledger.converse(callSid, conversationId);
  else if (call.conversationId !== conversationId) return { status: 'ignored', reason: 'other_conversation' };
  if (event.type === 'post_call_transcription') await keepTranscript(event, call, deps);
  else await keepFailure(event, call, deps.ledger);
  return { status: 'accepted', call_sid: callSid };
}

/** From what only this call can have to what its carrier says. */
function refsOf(event: PostCallEvent): readonly CallRef[] {
  const refs: CallRef[] = [{ conversationId: event.data.conversation_id }];
  if (event.type === 'call_initiation_failure') return [...refs, ...ofTwilio(event.data.metadata?.body?.CallSid)];
  const { conversation_initiation_client_data: given, metadata } = event.data;
  const callSid = given?.dynamic_variables?.[CALL_SID_VARIABLE];
  if (typeof callSid === 'string') refs.push({ callSid });
  return [...refs, ...ofTwilio(metadata.phone_call?.call_sid)];
}

const ofTwilio = (id: string | null | undefined): readonly CallRef[] =>
  typeof id === 'string' ? [{ source: 'twilio', externalId: id }] : [];

async function find(refs: readonly CallRef[], calls: PostCallDeps['calls']): Promise<FoundCall | undefined> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  for (const ref of refs) {
    const call = await calls.findCall(ref, signal);
    if (call !== undefined) return call;
  }
  return undefined;
}

async function keepTranscript({ data }: PostCallTranscription, call: FoundCall, deps: PostCallDeps): Promise<void> {
  const { calls, ledger } = deps;
  const { callSid, status } = call;
  const { conversation_id: conversation, metadata } = data;
  const { start_time_unix_secs: start, call_duration_secs: duration, cost_fiat: dollars } = metadata;
  const startedAt = new Date(start * 1000);
  const endedAt = new Date((start + duration) * 1000);
  const id = (what: string): string => idOf('elevenlabs', what, conversation);
  if (status === 'created' || status === 'dialing' || status === 'ringing') {
    await ledger.move(callSid, 'in_progress', { id: id('answered'), at: startedAt });
  }
  const entries = entriesOf(data, await calls.saidBy(SOURCE, callSid, AbortSignal.timeout(TIMEOUT_MS)));
  if (entries.length > 0) await ledger.say(callSid, entries);
  await ledger.note(callSid, [{ id: id('post_call'), kind: 'webhook.post_call', at: endedAt, data: figuresOf(data) }]);
  if (typeof dollars === 'number') await ledger.charge(callSid, id('cost'), { USD: dollars });
  const end = { id: id('ended'), at: endedAt, durationMs: Math.round(duration * 1000) };
  if (data.status === 'done') await ledger.move(callSid, 'completed', end);
  if (data.status !== 'failed') return;
  const error = { code: 'vendor_failed', message: 'ElevenLabs says that the conversation has failed.' };
  await ledger.move(callSid, 'failed', { ...end, error });
}

/** Nothing that anybody has said. */
function figuresOf({ agent_id: agentId, status, metadata, analysis }: PostCallTranscription['data']) {
  return {
    agentId,
    status: status.slice(0, MAX_WORD),
    durationMs: Math.round(metadata.call_duration_secs * 1000),
    credits: metadata.cost ?? undefined,
    terminationReason: metadata.termination_reason?.slice(0, MAX_WORD),
    callSuccessful: analysis?.call_successful?.slice(0, MAX_WORD),
  };
}

async function keepFailure(event: CallInitiationFailure, call: FoundCall, ledger: CallLedger): Promise<void> {
  const { conversation_id: conversation, failure_reason: reason } = event.data;
  const at = new Date(event.event_timestamp * 1000);
  // Who is busy has been dialled.
  if (call.status === 'created') {
    await ledger.move(call.callSid, 'dialing', { id: idOf('elevenlabs', 'dialing', conversation), at });
  }
  const status = reason === 'busy' || reason === 'no-answer' ? FAILURES[reason] : 'failed';
  const error = {
    code: `vendor_${status}`,
    message: `ElevenLabs could not begin the call: ${reason.slice(0, MAX_WORD)}.`,
  };
  await ledger.move(call.callSid, status, {
    id: idOf('elevenlabs', 'failure', conversation),
    at,
    reason: status,
    error,
    durationMs: 0,
  });
}
