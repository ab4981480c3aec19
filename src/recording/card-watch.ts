import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { Lexicon } from '../conversation/lexicon/lexicon.js';
import { digitRuns } from '../redaction/digit-runs.js';
import type { DigitRun } from '../redaction/digit-runs.js';

/** A part of the call that is not to be heard; open while `to` is undefined. ms of the recording. */
export interface Cut {
  readonly from: number;
  to: number | undefined;
}

/** So many digits may be a card's, in one turn or in several. */
const MANY_DIGITS = 8;
/** The same where a card was asked for or spoken of. */
const FEW_DIGITS = 3;
/** The shortest card has so many: before that it goes on. */
const WHOLE_CARD = 13;
/** So many digits in what the agent says may be a card that is read back. */
const READ_BACK = 12;
/** Words that follow the digits in the same breath, before the card counts as over. */
const WORDS_AFTER = 3;

/** Speech begins before it is noticed, ms. */
const ONSET_MS = 1_500;
/** Words come so long after they were spoken, at most, ms: a turn without any by then had none. */
const WORDLESS_MS = 5_000;
/** Digits of a turn wait so long for more, ms. */
const MORE_DIGITS_MS = 20_000;
/** A pause ends by itself after so long without a word, ms. */
const QUIET_MS = 30_000;
/** How long it counts that a card was spoken of, ms. */
const TOPIC_MS = 60_000;

/** Words between two numbers that are read as one: "4242, and then 4242". */
const WORDS_BETWEEN = 3;

interface Digits {
  /** Of what may be one number. */
  readonly count: number;
  /** Of those that follow one another without a word between them. */
  readonly inOneRun: number;
  /** Words that are no digits. */
  readonly words: number;
  /** Of these, after the last digit. */
  readonly after: number;
}

/**
 * Finds by the words of a call when a card's number is read, and says what is not to be recorded: from when it is asked for,
 * or from the beginning of the turn in which its digits come, until the turn is over or other words follow. It rather pauses
 * once too often. What nobody has transcribed yet is held back (`heldFrom`), so that it is not too late then. Pure: it is
 * told the time.
 */
export class CardWatch {
  readonly cuts: Cut[] = [];
  /** The latest for what the caller says. */
  private cut: Cut | undefined;
  private readonly runs: (text: string) => readonly DigitRun[];
  private readonly topic: RegExp | undefined;
  private speaking = false;
  /** When what the caller says now began, as far as it has no settled words. */
  private speechFrom: number | undefined;
  private stoppedAt = -Infinity;
  /** Digits of the turns before, and when the first of them began. */
  private carried = 0;
  private digitsFrom: number | undefined;
  private digitsAt = -Infinity;
  private lastWordAt = -Infinity;
  private topicAt = -Infinity;
  private turnEndedAt = 0;
  private readonly replies = new Map<string, { text: string; cut: Cut | undefined }>();

  constructor({ numbers, listening, cards }: Pick<Lexicon, 'numbers' | 'listening' | 'cards'>) {
    this.runs = digitRuns({ numbers, fillers: listening.backchannels });
    if (cards.length > 0) this.topic = new RegExp(`(?<!\\p{L})(${cards.map(escaped).join('|')})`, 'iu');
  }

  /** What was heard from here on may still turn out to be a card's; undefined when all was cleared. */
  heldFrom(now: number): number | undefined {
    this.expire(now);
    const from = Math.min(this.speechFrom ?? Infinity, this.digitsFrom ?? Infinity);
    return from === Infinity ? undefined : from;
  }

  /** The call is over, and no more digits come: from when on what was heard was never understood. */
  endedHeld(now: number): number | undefined {
    if (this.open === undefined) this.forgetDigits();
    return this.heldFrom(now);
  }

  /** A key of a telephone: its tone may be in the audio. */
  key(now: number): void {
    this.speechFrom ??= now - ONSET_MS;
    this.stoppedAt = Math.max(this.stoppedAt, now + MORE_DIGITS_MS);
  }

  event(event: ConversationEvent, now: number): void {
    if (event.type === 'transcript.partial') this.words(event.text, now);
    else if (event.type === 'turn.ended') this.turn(event.text, now);
    else if (event.type === 'response.text') this.said(event.responseId, event.delta, now);
    else if (event.type === 'response.started') this.replies.set(event.responseId, { text: '', cut: undefined });
    else if (event.type === 'response.completed' || event.type === 'response.interrupted') {
      this.replied(event.responseId, now);
    } else if (event.type === 'speech.started') {
      this.speaking = true;
      this.speechFrom ??= Math.max(this.turnEndedAt, now - ONSET_MS);
    } else if (event.type === 'speech.stopped') {
      this.speaking = false;
      this.stoppedAt = Math.max(this.stoppedAt, now);
    }
  }

  private get open(): Cut | undefined {
    return this.cut?.to === undefined ? this.cut : undefined;
  }

