// What a conversation tells the world, and where it puts its audio. A codec turns these into one wire's messages.
import type { LlmUsage } from '../llm/llm.port.js';
import type { SupervisedConversation } from './supervision.port.js';
import type { TransferOutcome, TransferStep } from './transfer.port.js';
import type { Artifact, ClientAnswer, ResultTable, Source, ToolErrorCode, ToolFailure } from '../tools/tool.port.js';

/** `disconnected`: the client was gone, and did not come back in time; `transferred`: a person has the caller now. */
export type SessionEndReason =
  'client' | 'agent' | 'idle' | 'limit' | 'shutdown' | 'disconnected' | 'transferred' | 'error';

/**
 * How a turn was taken wrongly. `false_cut_off`: it was ended although the caller went on; `double_answer`: a second answer to
 * one utterance can be heard. docs/alerts.md says what counts.
 */
export type TurnFault = 'false_cut_off' | 'double_answer';

/** Whether the caller agrees to what of the call is kept. */
export type ConsentState = 'unknown' | 'given' | 'refused';

/** Times are ms; `audioMs` counts the caller's audio since the first sample. */
export type ConversationEvent =
  | { readonly type: 'speech.started'; readonly audioMs: number }
  | { readonly type: 'speech.stopped'; readonly audioMs: number }
  | { readonly type: 'transcript.partial'; readonly turnId: string; readonly text: string }
  | { readonly type: 'transcript.final'; readonly turnId: string; readonly text: string }
  | { readonly type: 'turn.ended'; readonly turnId: string; readonly text: string }
  /** `interruptible: false`: nobody can stop it, the client neither. */
  | {
      readonly type: 'response.started';
      readonly responseId: string;
      readonly turnId?: string;
      readonly interruptible?: false;
      /** A person has written it, in the agent's place. */
      readonly by?: 'supervisor';
    }
  | { readonly type: 'response.text'; readonly responseId: string; readonly delta: string }
  /** Have the client speak a piece of the reply by itself, after those before it. `voice` only where the agent names one. */
  | {
      readonly type: 'response.speak';
      readonly responseId: string;
      readonly segment: number;
      readonly text: string;
      readonly language: string;
      readonly voice?: string;
    }
  | { readonly type: 'response.audio_done'; readonly responseId: string; readonly audioMs: number }
  | { readonly type: 'response.paused'; readonly responseId: string }
  | { readonly type: 'response.resumed'; readonly responseId: string }
  | { readonly type: 'response.interrupted'; readonly responseId: string; readonly heardText: string }
  | { readonly type: 'response.completed'; readonly responseId: string; readonly text: string }
  /**
   * What must be disclosed was said, or what could be of it. `whole`: heard to its end; `confirmed`: the client's playback has
   * said so, not only the clock. `fallback`: why it was not said in the caller's language, where that is known.
   */
  | {
      readonly type: 'disclosure.told';
      readonly responseId: string;
      readonly text: string;
      readonly language: string;
      readonly callerLanguage?: string;
      readonly fallback?: 'no_words' | 'no_voice';
      readonly heardText: string;
      readonly whole: boolean;
      readonly confirmed: boolean;
    }
  /** Who has answered a call that was placed, as far as can be heard; `afterMs` since the answer. */
  | {
      readonly type: 'call.answered';
      readonly by: 'person' | 'voicemail' | 'menu' | 'screener' | 'silence';
      readonly afterMs: number;
    }
  /** Keys were pressed for the menu that has answered. */
  | { readonly type: 'keys.pressed'; readonly keys: string }
  /** A person answers in the agent's place; `active: false`: the agent does again. */
  | { readonly type: 'supervisor.changed'; readonly active: boolean }
  /** `words`: what the caller, or whoever speaks for him, has said. */
  | {
      readonly type: 'consent.changed';
      readonly state: Exclude<ConsentState, 'unknown'>;
      readonly by: 'caller' | 'client' | 'operator';
      readonly words?: string;
    }
  /** The caller is to be put through, and is on hold from the first of these until `transfer.ended`. */
  | { readonly type: 'transfer.changed'; readonly destination: string; readonly state: TransferStep }
  | {
      readonly type: 'transfer.ended';
      readonly destination: string;
      readonly outcome: TransferOutcome;
      readonly durationMs: number;
    }
  | {
      readonly type: 'tool.started';
      readonly callId: string;
      readonly responseId: string;
      readonly name: string;
      readonly arguments: unknown;
    }
  /** Have the client run one of its own tools, and answer within `timeoutMs`. */
  | {
      readonly type: 'tool.call';
      readonly callId: string;
      readonly name: string;
      readonly arguments: unknown;
      readonly timeoutMs: number;
    }
  /** A tool has not finished yet. */
  | {
      readonly type: 'tool.progress';
      readonly callId: string;
      readonly responseId: string;
      readonly name: string;
      readonly elapsedMs: number;
      /** The reply no longer waits for it: the result is told when it is there. */
      readonly detached: boolean;
    }
  /** Rows for the client to show, right before the tool has finished. */
  | {
      readonly type: 'tool.result';
      readonly callId: string;
      readonly responseId: string;
      readonly name: string;
      readonly table: ResultTable;
    }
  | {
      readonly type: 'tool.finished';
      readonly callId: string;
      readonly responseId: string;
      readonly name: string;
      readonly ok: boolean;
      readonly code?: ToolErrorCode;
      readonly message?: string;
      readonly artifacts?: readonly Artifact[];
      /** Where its answer was found. */
      readonly sources?: readonly Source[];
      readonly durationMs: number;
    }
  /** What a tool tells the page: see `ClientSide.tell`. */
  | { readonly type: 'custom.message'; readonly name: string; readonly data: unknown }
  | {
      readonly type: 'turn.metrics';
      readonly turnId: string;
      readonly endpointingMs?: number;
      readonly transcriptMs?: number;
      readonly firstTokenMs?: number;
      readonly firstAudioMs?: number;
      readonly firstAudibleMs?: number;
      readonly voiceToVoiceMs?: number;
    }
  | {
      readonly type: 'error';
      readonly code:
        'stt_failed' | 'llm_failed' | 'tts_failed' | 'call_too_costly' | 'budget_spent' | 'budget_low' | 'internal';
      readonly message: string;
      readonly fatal: boolean;
      readonly retryAfter?: number;
    }
  /** Said by whoever carries the audio: this much of the caller's was left out, because it came too late to be heard. */
  | { readonly type: 'audio.skipped'; readonly ms: number }
  /** Always the last event. */
  | { readonly type: 'session.ended'; readonly reason: SessionEndReason; readonly durationMs: number };

