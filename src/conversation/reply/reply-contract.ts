// What a reply needs, what it tells, and what is left of it.
import type { ChatMessage, LanguageModel, ToolSpec } from '../../llm/llm.port.js';
import type { TextToSpeech } from '../../tts/tts.port.js';
import type { Clock } from '../clock.port.js';
import type { Question } from '../confirmation.js';
import type { ReplyItem } from '../context.js';
import type { ConversationEvent, ConversationMeter, Playback } from '../conversation.port.js';
import type { FillerPhrases } from '../fillers.js';
import type { ConversationOptions } from '../options.js';
import type { ToolCallScope } from '../tool-call-run.js';
import type { ToolCalls } from '../tool-calls.js';

export interface ReplyDeps {
  readonly model: LanguageModel;
  readonly voice: TextToSpeech;
  readonly clock: Clock;
  readonly toolCalls: ToolCalls;
  readonly toolSpecs: readonly ToolSpec[];
  readonly options: ConversationOptions;
  readonly meter: ConversationMeter;
  readonly fillers: FillerPhrases;
  /** The apology as audio, PCM16 at the output rate, for when no voice can be had. */
  readonly apology: () => Uint8Array | undefined;
  emit(event: ConversationEvent): void;
  audio(chunk: Uint8Array): void;
  playback?(how: Playback): void;
  /** Told when a snapshot of the call is worth taking. */
  checkpoint(): void;
}

export interface ReplyListener {
  firstToken(): void;
  /** The first audio is about to be sent; see MouthListener. */
  audible(soundAtMs?: number): void;
  /** Everything is written. `question`: it ends by asking something. */
  written(question: boolean): void;
  /** The reply is over, by itself: played to its end, or failed. Not called after `interrupt`. */
  over(end: ReplyEnd): void;
}

/** What is left of a reply. */
export interface ReplyEnd {
  /** What the caller heard, and every tool call made. */
  readonly items: readonly ReplyItem[];
  /** It was not heard to its end. */
  readonly cut: boolean;
  /** What the caller was asked, when all of what would be done was heard. */
  readonly question?: Question;
}

/** What was heard of a reply; `confirmed`: by the client's playback, not by the clock. */
export interface ReplyAccount {
  readonly heardText: string;
  readonly whole: boolean;
  readonly confirmed: boolean;
}

/** The words of it, with single spaces. */
export const textOf = (items: readonly ReplyItem[]): string =>
  items
    .flatMap((item) => ('text' in item ? item.text.split(/\s+/u) : []))
    .filter((word) => word !== '')
    .join(' ');

/** What a model is told before the conversation. */
export type Opening = () => readonly ChatMessage[];

/** What a reply is given to answer with. */
export type AnswerScope = Omit<ToolCallScope, 'responseId' | 'question' | 'signal' | 'released' | 'emit'>;