  /** Words of a turn that goes on: all of them so far. */
  private words(text: string, now: number): void {
    this.speechFrom ??= Math.max(this.turnEndedAt, now - WORDLESS_MS);
    this.lastWordAt = now;
    const digits = this.digitsIn(text);
    if (this.topic?.test(text) === true) this.topicAt = now;
    if (digits.count === 0) {
      // What was said before has been understood, and was no number.
      this.speechFrom = Math.max(this.speechFrom, now - WORDLESS_MS);
      return;
    }
    this.digitsFrom ??= this.speechFrom;
    this.digitsAt = now;
    const isOver = this.carried + digits.count >= WHOLE_CARD && digits.after >= WORDS_AFTER;
    const { open } = this;
    if (isOver && open !== undefined) open.to = now;
    else if (!isOver && this.isCard(digits.count, now)) this.pause(this.digitsFrom);
  }

  private turn(text: string, now: number): void {
    const digits = this.digitsIn(text);
    const from = this.speechFrom ?? this.turnEndedAt;
    this.speechFrom = undefined;
    this.speaking = false;
    this.stoppedAt = now;
    this.turnEndedAt = now;
    this.lastWordAt = now;
    if (this.topic?.test(text) === true) this.topicAt = now;
    if (digits.count === 0) {
      // The card was over before this turn.
      if (this.open !== undefined) this.open.to = Math.max(this.open.from, from);
      return this.forgetDigits();
    }
    this.digitsFrom ??= from;
    this.digitsAt = now;
    if (this.isCard(digits.count, now)) this.pause(this.digitsFrom);
    this.carried = this.open !== undefined || digits.words <= 1 ? this.carried + digits.count : 0;
    if (this.open === undefined || this.carried < WHOLE_CARD) return;
    this.open.to = now;
    this.forgetDigits();
  }

  private said(responseId: string, delta: string, now: number): void {
    const reply = this.replies.get(responseId);
    if (reply === undefined) return;
    reply.text += delta;
    const last = reply.text.slice(-500);
    if (reply.cut !== undefined || this.digitsIn(last).inOneRun < READ_BACK) return;
    reply.cut = { from: now, to: undefined };
    this.cuts.push(reply.cut);
  }

  /** What was said of a reply was heard: whether it has asked for a card. */
  private replied(responseId: string, now: number): void {
    const reply = this.replies.get(responseId);
    this.replies.delete(responseId);
    if (reply === undefined) return;
    if (reply.cut !== undefined) reply.cut.to = now;
    const sentences = reply.text.split(/(?<=[.?!。？！])\s*/u).filter((sentence) => sentence.trim() !== '');
    const asks = (sentence: string, n: number): boolean =>
      this.topic?.test(sentence) === true && (/[?？]\s*$/u.test(sentence) || n === sentences.length - 1);
    if (!sentences.some(asks)) return;
    this.topicAt = now;
    this.lastWordAt = now;
    this.pause(now);
  }

  private isCard(digits: number, now: number): boolean {
    const isTopic = now - this.topicAt < TOPIC_MS;
    return this.open !== undefined || this.carried + digits >= (isTopic ? FEW_DIGITS : MANY_DIGITS);
  }

  private pause(from: number): void {
    if (this.open !== undefined) return;
    this.cut = { from, to: undefined };
    this.cuts.push(this.cut);
  }

  private forgetDigits(): void {
    this.carried = 0;
    this.digitsFrom = undefined;
  }

  private expire(now: number): void {
    const since = now - Math.max(this.stoppedAt, this.lastWordAt);
    if (!this.speaking && since > WORDLESS_MS) this.speechFrom = undefined;
    const { open } = this;
    if (open === undefined && now - this.digitsAt > MORE_DIGITS_MS && !this.speaking) this.forgetDigits();
    if (open !== undefined && since > QUIET_MS && !this.speaking) {
      open.to = now;
      this.forgetDigits();
    }
  }

  /** Single digits are too often just words ("one of them"). */
  private digitsIn(text: string): Digits {
    let [count, inOneRun, inCluster, end, last] = [0, 0, 0, 0, 0];
    let digitWords = 0;
    for (const run of this.runs(text)) {
      const length = run.reduce((sum, { digits }) => sum + digits.length, 0);
      const [start, stop] = [run[0]?.start ?? 0, run.at(-1)?.end ?? 0];
      digitWords += wordsIn(text.slice(start, stop));
      if (length < 2) continue;
      inCluster = wordsIn(text.slice(end, start)) <= WORDS_BETWEEN ? inCluster + length : length;
      [end, last] = [stop, stop];
      count = Math.max(count, inCluster);
      inOneRun = Math.max(inOneRun, length);
    }
    return { count, inOneRun, words: wordsIn(text) - digitWords, after: wordsIn(text.slice(last)) };
  }
}

const wordsIn = (text: string): number => text.match(/[\p{L}\p{M}'’]+/gu)?.length ?? 0;

const escaped = (word: string): string => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