/**
 * How the playback of a reply goes, for whoever keeps what was heard; positions are ms of the reply's audio. The audio of a
 * reply follows its `began`; `rewound`: what comes next is the reply's audio from there on, again. `at`: it has been played so
 * far, and plays on or stands; `reported`: by the client's own word. Nothing is heard of a reply after `ended`.
 */
export type Playback =
  | { readonly type: 'began' }
  | { readonly type: 'at'; readonly ms: number; readonly plays: boolean; readonly reported: boolean }
  | { readonly type: 'rewound'; readonly ms: number }
  | { readonly type: 'ended'; readonly ms: number };

/** The caller's side of a conversation. Implemented by the transport; every method is synchronous and never throws. */
export interface ConversationOutput {
  event(event: ConversationEvent): void;
  /** One piece of the reply's audio, PCM16 mono at the session's output rate, in order. */
  audio(chunk: Uint8Array): void;
  /** Drops audio that has not left the process yet. Comes before `response.interrupted`. */
  clearAudio(): void;
  /** How the playback of the reply goes whose audio was sent last; optional. */
  playback?(how: Playback): void;
}

/** The reply whose audio is sent again, and from where in it, ms. */
export interface HeldReply {
  readonly responseId: string;
  readonly fromMs: number;
}

/** Counts what a conversation uses. Synchronous; never throws. */
export interface ConversationMeter {
  /** One request to the model was answered. `discarded`: for a draft that was thrown away. */
  modelUsed(usage: LlmUsage, discarded: boolean): void;
  /** Settled words of the microphone were taken for the agent's own, by their sound or by themselves. */
  wordsLeftOut?(words: number, by: 'sound' | 'words'): void;
  /** This turn was taken wrongly. */
  turnMisjudged?(fault: TurnFault, turnId: string): void;
  /** A voice was silent for so long before its first sound, ms; so much of that was not sent. */
  silenceCut?(silenceMs: number, cutMs: number): void;
}

/** What the client knows of playback: the truest account of what the caller has heard of a reply. */
export type Heard =
  | { readonly responseId: string; readonly playedMs: number }
  | { readonly responseId: string; readonly segment: number; readonly heardChars: number };

/** What the transport may do with a running conversation. All calls are synchronous. */
export interface ConversationInput {
  /** PCM16 mono at the session's input rate; even length. Hot path: no parsing, no copy. */
  pushAudio(chunk: Uint8Array): void;
  submitText(text: string): void;
  /**
   * Words of the caller's speech that the client has recognised; `final` when it will not change them any more. Returns
   * false when this call recognises speech itself and the words were ignored.
   */
  submitTranscript(text: string, final: boolean): boolean;
  commitInput(): void;
  clearInput(): void;
  cancelResponse(): void;
  playbackPosition(responseId: string, playedMs: number): void;
  playbackFinished(responseId: string): void;
  /** The client has spoken `heardChars` characters of a piece of `response.speak`; `done`: all of it. */
  playbackSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void;
  /** The client's answer to `tool.call`; ignored when nobody waits for it. */
  answerTool(callId: string, answer: ClientAnswer): void;
  /** What has happened at the client, JSON's values: the model knows it from its next reply on. Nothing is said for it. */
  clientMessage(name: string, data: unknown): void;
  /** What the caller has decided otherwise than by answering the agent. */
  setConsent(state: Exclude<ConsentState, 'unknown'>, by: 'client' | 'operator', words?: string): void;
  /** What a tool did before, and was over, has failed after all: told as soon as nobody speaks. */
  news(tool: string, failure: ToolFailure): void;
  /** For whoever supervises the call. */
  readonly supervision: SupervisedConversation;
  /**
   * The client is gone. The reply is held where the caller last heard it, as the client told it; whoever waits for silence
   * waits; tools and the model go on. Events may still come. Idempotent.
   */
  hold(): void;
  /**
   * The client is back; `heard` corrects what it has heard, within what it was sent. Audio that it was sent beyond that is
   * sent again, after this has returned: the caller has time to tell the client first. Returns the reply that goes on so,
   * if any; a client that speaks by itself keeps what it was given, and is told events that it missed.
   */
  release(heard?: Heard): HeldReply | undefined;
  /** Ends the conversation; `session.ended` comes last. Idempotent. */
  end(reason: SessionEndReason): void;
  /** Resolves when nothing of the conversation is left running. */
  readonly ended: Promise<void>;
}
