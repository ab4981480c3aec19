// A part of a turn with at most one wish: its details, what it speaks for, and what is left of it. Each detail is understood
// once and then masked, surest first, so that the digits of an address are never taken for anything else.
import { corrected, leaning, plainQuestion, takesBack } from '../../spoken/answers.js';
import { isStatement } from '../../spoken/statements.js';
import { isTurned } from '../../spoken/turned.js';
import { isContentWord, isFiller, isFunctionWord, mask, stretches } from '../../spoken/words.js';
import type { SlotPlan, ToolPlan } from '../plan.port.js';
import type { Scene, Values } from './goal.js';
import type { Intent } from './intent.js';

type Words = readonly string[];

/** What a turn is read with. */
export interface Reading extends Scene {
  /** The slot that the caller was asked for. */
  readonly asked: string | undefined;
  /** The turn as it was written. */
  readonly written: string;
  /** What the talk was about before it. */
  readonly before: Values;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A clause read as a request for a tool. */
export interface Rest {
  /** By slot. */
  readonly values: Values;
  /** Nothing but its place in the sentence makes one of them one. */
  readonly guessed: boolean;
  /** What nothing has understood, and what the tool has no slot for. */
  readonly left: Words;
  /** What of it may be meant or left out. */
  readonly doubtful: Words;
}

/** Stands for a word that is understood and is no detail. */
const UNDERSTOOD = '~';

export class Clause {
  /** It leans on what was said before: "and ...", "what about ...". */
  readonly elliptical: boolean;
  /** Details by slot. */
  readonly values: Values;
  /** Slots of which something was said that nobody understands. */
  readonly unheard: readonly string[];
  readonly intent: Intent | undefined;
  private readonly own: Words;
  /** Its own words with every detail masked, save those of transparent slots. */
  private readonly masked: Words;
  /** Where the words of each slot stand, whatever was taken back of them. */
  private readonly spans: readonly (Span & { readonly slot: SlotPlan })[];

  /** `isContext`: it asks for nothing, and tells what the request after it is about. */
  constructor(
    readonly words: Words,
    private readonly reading: Reading,
    readonly isContext = false,
  ) {
    const lead = leaning(words);
    this.elliptical = lead > 0;
    this.own = words.slice(lead);
    const { values, unheard, masked, spans } = this.find(this.own, false, {}, reading.before);
    this.values = values;
    this.unheard = unheard;
    this.masked = masked;
    this.spans = spans;
    this.intent = reading.intents.of(masked, values);
  }

  /** It asks for nothing. */
  get isStatement(): boolean {
    return isStatement(this.masked, this.hasDetails);
  }

  /** There is something in it that only a request has. */
  get hasDetails(): boolean {
    return this.reading.planner.slots.some(
      (slot) => slot.name in this.values && slot.isWeak?.(this.values[slot.name]) !== true,
    );
  }

  /** Words that carry the topic of a question. */
  get topic(): Words {
    const topical = this.reading.planner.slots.filter((slot) => slot.topical === true).map(({ name }) => `#${name}`);
    const isTopic = (word: string, as = ''): boolean => isContentWord(word) && (as === word || topical.includes(as));
    return this.own.filter((word, at) => isTopic(word, this.masked[at]));
  }

  /** The question without politeness. */
  get question(): string {
    return plainQuestion(this.own);
  }

  /** How much it speaks for the plan too, whatever its intent; `topical`: there is more in it than that intent understands. */
  weightFor(plan: ToolPlan, topical: boolean): number {
    return this.reading.intents.weightOf(plan, this.masked, this.values, topical);
  }

  /** Whether it speaks for the plan beside what its intent is known by. */
  isBeside(plan: ToolPlan): boolean {
    const { intents } = this.reading;
    const known = this.intent === undefined ? [] : intents.cuesIn(this.masked, [this.intent]);
    const beside = this.masked.map((word, at) => (covers(known, at) ? '' : word));
    return beside.some(isContentWord) && intents.weightOf(plan, beside, this.values) > 0;
  }

