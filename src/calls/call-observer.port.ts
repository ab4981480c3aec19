// Who else hears what happens in calls: records, metrics. Observers are told after the caller, and cannot slow the call.
import type { CallRoute } from '../database/calls/call-record.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Cost } from '../usage/prices.port.js';
import type { Fault } from './fault-reports.port.js';
import type { CallPrivacy } from './privacy.port.js';
import type { LostCall } from './session-store.port.js';
import type { SupervisorAct } from './supervision.port.js';
import type { ConversationEvent, ConversationMeter, TurnFault } from '../conversation/conversation.port.js';

export interface CallInfo {
  readonly sessionId: string;
  readonly userId: string;
  readonly agent: string;
  /** Of its file, as the call uses it. */
  readonly agentVersion?: string;
  /** A web call that comes in, when absent. */
  readonly route?: CallRoute;
  /** What of it may be kept; `standard` when absent. */
  readonly privacy?: CallPrivacy;
  /** Its audio may be kept, as far as `privacy` allows it; the language that is spoken in it (BCP-47). */
  readonly recording?: { readonly language: string };
  readonly providers: { readonly stt: string; readonly llm: string; readonly tts: string };
  /** Who says that a turn is over, where that is not the recogniser. */
  readonly endpointing?: 'vad' | 'client';
  /** The own name of who speaks first for its voice; its default when absent. */
  readonly voice?: string;
}

/** What happens to a call besides what is said in it. Nothing here holds a word of anybody. */
export type CallTransition =
  | { readonly type: 'attached'; readonly lastSeq: number; readonly replayed: number; readonly missed: boolean }
  | { readonly type: 'detached' }
  /** What was going on was written down for other processes. */
  | { readonly type: 'checkpoint'; readonly result: 'saved' | 'lost' | 'away'; readonly ms: number }
  /** The call goes on in another process, which has asked for it (`taken`) or will be (`handover`). */
  | { readonly type: 'left'; readonly why: 'taken' | 'handover' }
  /** A fault of ours; `where`: the door through which it came. */
  | { readonly type: 'faulted'; readonly where: string; readonly fault: Fault }
  /** Settled words were taken for the agent's own that came back through the microphone, by their sound or by themselves. */
  | { readonly type: 'words.left_out'; readonly words: number; readonly by: 'sound' | 'words' }
  /** The event loop of the process was late, and so was the call's audio. */
  | { readonly type: 'stalled'; readonly ms: number; readonly cause: 'gc' | 'code' | 'host' }
  /** This turn was taken wrongly. */
  | { readonly type: 'turn.misjudged'; readonly fault: TurnFault; readonly turnId: string }
  /** A voice was silent for so long before its first sound, ms, and so much of that was not sent. */
  | { readonly type: 'silence.cut'; readonly silenceMs: number; readonly cutMs: number }
  /** What a supervisor did; `by`: his user id. */
  | { readonly type: 'supervised'; readonly act: SupervisorAct; readonly by: string }
  /** A step of the turn machine. */
  | { readonly type: 'turn'; readonly what: string };

/** Every method is synchronous, quick and does not throw. `event` ends with `session.ended`. */
export interface CallObserver {
  started(call: CallInfo): void;
  /** Instead of `started`: the call began in another process. */
  resumed?(call: CallInfo): void;
  /** Nobody can end this call any more: its process is gone, and its client did not come back. Told in one process. */
  abandoned?(call: LostCall): void;
  /** Once for each event, whether a client is there or not. `seq` grows over all processes of a call, with gaps. */
  event(call: CallInfo, event: ConversationEvent, seq: number): void;
  /** What a request to the model has used; `discarded`: for a draft that was thrown away. */
  modelUsed?(call: CallInfo, ...used: Parameters<ConversationMeter['modelUsed']>): void;
  /** What a provider was used for, and what that cost; nothing where nobody knows. */
  used?(call: CallInfo, usage: ProviderUsage, cost: Cost | undefined): void;
  transition?(call: CallInfo, transition: CallTransition): void;
}

/** Nest injection token of all observers, in the order in which they are told. */
export const CALL_OBSERVERS = Symbol('CallObservers');
