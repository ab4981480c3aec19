// What a question of the agent has named: an answer may repeat it, and must not name anything else.
import { wordsOf } from '../words.js';
import { effectOf, isFormOf } from './effect.js';
import type { Lexicon } from './lexicon.js';

/** The words of an answer: "uh-huh" is two, an address stays one. */
export const answerWords = (text: string): string[] =>
  wordsOf(text.replaceAll('’', "'"))
    .flatMap((word) => (/[@.]/u.test(word) ? [word] : word.split('-')))
    .filter(Boolean);

const ADDRESS = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+[\p{L}\p{N}]/gu;
/** Largest number whose words are compared. */
const MAX_NUMBER = 1e15 - 1;

export class Question {
  /** Words that may be inflected, and those (names, German nouns) that have to be said as they are. */
  private readonly common: readonly string[];
  private readonly exact: ReadonlySet<string>;
  /** Every form in which a number of the question may be said, without joints. */
  private readonly numbers = new Set<string>();
  /** Sums with decimals. */
  private readonly amounts: { readonly whole: readonly string[]; readonly fraction: readonly string[] }[] = [];
  /** The parts of each address: john, smith, example, com. */
  private readonly addresses: readonly (readonly string[])[];
  private readonly parts: ReadonlySet<string>;
  private readonly signs: ReadonlySet<string>;
  /** By the word before it, or behind it, the numbers of the question: "for" 4 "people", "at" 7. */
  private readonly numbersBy = { before: new Map<string, Set<string>>(), behind: new Map<string, Set<string>>() };
  /** By the preposition, what it is about: "from" savings, "to" Bob. */
  private readonly about = new Map<string, Set<string>>();

  /** Words that choose something else than what it would have done. */
  private readonly others: ReadonlySet<string>;
  /** The words of "Shall I cancel it?". */
  readonly ask: ReadonlySet<string>;
  /** See Effect. */
  readonly leavesChoice: boolean;

