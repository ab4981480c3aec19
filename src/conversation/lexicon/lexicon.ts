// What the core has to know of a language. It is data: a new language is a new file beside this one, and no word of any
// language stands elsewhere in the conversation.
import type { Phrases, Words } from './word-lists.js';

/** How callers answer a question. What stands in none of the lists, nor in the question, makes an answer unclear. */
export interface AnswerWords {
  /** Agree by themselves: "yes", "sure". */
  readonly yes: Words;
  readonly yesPhrases: Phrases;
  /** Agree too, and are also said with a refusal ("no, that's fine"): "fine", "perfect". */
  readonly praise: Words;
  /** Refuse when they come first: "no", "stop". */
  readonly no: Words;
  /** Refuse wherever they stand: "rather not". */
  readonly noPhrases: Phrases;
  /** Sound like a yes or a no and are neither, but go well with one: "no problem", "that's okay". */
  readonly neutralPhrases: Phrases;
  /** Whatever stands beside them, there is no clear yes: "do you", "make sure". */
  readonly spoilingPhrases: Phrases;
  /** Change nothing: pronouns, articles, courtesy. */
  readonly harmless: Words;
  /** Sounds and words before an answer begins, courtesy among them: "um", "well", "please". */
  readonly openings: Words;
  /** Ask for what follows to be done: "please book it" is a yes to "Shall I book it?". */
  readonly please: Words;
  /** Take back, condition or change, even where the question has them: "but", "if", "not". */
  readonly turns: Words;
  /** Ask wherever they stand: "what", "who". */
  readonly asks: Words;
  /** Ask where a sentence begins with them: "is that right". */
  readonly asksFirst: Words;
  /** Point at what the question has named: "to that address". */
  readonly pointers: Words;
  /** What may stand before a pointer with a noun behind it. */
  readonly prepositions: Words;
  /** Of these, those that say to whom. */
  readonly directions: Words;
  /** Whoever says it, and whom he says it of: behind a direction they name somebody. */
  readonly parties: { readonly speaker: Words; readonly others: Words };
  /** How the agent calls the caller. */
  readonly addressed: Words;
  /** Pick something else than what was asked about: "other", "new". */
  readonly picks: Words;
  /** Stand between two things that a question lets the caller choose from: "or". */
  readonly choices: Words;
  /** Behind them a question says what is not meant, or not yet: "instead of", "unless". */
  readonly contrasts: Phrases;
  /** Praise that is as likely meant otherwise and agrees to nothing by itself: "that's just great". */
  readonly ironicPhrases: Phrases;
  /** Between the same praise said twice they leave open how it is meant: "great, really great". */
  readonly emphasis: Words;
  /** What those say most who say little, in small letters, for a recogniser that listens for it: "no thanks". */
  readonly usual: { readonly yes: readonly string[]; readonly no: readonly string[] };
}

export interface ListeningWords {
  /** Sounds of listening, not of wanting to speak. "Yes" and "no" are answers and are not among them. */
  readonly backchannels: Words;
  /** Backchannels of several words: "i see". */
  readonly backchannelPhrases: Phrases;
  /** Ask whether anybody is there, or has heard: "hello", "can you hear me". */
  readonly callingPhrases: Phrases;
}

export interface DanglingWords {
  /** A sentence never ends with them: "and", "the". */
  readonly never: Words;
  /** A sentence seldom ends with them: "that", "is". */
  readonly seldom: Words;
  /** Ends of sentences all the same: "turn it on", "what is it for". */
  readonly ends: Phrases;
  /** Whole sentences of such words: "I do". */
  readonly whole: Phrases;
  /** Beginnings that are no sentence yet, whatever their last word: "can you", "when my card was stolen". */
  readonly begun: Phrases;
}

export interface NumberWords {
  /** Digits as they are dictated: "oh" is "0". */
  readonly digits: Readonly<Record<string, string>>;
  /** "double" makes two of the digit that follows. */
  readonly repeats: Readonly<Record<string, number>>;
  /** What may stand between two words of one number: "one hundred and two". */
  readonly joints: Words;
  /** Every word that numbers are made of, digits among them. */
  readonly words: Words;
  /** Of a whole number from 0 to 10^15 - 1. */
  cardinal(n: number): string;
}

