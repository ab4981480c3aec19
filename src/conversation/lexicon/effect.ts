// What a question of the agent would have done. A question also says what else could be ("or keep it") and what is not
// meant ("instead of keeping it"): a caller who names that has not agreed.
import { wordsOf } from '../words.js';
import type { Lexicon } from './lexicon.js';
import { phraseLength } from './word-lists.js';

export interface Effect {
  /** The question without what it only sets against the effect. */
  readonly text: string;
  /** The words of its last sentence, in small letters. */
  readonly ask: ReadonlySet<string>;
  /** Words that choose something else, in small letters. */
  readonly others: ReadonlySet<string>;
  /** Its last sentence leaves a choice ("cancel it, or move it?"): who only says yes has not chosen. */
  readonly leavesChoice: boolean;
}

type Tokens = readonly string[];

/** Longest item of a row that ends in a choice, words: "Monday, next Tuesday or Friday". */
const MAX_ITEM = 2;
const SENTENCE_END = /[.?!…]["'”’»)]*$/u;
const CLAUSE_END = /[,;:.?!…]["'”’»)]*$/u;

/** Shortest beginning that makes two words forms of each other, letters; and the longest ending that may differ. */
const STEM = 4;
const ENDING = 3;

/** Without accents: callers' devices leave them out. */
const plain = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');

/** Whether the two are one word in two forms: "send" and "sending". */
export function isFormOf(one: string, other: string): boolean {
  const [a, b] = [plain(one), plain(other)];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same >= STEM && a.length - same <= ENDING && b.length - same <= ENDING;
}

export const effectOf = (question: string, lexicon: Lexicon): Effect => new Dissection(question, lexicon).effect();

class Dissection {
  private readonly others = new Set<string>();
  private leavesChoice = false;

  constructor(
    private readonly question: string,
    private readonly lexicon: Lexicon,
  ) {}

  effect(): Effect {
    const sentences = this.sentences().map((sentence) => this.sides(this.withoutContrasts(sentence)));
    // What the question says without a choice tells which side of a choice is the effect's.
    const plainly = new Set(sentences.flatMap((sides) => (sides.length === 1 ? wordsIn(sides.flat()) : [])));
    const own = sentences.map((sides) => {
      this.leavesChoice = false;
      return sides.length === 1 ? sides.flat() : this.chosen(sides, plainly);
    });
    const said = new Set(wordsIn(own.flat()));
    return {
      text: own.flat().join(' '),
      ask: new Set(wordsIn(own.at(-1) ?? [])),
      others: new Set([...this.others].filter((word) => !said.has(word))),
      leavesChoice: this.leavesChoice,
    };
  }

  /** "Shall I cancel it? Or keep it?" is one. */
  private sentences(): Tokens[] {
    const { neverLast } = this.lexicon.pieces.abbreviations;
    const sentences: string[][] = [];
    let ended = true;
    for (const token of this.question.split(/\s+/u).filter(Boolean)) {
      if (ended && (sentences.length === 0 || !this.isChoice(token))) sentences.push([]);
      sentences.at(-1)?.push(token);
      ended = SENTENCE_END.test(token) && !neverLast.has(token.toLowerCase().replace(/\.$/u, ''));
    }
    return sentences;
  }

  /** What stands behind "instead of", "unless" or "not", up to the end of the clause, is not meant. */
  private withoutContrasts(sentence: Tokens): Tokens {
    const said = sentence.map((token) => wordsOf(token)[0] ?? '');
    const kept: string[] = [];
    let inAside = false;
    for (let at = 0; at < sentence.length; at += 1) {
      const contrast = phraseLength(this.lexicon.answers.contrasts, said, at);
      const [token = '', word = ''] = [sentence[at], said[at]];
      // "Not Ann but Bob".
      const resumes = this.isChoice(token) || this.lexicon.answers.turns.has(word);
      inAside = contrast > 0 || (inAside && !resumes);
      if (!inAside) kept.push(token);
      else if (contrast > 0) at += contrast - 1;
      else if (this.isContent(word) && !this.isAnswer(word) && !this.isNumber(word)) this.others.add(word);
      if (CLAUSE_END.test(sentence[at] ?? '')) inAside = false;
    }
    return kept;
  }

  /** The alternatives of a sentence, the first with what stands before them all; one when it leaves no choice. */
  private sides(sentence: Tokens): readonly Tokens[] {
    const sides: Tokens[] = [];
    let from = 0;
    for (const [at, token] of sentence.entries()) {
      if (!this.isChoice(token)) continue;
      sides.push(...itemsOf(sentence.slice(from, at)));
      from = at + 1;
    }
    const rest = sentence.slice(from);
    return rest.length === 0 ? [sides.flat()] : [...sides, rest];
  }

  /** Of the sides the effect's: the first, unless what is said elsewhere names another; then only what it names is sure. */
  private chosen(sides: readonly Tokens[], plainly: ReadonlySet<string>): Tokens {
    const isNamed = (word: string) => plainly.has(word) || [...plainly].some((own) => isFormOf(own, word));
    const proper = sides.map((side, at) => {
      const elsewhere = new Set(wordsIn(sides.filter((_, other) => other !== at).flat()));
      return wordsIn(side).filter((word) => !elsewhere.has(word));
    });
    const [first = []] = sides;
    const isAnother = proper.slice(1).some((side) => side.some((word) => this.isContent(word) && isNamed(word)));
    const kept = isAnother ? sides.flat().filter((token) => wordsIn([token]).some(isNamed)) : first;
    const dropped = isAnother ? proper.map((side) => side.filter((word) => !isNamed(word))) : proper.slice(1);
    for (const side of dropped) this.setAside(side);
    return kept;
  }

  /** "All" chooses too where it is all that a side says, and "fine" wherever it is more than a way to say yes or no. */
  private setAside(side: readonly string[]): void {
    const { yes, no } = this.lexicon.answers;
    const content = side.filter((word) => this.isContent(word));
    if (content.every((word) => yes.has(word) || no.has(word)) && content.length > 0) return;
    this.leavesChoice ||= side.length > 0;
    for (const word of content.length > 0 ? content : side) {
      // A number is compared as a number.
      if (!no.has(word) && !this.isNumber(word)) this.others.add(word);
    }
  }

  private isChoice(token: string): boolean {
    return this.lexicon.answers.choices.has(wordsOf(token)[0] ?? '');
  }

  private isContent(word: string): boolean {
    const { harmless, asksFirst, prepositions } = this.lexicon.answers;
    return word !== '' && !harmless.has(word) && !asksFirst.has(word) && !prepositions.has(word);
  }

  private isNumber(word: string): boolean {
    return this.lexicon.numbers.words.has(word) || /^\d/u.test(word);
  }

  private isAnswer(word: string): boolean {
    const { yes, no, praise } = this.lexicon.answers;
    return yes.has(word) || no.has(word) || praise.has(word);
  }
}

const wordsIn = (tokens: Tokens): string[] => tokens.flatMap(wordsOf);

/** "Shall I come on Monday, Tuesday": each short piece at the end is an item of a row. */
function itemsOf(side: Tokens): Tokens[] {
  const items: Tokens[] = [];
  let end = side.length;
  for (let at = end - 1; at > 0 && end - at <= MAX_ITEM; at -= 1) {
    if (side[at - 1]?.endsWith(',') !== true) continue;
    items.unshift(side.slice(at, end));
    end = at;
  }
  return [side.slice(0, end), ...items];
}
