// The vocabulary of the turn machine: what it knows, what it hears, what it asks for.
import type { ConversationEvent } from '../conversation.port.js';

/** Why a reply is spoken: to answer a turn, or unasked (a disclosure is what must be heard first; a report tells what a slow
 * tool has found; `unheard`, that the caller cannot be heard; `supervisor`, what a person says in the agent's place). */
export type ReplyKind =
  'answer' | 'disclosure' | 'greeting' | 'prompt' | 'goodbye' | 'report' | 'unheard' | 'supervisor';

export interface ActiveReply {
  readonly id: string;
  readonly kind: ReplyKind;
  readonly turnId?: string;
  /** Some of its audio has left for the caller. */
  readonly audible: boolean;
  /** Held because the caller may be interrupting. */
  readonly paused: boolean;
  /** All of it is written, and it ends in a question: "okay" is then an answer. */
  readonly question: boolean;
}

/** A turn that the caller has not finished. */
export interface OpenTurn {
  readonly id: string;
  /** Settled words. */
  readonly finals: string;
  /** Words that may still change. */
  readonly partial: string;
  /** He has finished while the disclosure was said: it is answered after it. */
  readonly over?: boolean;
}

/** The disclosure has not been heard to its end. */
export interface Disclosing {
  /** The greeting comes after it. */
  readonly greet: boolean;
  /** How often it was begun. */
  readonly tries: number;
}

/** A supervisor answers in the agent's place. */
export interface Attended {
  /** His user id. */
  readonly by: string;
  /** The caller's last turn, as long as nobody has answered it. */
  readonly waiting?: { readonly id: string; readonly text: string };
  /** What he has written and nobody has begun to say. */
  readonly says: readonly string[];
}

/** An answer that is being prepared for words that may still change. */
export interface Draft {
  /** Of the reply that it becomes. */
  readonly id: string;
  readonly text: string;
}

export interface TurnState {
  readonly ended: boolean;
  readonly turns: number;
  readonly replies: number;
  readonly callerSpeaking: boolean;
  /** `input.commit` came; the recogniser is settling the words. */
  readonly committing: boolean;
  readonly turn: OpenTurn | undefined;
  readonly reply: ActiveReply | undefined;
  readonly draft: Draft | undefined;
  /** Guesses at words over the reply are being given their time; `lone`: more of it, for a single word. */
  readonly guessing: boolean | 'lone';
  /** Drafts of the open turn so far. */
  readonly drafts: number;
  /** Idle prompts since the caller last said something. */
  readonly prompts: number;
  /** Guesses that were answered because the recogniser did not settle them in time: when it does, they are nothing new. */
  readonly unsettled: string;
  /** There is something to report as soon as nobody has the floor. */
  readonly news: boolean;
  /** The recogniser has failed, and the caller has not been told. */
  readonly unheard: boolean;
  /** Undefined when there is nothing to disclose, and after it. */
  readonly disclosing: Disclosing | undefined;
  /** Undefined while the agent answers. */
  readonly attended: Attended | undefined;
}

export const initialTurnState: TurnState = {
  ended: false,
  turns: 0,
  replies: 0,
  callerSpeaking: false,
  committing: false,
  turn: undefined,
  reply: undefined,
  draft: undefined,
  guessing: false,
  drafts: 0,
  prompts: 0,
  unsettled: '',
  news: false,
  unheard: false,
  disclosing: undefined,
  attended: undefined,
};

export type TurnTimer =
  /** Silence has lasted long enough to end the turn. */
  | 'endpoint'
  /** A paused reply has waited long enough for words. */
  | 'pause'
  /** Nobody has said anything for a while. */
  | 'idle'
  /** The words have not changed for a while: a draft may start. */
  | 'still'
  /** Guesses at words over the reply have stood long enough to be meant. */
  | 'interruption'
  /** The recogniser has had long enough to settle a committed turn. */
  | 'commit';

export type TurnEvent =
  | { readonly type: 'call.started'; readonly greet: boolean; readonly disclose?: boolean }
  | { readonly type: 'call.ended' }
  | { readonly type: 'speech.started'; readonly audioMs: number }
  | { readonly type: 'speech.stopped'; readonly audioMs: number }
  /** The microphone sends nothing any more, and the client is there: nobody else will say that the caller is silent. */
  | { readonly type: 'microphone.silent'; readonly audioMs: number }
  | { readonly type: 'transcript.partial'; readonly text: string }
  | { readonly type: 'transcript.final'; readonly text: string }
  /** The words that may still change were nobody's. */
  | { readonly type: 'transcript.retracted' }
  /** The recogniser thinks that the caller may have finished; `text` is the whole turn. */
  | { readonly type: 'turn.eager'; readonly text: string }
  /** The caller went on. */
  | { readonly type: 'turn.resumed' }
  /** The recogniser says that the caller has finished. */
  | { readonly type: 'turn.ended' }
  | { readonly type: 'text.submitted'; readonly text: string }
  | { readonly type: 'input.committed' }
  | { readonly type: 'input.cleared' }
  | { readonly type: 'response.cancelled' }
  /** A tool that no reply has waited for is done. */
  | { readonly type: 'news' }
  /** The recogniser has failed for longer than a moment; it hears again. */
  | { readonly type: 'hearing.lost' }
  | { readonly type: 'hearing.restored' }
  | { readonly type: 'supervisor.took_over'; readonly by: string }
  | { readonly type: 'supervisor.gave_back' }
  /** To be said in the agent's place. */
  | { readonly type: 'supervisor.says'; readonly text: string }
  /** The model has been told something more. */
  | { readonly type: 'supervisor.instructed' }
  /** The client is back after it was gone: silence counts from now. */
  | { readonly type: 'line.restored' }
  | { readonly type: 'reply.audible'; readonly id: string }
  | { readonly type: 'reply.written'; readonly id: string; readonly question: boolean }
  /** Played to its end, or failed: it is over either way. `whole`: all of it was heard; only a disclosure asks. */
  | { readonly type: 'reply.over'; readonly id: string; readonly whole?: boolean }
  | { readonly type: 'timer'; readonly timer: TurnTimer };

export type TurnEffect =
  | { readonly type: 'emit'; readonly event: ConversationEvent }
  | {
      readonly type: 'reply.start';
      readonly id: string;
      readonly kind: ReplyKind;
      /** Present when it answers a turn. */
      readonly turn?: { readonly id: string; readonly text: string };
      /** What is said, where a person has written it. */
      readonly text?: string;
    }
  /** Nobody answers this turn: remember it. */
  | { readonly type: 'turn.note'; readonly text: string }
  /** What the agent has asked is void. */
  | { readonly type: 'question.withdraw' }
  /** Prepare the answer to a turn that may not be over: read-only, unheard. `reply.start` with the same id speaks it. */
  | { readonly type: 'draft.start'; readonly id: string; readonly turn: { readonly id: string; readonly text: string } }
  | { readonly type: 'draft.discard'; readonly id: string }
  | { readonly type: 'reply.pause'; readonly id: string }
  | { readonly type: 'reply.resume'; readonly id: string }
  | { readonly type: 'reply.interrupt'; readonly id: string }
  | { readonly type: 'timer.set'; readonly timer: TurnTimer; readonly ms: number }
  | { readonly type: 'timer.clear'; readonly timer: TurnTimer }
  /** Ask the recogniser to settle what it has heard. */
  | { readonly type: 'recognition.finalize' }
  /** Throw away what the recogniser has heard and start anew. */
  | { readonly type: 'recognition.reset' }
  | { readonly type: 'call.end'; readonly reason: 'idle' };
