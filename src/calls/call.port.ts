// A call: one session of one caller with one agent. It owns its conversation and outlives its line: the transport starts or
// resumes a call, attaches a line to it, and drives it.
import type { ConversationEvent, ConversationInput, Heard } from '../conversation/conversation.port.js';
import type { CallRoute } from '../database/calls/call-record.port.js';
import type { Caller } from '../identity/caller.port.js';
import type { CallChoice } from './call-choices.port.js';
import type { PrivacyLevel } from './privacy.port.js';
import type { Line } from './line.port.js';
import type { CarrierLeg } from './transfer-lines.port.js';

export interface CallRequest {
  /** The call's `call_sid`, whatever wire it comes by. */
  readonly sessionId: string;
  readonly caller: Caller;
  /** A web call that comes in, when absent. */
  readonly route?: CallRoute;
  /** Of a telephone whose carrier may be asked to do something with it. */
  readonly leg?: CarrierLeg;
  /** Name of the agent; the default one when absent. */
  readonly agent?: string;
  /** Of its file, of a call that goes on here; the one that its caller gets now when absent. */
  readonly agentVersion?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Who is to hear, think and speak in place of the agent's own. */
  readonly choice?: CallChoice;
  /** The caller's (BCP-47), as the client or whoever has had him called says it; a telephone's number may say it when absent. */
  readonly language?: string;
  /** What the client says of the caller's consent. */
  readonly consent?: 'given' | 'refused';
  /** Hz. */
  readonly inputSampleRate: number;
  /** Hz. */
  readonly outputSampleRate: number;
  readonly turnDetection?: 'provider' | 'vad' | 'manual';
  /** The client takes the agent's voice out of its microphone's audio; false when it does not say. */
  readonly echoCancelled?: boolean;
  /** Whether its client can come back on another line; otherwise it ends with its line. True when it is not said. */
  readonly resumable?: boolean;
  /** How far audio may be ahead of what was heard, ms; the agent's own limit when that is less, or this is absent. */
  readonly maxAheadMs?: number;
}

/** The call cannot be made as asked; `code` and `message` go to the client as they are. */
export class CallRefused extends Error {
  constructor(
    readonly code: 'unknown_agent' | 'agent_not_allowed' | 'choice_not_allowed' | 'budget_spent' | 'overloaded',
    message: string,
  ) {
    super(message);
    this.name = 'CallRefused';
  }
}

/** There is no such call for this client: it never was, is over, or is another's. Which of these is not told. */
export class NotResumable extends Error {
  constructor() {
    super('This session cannot be resumed; start a new one.');
    this.name = 'NotResumable';
  }
}

/** The call is on its way to another process: whoever asks for it finds it there a moment later. */
export class CallMoving extends Error {
  constructor() {
    super('The call goes on at another server.');
    this.name = 'CallMoving';
  }
}

/** What a line says of its client when it takes over a call. */
export interface AttachFrom {
  /** `seq` of the last event that the client has got. */
  readonly lastSeq: number;
  /** How much of the reply the client has played. */
  readonly heard?: Heard;
}

/** How a call goes on over a new line. */
export interface Resumed {
  /** An event after `lastSeq` can no longer be told again. */
  readonly missed: boolean;
  /** The reply under way, and from which ms of it audio follows. */
  readonly response: { readonly responseId: string; readonly fromMs: number } | undefined;
}

/** What a client may ask of its call, besides audio and its end. */
export type ClientInputs = Pick<
  ConversationInput,
  | 'submitText'
  | 'submitTranscript'
  | 'commitInput'
  | 'clearInput'
  | 'cancelResponse'
  | 'playbackPosition'
  | 'playbackFinished'
  | 'playbackSpoken'
  | 'answerTool'
  | 'clientMessage'
  | 'setConsent'
  | 'news'
>;