  /** Whether words of it that are left over are what the plan is known by: "rules", "dispute". */
  isAbout(plan: ToolPlan, left: Words): boolean {
    return this.reading.intents.cuesIn(left, [plan]).length > 0;
  }

  /** All of it as a request for the first of the plans, which takes over `before`. */
  rest(plans: readonly ToolPlan[], before: Values): Rest {
    const { own, masked, spans } = this;
    const { intents, planner } = this.reading;
    const { filler = [] } = planner;
    const understood = [...intents.cuesIn(masked, plans), ...spans];
    const words = masked.map((word, at) => {
      if (word === '' || word.startsWith('#') || isFunctionWord(word)) return word;
      const isUnderstood =
        covers(understood, at) || isFiller(word) || takesBack(own, at) || !isContentWord(word) || filler.includes(word);
      return isUnderstood ? UNDERSTOOD : word;
    });
    const found = this.find(words, true, this.values, before);
    const unread = stretches(found.masked.map((word) => word !== UNDERSTOOD && isContentWord(word)));
    // "Shop hours": the noun before what is not understood belongs to it, as long as it asks for nothing itself.
    const belongs = (at: number): boolean => filler.includes(masked[at] ?? '') && !covers(understood, at);
    for (const stretch of unread) while (belongs(stretch.start - 1)) stretch.start -= 1;
    const usable = plans
      .slice(0, 1)
      .flatMap(({ slots, ignores = [] }) => [...slots, ...ignores].map(({ name }) => name));
    const used = spans.filter(({ slot }) => usable.includes(slot.name));
    const unusable = spans.filter(({ start, end }) => end > start && !covers(used, start, end));
    const left = [...unread, ...unusable].toSorted((a, b) => a.start - b.start);
    const said = ({ start, end }: Span): string => own.slice(start, end).join(' ');
    const taken = [...understood, ...found.spans];
    const isOpen = (at: number): boolean => !covers(taken, at);
    const isUnread = (at: number): boolean => covers(unread, at);
    const doubtful = taken.filter(
      (span) => 'slot' in span && span.slot.selects === true && isTurned(own, span, isOpen, isUnread),
    );
    return { ...found, left: left.map(said), doubtful: doubtful.map(said) };
  }

  /** Adds the details of one kind. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
  private find(words: Words, ofTheRest: boolean, given: Values, before: Values) {
    const { asked, vocabulary, planner, today, written } = this.reading;
    const values: Record<string, unknown> = { ...given };
    const unheard: string[] = [];
    const spans: (Span & { readonly slot: SlotPlan })[] = [];
    let masked = words;
    let guessed = false;
    for (const slot of planner.slots.filter(({ rest = false }) => rest === ofTheRest)) {
      const { name } = slot;
      // What another detail has taken takes nothing back: "groceries, not dining, and travel".
      const open = masked;
      const found = slot.read(masked, {
        today,
        expected: asked === name,
        said: this.own,
        names: vocabulary[name] ?? [],
        written,
        values,
        before,
      });
      if (slot.transparent !== true) masked = mask(masked, found, `#${name}`);
      spans.push(...found.map(({ start, end }) => ({ slot, start, end })));
      const final = corrected(
        this.own.map((word, at) => (open[at] === word ? word : '')),
        found,
      );
      const most = slot.several ?? slot.listed;
      if (final.length === 0) continue;
      // Nobody gets a part of a list for the whole.
      if (final.some(({ value }) => value === undefined)) {
        unheard.push(name);
        continue;
      }
      values[name] = most === undefined ? final[0]?.value : distinct(final.map(({ value }) => value)).slice(0, most);
      guessed ||= final.some((one) => one.isGuess === true);
    }
    return { values, unheard, masked, spans, guessed };
  }
}

const covers = (spans: readonly Span[], start: number, end = start + 1): boolean =>
  spans.some((span) => span.start <= start && span.end >= end);

const distinct = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
