// What tools tell the keyless planner about themselves: how a caller's wish for them is recognised, which details it
// needs, how these are asked for, and how what they found is said. Data and pure functions; the planner (rules/) reads
// them and knows none of them.
import type { CueRow, Day, Slot } from '../spoken/spoken.port.js';

export type { CueRow };

/** Nest injection token of the Planner of this installation's business. */
export const PLANNER = Symbol('Planner');

export interface SlotContext {
  /** The caller's day. */
  readonly today: Day;
  /** The agent has just asked for this detail: less is enough. */
  readonly expected: boolean;
  /** The words before any detail was masked. */
  readonly said: readonly string[];
  /** Names of it that the caller may use (LlmRequest.vocabulary), the likeliest first; empty where nobody knows them. */
  readonly names: readonly string[];
  /** The turn as it was typed or recognised: capitals and apostrophes are in no word. */
  readonly written: string;
  /** Of slots of the rest: what the request says besides, and what it takes over from before. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly before: Readonly<Record<string, unknown>>;
}

/** `isGuess`: nothing but its place in the sentence makes it one. The words may be a question then. */
type Found<Value> = Slot<Value> & { readonly isGuess?: boolean };

/** A detail of a wish, and the values that it has. */
export interface SlotPlan<Value = unknown> {
  readonly name: string;
  /**
   * Finds it in words in which the details before it are masked; `start` = `end` leaves the words to others. Without a value
   * it was said and not understood: then the request has none, and the caller is asked again.
   */
  read(words: readonly string[], context: SlotContext): readonly Found<Value | undefined>[];
  /** Several of them may be meant at once, at most so many: each makes a call. Their value is a list. */
  readonly several?: number;
  /** Several of them may be meant at once, at most so many, in one call. Their value is a list. */
  readonly listed?: number;
  /** Its words stay for the others to read; they count as understood. */
  readonly transparent?: boolean;
  /**
   * Read last and of a request only: in words in which every slot is masked and a cue or filler is `~`. What is left after
   * that was not understood.
   */
  readonly rest?: boolean;
  /** What the tool gets; `{ [name]: value }` when absent, and nothing of the slots that only shape the answer. */
  toArguments?(value: Value): Readonly<Record<string, unknown>>;
  /** The same for the list of a `listed` slot; `{ [name]: values }` when absent. */
  listToArguments?(values: readonly Value[]): Readonly<Record<string, unknown>>;
  /** The value in the arguments of a call that another model made; of a `listed` slot it may be the list. */
  fromArguments?(args: Readonly<Record<string, unknown>>): Value | readonly Value[] | undefined;
  /**
   * Where the value comes from when a request does not say it: `latest`, the last request that had one; `along`, the same
   * as long as nothing that is `latest` was said anew; `same`, the last request of the same tool; `corrected`, that one,
   * but only when it is taken up or corrected ("and in may"). From nowhere when absent.
   */
  readonly carry?: 'latest' | 'along' | 'same' | 'corrected';
  /** "that is the wrong address": what is wrong then. */
  readonly wrong?: RegExp;
  /** A value that does not make a request of its own: it only says more about one. */
  isWeak?(value: Value): boolean;
  /** It is not kept when a request is changed. */
  readonly momentary?: boolean;
  /** Its words are a topic as well. */
  readonly topical?: boolean;
  /** It says which things are meant: a "not" beside it that nothing has understood may turn that round. */
  readonly selects?: boolean;
}

/** Questions that follow up others are about the topic of those as well. */
export interface Question {
  /** Content words, those of the question that it follows up included. */
  readonly topic: readonly string[];
  /** Content words of this question alone. */
  readonly own: readonly string[];
  readonly question: string;
}

/** What was asked of a tool. */
export interface Asked {
  /** By slot. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of tools that answer questions. */
  readonly question?: Question | undefined;
  readonly today: Day;
  /** How many calls this answer tells about. */
  readonly answers: number;
}

/** How to go on reading: the words, or the arguments that fetch more. */
export type More = { readonly text: string } | { readonly fetch: Readonly<Record<string, unknown>> } | undefined;

export interface ToolPlan {
  readonly tool: string;
  /** "I can ...". */
  readonly ability: string;
  /** "I cannot ... in this call." */
  readonly unable: string;
  readonly cues: readonly CueRow[];
  /** Weight of cues from which details count: "is it client 5001" sends nothing. */
  readonly ownWeight?: number;
  /** What a detail adds, by `#name`, or by `#name=value` where only that value does. */
  readonly details?: Readonly<Record<string, number>>;
  /** In the order in which they are asked for. */
  readonly slots: readonly SlotPlan[];
  /** Others whose words say nothing to it that its own slots do not. */
  readonly ignores?: readonly SlotPlan[];
  /** How to ask for a slot that it cannot do without, by its name, at first and again. */
  readonly ask?: Readonly<Record<string, readonly [ask: string, again: string]>>;
  /** It answers questions: it needs no slot but a topic. */
  readonly answers?: 'topic' | 'question';
  /**
   * Says that parts of a request were left out, in the words of the caller: what nothing has understood, and details that
   * this tool cannot use. Without it nobody is told.
   */
  leftOut?(parts: readonly string[]): string;
  /** The same when nothing is left of the request but whom it is about: "what is the shoe size of client 5001". */
  cannot?(parts: readonly string[]): string;
  /** Said instead of doing it when it is not clear whether these are meant or left out: "pretend that rent does not exist". */
  doubt?(parts: readonly string[]): string;
  /** Arguments beside those of the slots. */
  with?(asked: Asked): Readonly<Record<string, unknown>>;
  /** The result for the ear; undefined when it does not answer what was asked. */
  say(data: unknown, asked: Asked): string | undefined;
  /** Of a tool that answers questions: what comes near, said as such; undefined where nothing does. Told when no tool knows better. */
  nearest?(data: unknown, asked: Asked): string | undefined;
  /** Said when it has no answer; the second form when another tool had none before. */
  readonly nothing?: readonly [string, string];
  /** The tool to ask when this one has no answer, and the last one. */
  readonly otherwise?: string;
  /** Goes on telling the result after what was heard of it; undefined when that was all. */
  more?(data: unknown, asked: Asked, heard: string): More;
  /** Of tools that change something: said after a no, and when two answers were unclear. */
  readonly declined?: readonly [no: string, unclear: string];
}

export interface Planner {
  /** The surest first: what one has taken is masked for the next. */
  readonly slots: readonly SlotPlan[];
  /** Which of two that fit as well wins: the first. */
  readonly tools: readonly ToolPlan[];
  /** Verbs that begin a wish: send, draw, book. */
  readonly verbs?: readonly string[];
  /** Words that slots know: a misspelt one is read as it, as are those of cues, verbs and filler. */
  readonly words?: readonly string[];
  /** Words that ask for what the tools do and qualify nothing: "transactions", "history". */
  readonly filler?: readonly string[];
  /** The tool that details without a request are about when nothing was talked of before. */
  readonly usual?: string;
  /** Further cues of small talk, by its name. */
  readonly talk?: Readonly<Record<string, readonly CueRow[]>>;
  /** What a yes or a no to a guess in these words of the agent says in full ("Do you mean ...?"); undefined without one. */
  guessed?(said: string, yes: boolean): string | undefined;
  /** What callers want and no tool does, and what is said to it, whatever else they say. */
  readonly refusals?: readonly {
    readonly cues: readonly CueRow[];
    readonly say: string;
  }[];
}

/** Ends an answer that goes on. Read back from the conversation: a yes after it means "read more". */
export const OFFER = 'Shall I read more?';

/** For an installation whose planner has nothing but small talk. */
export const NO_TOOLS: Planner = { slots: [], tools: [] };
