// Every tunable of a conversation in one place: what it does, its unit, its default.
import type { TtsOptions } from '../tts/tts.port.js';
import type { ReadBack } from '../tools/tool.port.js';
import type { ConsentState } from './conversation.port.js';
import type { Lexicon, StockPhrases } from './lexicon/lexicon.js';

export type TurnDetectionMode = 'provider' | 'vad' | 'manual';

export interface TurnOptions {
  /** Who decides that the caller has finished: the recogniser, silence after speech, or the client (push to talk). */
  readonly mode: TurnDetectionMode;
  /** Whether the caller may talk over the agent. When false, what is said during a reply is ignored. */
  readonly interruptible: boolean;
  /** Words (other than "uh-huh" and the like) that turn a pause of the reply into its end. */
  readonly minInterruptionWords: number;
  /**
   * How long after the first guess at words over the (paused) reply a guess may end it, ms. Settled words end it at once.
   * The first guesses at "okay" and at a cough are other words, so that they would end it.
   */
  readonly interruptionMs: number;
  /** The same for a guess of a single word, ms. */
  readonly interruptionWordMs: number;
  /** Silence after a sound without words before the paused reply goes on, ms. Covers the recogniser's own delay. */
  readonly falseAlarmMs: number;
  /** Longest that a sound without words may hold the reply, ms. One that lasts so long in `vad` mode ends the reply. */
  readonly maxPauseMs: number;
  /**
   * `vad` mode: silence that ends a turn whose words sound complete, ms. Counted from `speech.stopped`, which comes some
   * 300 ms after the last sound.
   */
  readonly minSilenceMs: number;
  /** `vad` mode: silence that ends a turn whose words dangle ("and", "five zero"), ms. */
  readonly maxSilenceMs: number;
  /** `provider` mode: end the turn so long after its last words when the recogniser never does, ms. */
  readonly providerSilenceMs: number;
  /** How long the recogniser may take to settle a committed turn (push to talk), ms. */
  readonly commitMs: number;
  /** Start the model before the turn is surely over, as a draft that is spoken only if the words stay the same. */
  readonly speculate: boolean;
  /** How long a partial transcript must stand still to start a draft, ms; 0 waits for the recogniser's own hint. */
  readonly stillMs: number;
  /** Drafts in one turn: each costs a request. */
  readonly maxDrafts: number;
  /** Silence on both sides before the agent asks whether the caller is still there, ms; 0 never asks. */
  readonly idlePromptMs: number;
  /** How often it asks before it says goodbye and hangs up. */
  readonly maxIdlePrompts: number;
}

export const defaultTurnOptions: TurnOptions = {
  mode: 'provider',
  interruptible: true,
  minInterruptionWords: 1,
  interruptionMs: 300,
  interruptionWordMs: 800,
  falseAlarmMs: 600,
  maxPauseMs: 2500,
  minSilenceMs: 350,
  maxSilenceMs: 1400,
  providerSilenceMs: 4000,
  commitMs: 3000,
  speculate: true,
  stillMs: 250,
  maxDrafts: 3,
  idlePromptMs: 20_000,
  maxIdlePrompts: 2,
};

export interface ReplyOptions {
  /** Rounds of tool calls in one reply; the model is asked to answer with what it has after that. */
  readonly maxToolRounds: number;
  /** Tool calls in one round; more are refused. */
  readonly maxToolCalls: number;
  /** Longest text of one reply, characters; the rest is not asked for. */
  readonly maxReplyChars: number;
  /** Audio sent ahead of playback before the voice is held back, ms. */
  readonly maxAheadMs: number;
  /** A whole reply, from the end of the turn to the last audio made, ms. */
  readonly replyDeadlineMs: number;
  /** How long after its expected end a reply counts as played when the client does not say so, ms. */
  readonly playbackGraceMs: number;
  /** Silence while the model has not begun to answer after which the agent says one of its fillers, ms; 0 says none. */
  readonly patienceAfterMs: number;
  /** Silence while a tool runs after which the agent says one of its fillers, ms; 0 says none. */
  readonly fillerAfterMs: number;
  /** Silence after a filler before the next, ms. */
  readonly fillerEveryMs: number;
  /** How often the client is told that a tool is still running, ms; 0 never. */
  readonly toolProgressMs: number;
  /** A tool that runs longer goes on beside the talk, and its result is told when it is there, ms; 0 always waits. */
  readonly detachToolMs: number;
}

export const defaultReplyOptions: ReplyOptions = {
  maxToolRounds: 5,
  maxToolCalls: 8,
  maxReplyChars: 6000,
  maxAheadMs: 20_000,
  replyDeadlineMs: 120_000,
  playbackGraceMs: 1500,
  patienceAfterMs: 2500,
  fillerAfterMs: 1500,
  fillerEveryMs: 8000,
  toolProgressMs: 2000,
  detachToolMs: 15_000,
};

export interface ContextOptions {
  /**
   * Most of the talk that the model is sent with every answer, tokens by a safe estimate; of what is older a summary stays.
   * Instructions and tools come on top.
   */
  readonly maxTokens: number;
}

export const defaultContextOptions: ContextOptions = { maxTokens: 16_000 };

/** What the agent says without being asked, in its own language. */
export interface AgentPhrases extends StockPhrases {
  /** Said when the call starts; empty says nothing. */
  readonly greeting: string;
}

/** What must be heard first, whoever talks over it, and what speaks it: its language may be another than the agent's. */
export interface SpokenDisclosure extends Pick<TtsOptions, 'voice' | 'voices' | 'language'> {
  readonly text: string;
  /** BCP-47; absent where nothing is known of it. */
  readonly callerLanguage?: string;
  /** Why it is not said in that. */
  readonly fallback?: 'no_words' | 'no_voice';
}

export interface ConversationOptions {
  readonly sessionId: string;
  /** The system message of the model. */
  readonly instructions: string;
  readonly phrases: AgentPhrases;
  /** Nothing has to be disclosed without it. */
  readonly disclosure?: SpokenDisclosure;
  /** BCP-47. */
  readonly language: string;
  /** What the recogniser listens for where that is another: BCP-47, or `multi`, several at once, for those that can. */
  readonly hearingLanguage?: string;
  /** The caller's, IANA; the process's own without it. */
  readonly timeZone?: string;
  /** The words of that language: what is a yes, what dangles, how numbers are said. */
  readonly lexicon: Lexicon;
  /** The provider's own name of the voice; empty is its default. */
  readonly voice: string;
  /** Voices by provider, for a chain; see TtsOptions. */
  readonly voices?: TtsOptions['voices'];
  readonly keyTerms: readonly string[];
  /** Names that this caller may use, by what they are names of; undefined while they are not there. */
  readonly vocabulary?: () => Readonly<Record<string, readonly string[]>> | undefined;
  /** Names of the tools that the model may call. */
  readonly tools: readonly string[];
  /** Hz. */
  readonly inputSampleRate: number;
  /** Hz. */
  readonly outputSampleRate: number;
  /** The client takes the agent's voice out of its microphone's audio. */
  readonly echoCancelled: boolean;
  /** How the caller is asked whether the call may be kept; the model cannot ask without it. */
  readonly consentQuestion?: ReadBack;
  /** What the client says of it when the call begins. */
  readonly consent?: Exclude<ConsentState, 'unknown'>;
  readonly context: ContextOptions;
  readonly turn: TurnOptions;
  readonly reply: ReplyOptions;
}
