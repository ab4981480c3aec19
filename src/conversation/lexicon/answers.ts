// What an answer to a question of the agent means. A false yes may send somebody's data to a stranger, a missed one costs
// a question more: so a yes is clear only when every word of it is understood.
import type { Lexicon } from './lexicon.js';
import { phraseLength, type Words } from './word-lists.js';
import { answerWords, Question } from './question.js';

/** Longest clear yes, words: who says more has more to say. */
const MAX_WORDS = 16;

/** Whether the words agree to `question` (as it was asked), and neither ask, take back, condition, change nor add. */
export const isClearYes = (text: string, lexicon: Lexicon, question = ''): boolean =>
  new Reading(text, lexicon, question).isYes();

/** Whether the words refuse what was asked, or take it back, and want nothing else instead. */
export const isNo = (text: string, lexicon: Lexicon, question = ''): boolean =>
  new Reading(text, lexicon, question).isNo();

/** What the words say to the question; undefined when they are neither a clear yes nor a plain no. */
export const answerReader =
  (lexicon: Lexicon) =>
  (text: string, { statement, ask }: { statement: string; ask: string }): 'yes' | 'no' | undefined => {
    const reading = new Reading(text, lexicon, `${statement} ${ask}`);
    return reading.isYes() ? 'yes' : reading.isNo() ? 'no' : undefined;
  };

type PhraseKind = 'yesPhrases' | 'noPhrases' | 'neutralPhrases' | 'spoilingPhrases' | 'ironicPhrases';

/** One answer, read from its first word to its last. */
class Reading {
  private readonly words: readonly string[];
  private readonly question: Question;
  private readonly asked: boolean;
  /** Something agrees; something agrees that is not said with a refusal. */
  private agrees = false;
  private agreesClearly = false;
  private refuses = false;
  /** Something takes back, conditions or changes. */
  private turns = false;
  /** Something chooses what the question has named, and would not do. */
  private chooses = false;
  /** Something names what the question would do. */
  private names = false;
  /** What praises may mean the opposite. */
  private ironic = false;
  /** Something asks, names what the question has not, or is not understood. */
  private adds = false;

  constructor(
    text: string,
    private readonly lexicon: Lexicon,
    question: string,
  ) {
    // What comes later makes no yes, and no plain no either.
    this.words = answerWords(text).slice(0, MAX_WORDS + 1);
    this.question = new Question(question, lexicon);
    this.asked = /[?？¿؟]/u.test(text);
    const { answers, names } = lexicon;
    /** Nothing but sounds and courtesy so far. */
    let opening = true;
    /** The next word begins a sentence. */
    let begins = true;
    for (let at = 0; at < this.words.length;) {
      const word = this.words[at] ?? '';
      const phrase = this.takePhrase(at);
      at += phrase || this.takeWords(at, opening, begins);
      const isOpening = answers.openings.has(word) || names.has(word);
      begins = phrase > 0 || isOpening || answers.yes.has(word);
      opening &&= isOpening;
    }
  }

  isYes(): boolean {
    const { words, lexicon, question } = this;
    const last = words.at(-1) ?? '';
    const hangs = lexicon.dangling?.never.has(last) === true && !question.has(last);
    const agrees = this.ironic ? this.agreesClearly : this.agrees;
    const isUnderstood =
      !this.adds && !this.turns && !this.chooses && !this.asked && !hangs && question.namesWholeAmounts(words);
    const isChosen = !question.leavesChoice || this.names;
    return agrees && isChosen && !this.refuses && isUnderstood && words.length <= MAX_WORDS;
  }

  isNo(): boolean {
    return this.refuses && !this.agreesClearly && !this.adds && !this.asked;
  }