/** How a number that is being dictated looks in this agent's business. */
export interface Dictation {
  /** Words that such a number follows, in small letters: "client". */
  readonly after: readonly string[];
  /** How many digits it has, at least. */
  readonly digits: number;
}

/** Words before a period, in small letters and without it, by what the period may mean. */
export interface Abbreviations {
  /** A name, or the rest of the sentence, always follows. */
  readonly neverLast: Words;
  /** A number follows: "No. 5"; otherwise it is a word: "No. We do not." */
  readonly beforeNumbers: Words;
  /** May end a sentence: then a capital letter follows. */
  readonly maybeLast: Words;
  /** The first three letters of the months where the day before them is written with a period: "5. März". */
  readonly months: Words;
}

/** What decides where a reply is cut into pieces for the voice. */
export interface PieceWords {
  readonly abbreviations: Abbreviations;
  /** Words that belong to what follows, whatever mark is between: "however, ". */
  readonly leadIns: Words;
}

/** What an agent says by itself, where its file has no words of its own. */
export interface StockPhrases {
  /** Said when both sides are silent. */
  readonly idlePrompt: string;
  /** Said when the agent hangs up. */
  readonly goodbye: string;
  /** Said when no answer could be made. */
  readonly apology: string;
  /** Said when speech recognition has failed for longer than a moment. */
  readonly unheard: string;
  /** Said when the model has nothing to say that can be heard. */
  readonly wordless: string;
  /** Said after a reply that was longer than it may be. */
  readonly cutShort: string;
  /** Said when the model's provider holds an answer back. */
  readonly withheld: string;
  /** Said, in turn, while a tool or the model keeps the caller waiting; empty says nothing. */
  readonly fillers: readonly string[];
}

/** What the law may want said at the beginning of a call. */
export interface DisclosureWords {
  readonly ai: string;
  readonly recorded: string;
}

/** What is said by whoever answers a telephone: a machine that takes messages, a menu, one that screens, and a person. */
export interface AnsweringWords {
  readonly voicemail: Phrases;
  readonly menu: Phrases;
  readonly screener: Phrases;
  readonly person: Phrases;
  /** How a menu names somebody to talk to, and has a key pressed. */
  readonly operator: Phrases;
  readonly press: Words;
  /** Keys that are no digits: "star". */
  readonly keys: Readonly<Record<string, string>>;
}

/** How a value is named that is not to be said, with what tells which one is meant at `{end}`. */
export interface HiddenWords {
  readonly card: string;
  readonly phone: string;
  readonly iban: string;
  readonly email: string;
  readonly other: string;
}

/** What is said when a caller is put through to a person. */
export interface TransferWords {
  /** To the caller: where to, at `{to}`. */
  readonly statement: string;
  /** What the person will be told, at `{about}`. */
  readonly tell: string;
  readonly ask: string;
  /** To the person: 1 takes the call, 2 does not. */
  readonly press: string;
  /** The caller is gone. */
  readonly gone: string;
}

/** What a language brings. */
export interface LanguageWords {
  readonly answers: AnswerWords;
  readonly listening: ListeningWords;
  /** Undefined where nothing is known: then silence alone decides. */
  readonly dangling: DanglingWords | undefined;
  readonly numbers: NumberWords;
  /** What signs are called when an address is spelled, as it is said first and as it may be heard: "@" is "at". */
  readonly signs: Readonly<Record<string, readonly string[]>>;
  readonly pieces: PieceWords;
  readonly stock: StockPhrases;
  /** Undefined where nobody has translated them: law is not said in another language. */
  readonly disclosure: DisclosureWords | undefined;
  readonly hidden: HiddenWords;
  /** Undefined where nobody has written them: then pauses and beeps decide. */
  readonly answering?: AnsweringWords;
  readonly transfer: TransferWords;
  /** What a payment card is called, and what stands on it, in small letters, by how the words begin: "card", "security code". */
  readonly cards: readonly string[];
  /** Figures, signs and abbreviations of plain text as they are said. Takes time in proportion to the text. */
  say(text: string): string;
}

/** A language, and what the agent adds to it. */
export interface Lexicon extends LanguageWords {
  /** BCP-47, as it was asked for. */
  readonly language: string;
  /** The agent's names, in small letters: "yes, Julia" means yes. */
  readonly names: Words;
  readonly dictation: Dictation;
}