/** Each input is synchronous and never throws: a fault of ours ends this call with `error internal`, and no other. */
export interface Call extends ClientInputs, Pick<ConversationInput, 'pushAudio' | 'end'> {
  readonly id: string;
  /** The agent's name. */
  readonly agent: string;
  /** What of it may be kept; `zero`: nobody is told who calls. */
  readonly privacy: PrivacyLevel;
  readonly turnDetection: 'provider' | 'vad' | 'manual';
  /** Whether the client recognises the speech and sends words; otherwise it sends audio. */
  readonly takesTranscripts: boolean;
  /** Longest duration that the agent allows, ms; undefined means the server's own limit. */
  readonly maxSessionMs: number | undefined;
  /** Hz. */
  readonly inputSampleRate: number;
  /** Hz. */
  readonly outputSampleRate: number;
  /** How long the call has been going on, ms, over all its lines and processes. */
  readonly ageMs: number;
  /** How long the call waits for a line when it has lost its own, ms; 0: not at all. */
  readonly resumeGraceMs: number;
  /** What the client needs to resume the call; another one after each `resume`. */
  readonly resumeToken: string;
  /** Of the latest event. 1, for the transport's greeting of a new call, is reserved. */
  readonly seq: number;
  /** Audio of the microphone since the call's first sample, bytes: a resuming client goes on from here. */
  readonly receivedBytes: number;
  /**
   * How much of that would not be asked for again even if this process died now, bytes: a client may forget it. The same as
   * `receivedBytes` where calls are not shared with other processes.
   */
  readonly securedBytes: number;
  /** Of the latest message of the client that had a number of its own; 0 before the first. */
  readonly lastClientSeq: number;
  /** Whether a message of the client with this number is new: one that it sends again is taken once. */
  takeClientSeq(seq: number): boolean;
  /** Takes a number for a message that is the transport's own and not told again. */
  nextSeq(): number;
  /** Counts `bytes` of microphone audio as received that are left out, and tells so: `audio.skipped`. */
  skipAudio(bytes: number, ms: number): void;
  /** Tells the client something as if the conversation had: numbered, kept, told to observers. */
  tell(event: ConversationEvent): void;
  /**
   * Makes this the call's line; the one before is `released`. Before this returns, `greet` is called and then the line is
   * told what the client has missed; audio comes after. Throws NotResumable when the call has ended.
   */
  attach(line: Line, from: AttachFrom, greet: (resumed: Resumed) => void): void;
  /** The line's client is gone. Nothing happens when the call has another line by now. */
  detach(line: Line): void;
  /** Resolves when nothing of the call is left running in this process. */
  readonly ended: Promise<void>;
}

/** A call that was asked for, and is written down. One of the two comes next. */
export interface Opening {
  /** Starts the call with its first line; nothing reaches the line before this has returned. Throws CallRefused. */
  start(line: Line): Call;
  /** Whoever asked for it is gone. */
  cancel(): void;
}

export interface Calls {
  /** Writes down that a call is asked for. Before this has resolved nothing is done about it. Never rejects. */
  open(request: CallRequest): Promise<Opening>;
  /**
   * Finds a call that has lost its line, or is about to be taken from it: among those of this process, else where processes
   * share them. `attach` comes next. Rejects with NotResumable.
   */
  resume(request: ResumeRequest): Promise<Call>;
  /** Whether calls can go on in another process. */
  readonly shared: boolean;
  /**
   * Writes every call down for another process and releases its line (`handover`), one after the other within so many ms;
   * calls for which that fails stay.
   */
  handOver(withinMs: number): Promise<void>;
}

/** The calls of this process, for what is not their lines' business. */
export interface CallFinder {
  /** Undefined for one that is over, or goes on in another process. */
  find(sessionId: string): { readonly userId: string; readonly call: Pick<Call, 'setConsent' | 'news'> } | undefined;
  /** Of all of them. */
  ids(): readonly string[];
}

/** Nest injection token of the CallFinder. */
export const CALL_FINDER = Symbol('CallFinder');

export interface ResumeRequest {
  readonly sessionId: string;
  readonly resumeToken: string;
  /** By the token of the new line: who resumes must be who started. */
  readonly caller: Caller;
}

/** Nest injection token of the Calls. */
export const CALLS = Symbol('Calls');