  /** Takes the longest phrase that begins here; returns its length, 0 when there is none. */
  private takePhrase(at: number): number {
    const { answers } = this.lexicon;
    const lengthIn = (kind: PhraseKind) => phraseLength(answers[kind], this.words, at);
    const yes = lengthIn('yesPhrases');
    const refusal = this.words.slice(at, at + lengthIn('noPhrases'));
    const no = this.isAsked(refusal) ? 0 : refusal.length;
    const spoils = lengthIn('spoilingPhrases');
    const ironic = lengthIn('ironicPhrases');
    const taken = Math.max(yes, no, spoils, ironic, lengthIn('neutralPhrases'));
    if (taken === 0) return 0;
    const praises = this.words.slice(at, at + taken).filter((word) => answers.praise.has(word));
    this.chooses ||= praises.some((word) => this.question.choosesOtherwise(word));
    this.ironic ||= ironic === taken;
    // Of phrases as long as each other the one that is no yes counts.
    if (spoils === taken) this.adds = true;
    if (no === taken) this.refuses = true;
    else if (yes === taken && spoils !== taken && ironic !== taken) this.agree(true);
    return taken;
  }

  private agree(clearly: boolean): void {
    this.agrees = true;
    this.agreesClearly ||= clearly;
  }

  /** "Cancel it" is no refusal where just that was asked: "Shall I cancel it?". It does not agree either. */
  private isAsked(said: readonly string[]): boolean {
    const { turns, harmless } = this.lexicon.answers;
    const own = said.filter((word) => !harmless.has(word));
    return own.length > 0 && own.every((word) => this.question.ask.has(word) && !turns.has(word));
  }

  /** "Great, really great": who knows. */
  private praise(word: string, at: number): void {
    this.ironic ||= this.words[at - 2] === word && this.lexicon.answers.emphasis.has(this.words[at - 1] ?? '');
    this.agree(false);
  }

  /** Takes one word, or several that are one number or address; returns how many. */
  private takeWords(at: number, opening: boolean, begins: boolean): number {
    const { answers, names } = this.lexicon;
    const word = this.words[at] ?? '';
    const isNo = answers.no.has(word) && !this.isAsked([word]);
    if (opening && isNo) this.refuses = true;
    if (answers.asks.has(word) || (begins && answers.asksFirst.has(word))) {
      this.adds = true;
      return 1;
    }
    if (answers.turns.has(word) || isNo) {
      this.turns = true;
      return 1;
    }
    if (this.question.choosesOtherwise(word)) {
      this.chooses = true;
      return 1;
    }
    if (this.question.relatesOtherwise(this.words, at)) this.adds = true;
    const named = this.question.lengthOfNamed(this.words, at);
    // Of an address that has a "yes" in it, a lone one is still a yes.
    const agrees = answers.yes.has(word) || answers.praise.has(word);
    if (named !== 0 && !(agrees && Math.abs(named) === 1)) {
      if (named < 0) this.adds = true;
      else {
        this.names = true;
        // An address may have a "yes" in it: said by itself it still agrees.
        if (named === 1 && answers.yes.has(word)) this.agree(true);
      }
      return Math.abs(named);
    }
    if (answers.yes.has(word)) this.agree(true);
    else if (answers.praise.has(word)) this.praise(word, at);
    else if (this.question.has(word) || this.question.hasApart(word, this.words)) {
      this.names ||= !answers.harmless.has(word) && !answers.asksFirst.has(word) && !answers.prepositions.has(word);
      const isDeed = answers.please.has(this.words[at - 1] ?? '') && !answers.no.has(word);
      if (isDeed && this.question.isAbout(word)) this.agree(true);
    } else if (!answers.harmless.has(word) && !names.has(word) && !this.pointsAt(at)) this.adds = true;
    return 1;
  }

  /** "To that address", "send that report": a noun that the question need not have used. */
  private pointsAt(at: number): boolean {
    const { pointers, prepositions, picks } = this.lexicon.answers;
    const isIn = (list: Words, index: number) => list.has(this.words[index] ?? '');
    const before = this.words[at - 2] ?? '';
    return isIn(pointers, at - 1) && (isIn(prepositions, at - 2) || this.question.has(before)) && !isIn(picks, at);
  }
}
