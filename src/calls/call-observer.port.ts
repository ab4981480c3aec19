// Who else hears what happens in calls: records, metrics. Observers are told after the caller, and cannot slow the call.
import type { ConversationEvent, ConversationMeter } from '../conversation/conversation.port.js';

export interface CallInfo {
  readonly sessionId: string;
  readonly userId: string;
  readonly agent: string;
  readonly providers: { readonly stt: string; readonly llm: string; readonly tts: string };
}

/** Every method is synchronous, quick and does not throw. `event` ends with `session.ended`. */
export interface CallObserver {
  started(call: CallInfo): void;
  event(call: CallInfo, event: ConversationEvent): void;
  /** What a request to the model has used; `discarded`: for a draft that was thrown away. */
  modelUsed?(call: CallInfo, ...used: Parameters<ConversationMeter['modelUsed']>): void;
}
