import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { CallInfo, CallObserver, CallTransition } from './call-observer.port.js';

/** Said again, and whole, by events that follow. */
const PIECES = new Set<ConversationEvent['type']>(['transcript.partial', 'response.text', 'response.speak']);

/** Fields that hold ids, names of ours and numbers. All others may hold what somebody has said. */
const SAFE = new Set([
  'turnId',
  'responseId',
  'callId',
  'name',
  'ok',
  'code',
  'fatal',
  'reason',
  'segment',
  'detached',
  'retryAfter',
  'ms',
]);
const isId = (value: unknown): boolean => typeof value !== 'string' || /^[\w.:-]{1,64}$/.test(value);

/** One debug line for each thing that happens to a call (STREAM_DEBUG=calls), without a word of caller or agent. */
export class CallTrace implements CallObserver {
  constructor(private readonly log: { debug(line: object): void }) {}

  started(call: CallInfo): void {
    this.line(call, 'started', { agent: call.agent, ...call.providers });
  }

  resumed(call: CallInfo): void {
    this.line(call, 'resumed', { agent: call.agent, ...call.providers });
  }

  event(call: CallInfo, event: ConversationEvent, seq: number): void {
    if (PIECES.has(event.type)) return;
    const fields = Object.entries(event).filter(
      ([key, value]) => (SAFE.has(key) || key.endsWith('Ms')) && typeof value !== 'object' && isId(value),
    );
    this.line(call, event.type, { seq, ...Object.fromEntries(fields) });
  }

  transition(call: CallInfo, transition: CallTransition): void {
    // The log has the fault itself.
    if (transition.type === 'faulted') return this.line(call, transition.type, { where: transition.where });
    const { type, ...fields } = transition;
    this.line(call, type, fields);
  }

  private line({ sessionId }: CallInfo, msg: string, fields: object): void {
    this.log.debug({ msg, sessionId, ...fields });
  }
}