  constructor(
    question: string,
    private readonly lexicon: Lexicon,
  ) {
    const { text, ask, others, leavesChoice } = effectOf(question, lexicon);
    this.ask = ask;
    this.leavesChoice = leavesChoice;
    this.others = others;
    const written = text.match(/[\p{L}\p{N}'@.-]*[\p{L}\p{N}]/gu) ?? [];
    const spoken = lexicon.say(text).match(/[\p{L}\p{N}']+/gu) ?? [];
    const all = [...written, ...spoken];
    // What is asked first is a verb in some languages, and has a capital: "¿Reservo la mesa?".
    this.common = [...all.filter((word) => /^\p{Ll}/u.test(word)), ...[...ask].slice(0, 1)];
    this.exact = new Set(all.map((word) => word.toLowerCase()));
    // Of two addresses none is sure, even where one of them is set aside.
    this.addresses = (question.match(ADDRESS) ?? []).map(partsOf);
    this.parts = new Set(this.addresses.flat());
    this.signs = new Set(Object.values(lexicon.signs).flat().flatMap(wordsOf));
    for (const [figures] of text.matchAll(/\d+(?:[.,]\d+)*/gu)) this.addFigures(figures);
    for (const source of [wordsOf(text), wordsOf(lexicon.say(text).replaceAll('-', ' '))]) {
      this.addRuns(source);
      this.addRelations(source);
    }
  }

  /**
   * Whether the answer puts what the question has named into another place: "from Bob" for "to Bob", "for 7" or "7 people"
   * for a table for 4 people at 7, or somebody where the question has named another. `said[at]` is a word or begins a number.
   */
  relatesOtherwise(said: readonly string[], at: number): boolean {
    const { directions, parties, addressed, prepositions } = this.lexicon.answers;
    const word = said[at] ?? '';
    const run = this.numberRun(said, at);
    if (run.length > 0) {
      const forms = this.formsOf(run);
      const isOther = (numbers: ReadonlySet<string> | undefined) =>
        numbers !== undefined && !forms.some((form) => numbers.has(form));
      const { before, behind } = this.numbersBy;
      return isOther(before.get(said[at - 1] ?? '')) || isOther(behind.get(said[at + run.length] ?? ''));
    }
    if (!prepositions.has(word)) return false;
    const next = said[at + 1] ?? '';
    const named = this.about.get(word);
    if (directions.has(word) && (parties.speaker.has(next) || parties.others.has(next))) {
      const isMeant =
        named?.has(next) === true || (parties.speaker.has(next) && named !== undefined && meets(named, addressed));
      return !isMeant;
    }
    const [thing] = this.meant(said, at);
    const isNamed = thing !== undefined && this.has(thing) && !this.parts.has(thing);
    return isNamed && named !== undefined && ![...named].some((own) => own === thing || isFormOf(own, thing));
  }

  /** What a preposition is about: the words that mean something by themselves up to the next one or a number. */
  private meant(said: readonly string[], at: number): readonly string[] {
    const { harmless, prepositions } = this.lexicon.answers;
    const rest = said.slice(at + 1);
    const end = rest.findIndex((word) => prepositions.has(word) || this.numberRun([word], 0).length > 0);
    return (end < 0 ? rest : rest.slice(0, end)).filter((word) => !harmless.has(word) && !word.includes('@'));
  }

  private addRelations(source: readonly string[]): void {
    const { prepositions, addressed } = this.lexicon.answers;
    for (const [at, word] of source.entries()) {
      if (!prepositions.has(word)) continue;
      const next = source[at + 1] ?? '';
      for (const thing of this.meant(source, at)) addTo(this.about, word, thing);
      if (addressed.has(next)) addTo(this.about, word, next);
    }
    for (let at = 0; at < source.length; at += 1) {
      const run = this.numberRun(source, at);
      if (run.length === 0) continue;
      const [before = '', behind = ''] = [source[at - 1], source[at + run.length]];
      for (const form of this.formsOf(run)) {
        if (prepositions.has(before)) addTo(this.numbersBy.before, before, form);
        if (behind !== '' && !prepositions.has(behind)) addTo(this.numbersBy.behind, behind, form);
      }
      at += run.length;
    }
  }

  /** Whether the word chooses something else that the question has named. */
  choosesOtherwise(word: string): boolean {
    return this.others.has(word) || (!this.has(word) && [...this.others].some((other) => isFormOf(other, word)));
  }

  /**
   * Whether the word may be what it asks leave for: it names that by the word, or by nothing of its own ("Shall I?"). Of
   * "Your plan renews in May. Shall I cancel it?" renewing is not.
   */
  isAbout(word: string): boolean {
    const { harmless, asksFirst, prepositions, praise, yes } = this.lexicon.answers;
    const deeds = [...this.ask].filter(
      (own) => ![harmless, asksFirst, prepositions, praise, yes].some((l) => l.has(own)),
    );
    const isDeed = (own: string) => isFormOf(own, word) || own.endsWith(word); // "schicken" is of "abschicken"
    return deeds.length === 0 || this.exact.has(word) || deeds.some(isDeed);
  }

  /** Whether it used the word with another of the answer before it: "abschicken" for "schicken Sie es ab". */
  hasApart(word: string, said: readonly string[]): boolean {
    return [...this.ask].some((own) => own.endsWith(word) && said.includes(own.slice(0, -word.length)));
  }

  /** Whether it used the word, in one of its forms. */
  has(word: string): boolean {
    return this.exact.has(word) || this.common.some((own) => isFormOf(own, word));
  }

  /**
   * How many words of `said` from `at` on are one number or address, as a caller would repeat it; 0 when none begins there.
   * Negative when it is not one that the question has named.
   */
  lengthOfNamed(said: readonly string[], at: number): number {
    const word = said[at] ?? '';
    if (word.includes('@')) return this.names(partsOf(word), true) ? 1 : -1;
    const run = this.numberRun(said, at);
    if (run.length > 0) return this.formsOf(run).some((form) => this.numbers.has(form)) ? run.length : -run.length;
    if (!this.parts.has(word)) return 0;
    let end = at;
    while (this.parts.has(said[end] ?? '') || (this.signs.has(said[end] ?? '') && end > at)) end += 1;
    const parts = said.slice(at, end).filter((one) => this.parts.has(one));
    return this.names(parts, false) ? end - at : at - end;
  }

  /** Whether the parts are, or stand in this order in, its address. Which of several is meant would be a guess. */
  private names(parts: readonly string[], whole: boolean): boolean {
    const [address = []] = this.addresses;
    if (this.addresses.length !== 1 || (whole && address.length !== parts.length)) return false;
    return ` ${address.join(' ')} `.includes(` ${parts.join(' ')} `);
  }

  /**
   * Whether no amount was named by a part of it alone: "forty-two" is not $42.50. `said` is the whole answer.
   */
  namesWholeAmounts(said: readonly string[]): boolean {
    const named = new Set<string>();
    for (let at = 0; at < said.length; at += 1) {
      const run = this.numberRun(said, at);
      for (const form of this.formsOf(run)) named.add(form);
      at += run.length;
    }
    const isNamed = (forms: readonly string[]) => forms.some((form) => named.has(form));
    return this.amounts.every(({ whole, fraction }) => isNamed(whole) === isNamed(fraction));
  }

  /** "1,234" is one number, "42.50" an amount of two, "5.3.2026" three. */
  private addFigures(figures: string): void {
    const [, whole, fraction] = /^(\d{1,3}(?:[.,]\d{3})*|\d+)[.,](\d{1,2})$/u.exec(figures) ?? [];
    if (whole !== undefined && fraction !== undefined) {
      const parts = [whole.replace(/\D/gu, ''), fraction.padEnd(2, '0')] as const;
      const [forms, cents] = parts.map((part) => this.addNumber(part));
      if (Number(fraction) > 0) this.amounts.push({ whole: forms ?? [], fraction: cents ?? [] });
    } else if (/^\d{1,3}(?:[.,]\d{3})+$/u.test(figures)) this.addNumber(figures.replace(/\D/gu, ''));
    else for (const part of figures.split(/[.,]/u)) this.addNumber(part);
  }

  /** Returns the forms in which it may be said. */
  private addNumber(figures: string): string[] {
    const forms = [figures];
    const value = Number(figures);
    if (value <= MAX_NUMBER && !/^0\d/u.test(figures)) {
      forms.push(this.withoutJoints(wordsOf(this.lexicon.numbers.cardinal(value).replaceAll('-', ' '))).join(' '));
    }
    for (const form of forms) this.numbers.add(form);
    return forms;
  }

  private addRuns(said: readonly string[]): void {
    for (let at = 0; at < said.length; at += 1) {
      const run = this.numberRun(said, at);
      for (const form of this.formsOf(run)) this.numbers.add(form);
      at += run.length;
    }
  }

  /** Number words and figures that follow each other, joints between them. */
  private numberRun(said: readonly string[], at: number): readonly string[] {
    const { words, joints } = this.lexicon.numbers;
    const isNumber = (word = '') => words.has(word) || /^\d[\d.,]*$/u.test(word) || this.numbers.has(word);
    let end = at;
    while (isNumber(said[end]) || (end > at && joints.has(said[end] ?? '') && isNumber(said[end + 1]))) end += 1;
    return said.slice(at, end);
  }

  /** The same number as its words, and as figures where it is told digit by digit. */
  private formsOf(run: readonly string[]): string[] {
    const said = this.withoutJoints(run);
    if (said.length === 0) return [];
    const figures = this.figuresOf(said);
    return figures === undefined ? [said.join(' ')] : [said.join(' '), figures];
  }

  private withoutJoints(run: readonly string[]): readonly string[] {
    return run.filter((word) => !this.lexicon.numbers.joints.has(word));
  }

  private figuresOf(run: readonly string[]): string | undefined {
    const { digits, repeats } = this.lexicon.numbers;
    let figures = '';
    let times = 1;
    for (const word of run) {
      const figure = /^\d+$/u.test(word) ? word : Object.hasOwn(digits, word) ? digits[word] : undefined;
      if (figure === undefined) {
        if (!Object.hasOwn(repeats, word)) return undefined;
        times = repeats[word] ?? 1;
      } else {
        figures += figure.repeat(times);
        times = 1;
      }
    }
    return figures;
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key) ?? new Set();
  map.set(key, values.add(value));
}

const meets = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((value) => b.has(value));

const partsOf = (address: string): string[] => address.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? [];
