// The details of a wish. Each is understood once and then masked, surest first, so that the digits of an address are never
// taken for anything else.
import { mask, type Slot } from '../../spoken/words.js';
import type { SlotContext, SlotPlan } from '../plan.port.js';
import type { Scene, Values } from './goal.js';

export interface Details {
  /** By slot. */
  readonly values: Values;
  /** The words with every detail masked, save those of transparent slots. */
  readonly masked: readonly string[];
  /** Where the words of each slot stand, whatever was taken back of them. */
  readonly spans: readonly Span[];
}

export interface Span {
  readonly slot: SlotPlan;
  readonly start: number;
  readonly end: number;
}

type Words = readonly string[];

const CORRECTION = /^(no|not|sorry|actually|mean|meant|wait|rather|make|correction|scratch|hang|oops)$/;

/** What the conversation so far says about details. */
export interface Hints {
  /** The slot that the caller was asked for. */
  readonly asked: string | undefined;
  /** Values by slot that results have shown, lower-case. */
  readonly shown: Readonly<Record<string, readonly string[]>>;
  /** The turn as it was written. */
  readonly written: string;
}

/** What is known of a request besides the words: slots of the rest ask for it. */
export interface Known {
  readonly values: Values;
  readonly before: Values;
}

const NOTHING: Known = { values: {}, before: {} };

/** Finds the details of these slots. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
export function findDetails(
  words: Words,
  said: Words,
  slots: readonly SlotPlan[],
  { asked, shown, written }: Hints,
  { today, vocabulary }: Scene,
  known: Known = NOTHING,
): Details {
  let masked = words;
  const values: Record<string, unknown> = {};
  const spans: Span[] = [];
  for (const slot of slots) {
    const { name } = slot;
    const context: SlotContext = {
      today,
      expected: asked === name,
      said,
      shown: shown[name] ?? [],
      names: vocabulary[name] ?? [],
      written,
      values: { ...known.values, ...values },
      before: known.before,
    };
    const found = slot.read(masked, context);
    if (slot.transparent !== true) masked = mask(masked, found, `#${name}`);
    spans.push(...found.map(({ start, end }) => ({ slot, start, end })));
    const final = corrected(said, found).map(({ value }) => value);
    const most = slot.several ?? slot.listed;
    if (final.length > 0) values[name] = most === undefined ? final[0] : distinct(final).slice(0, most);
  }
  return { values, masked, spans };
}

const distinct = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

/** Drops what was taken back: everything before the last correction that something of the same kind follows. */
function corrected(words: Words, slots: readonly Slot<unknown>[]): readonly Slot<unknown>[] {
  const end = slots.at(-1)?.start ?? 0;
  const marker = words.findLastIndex((word, at) => at < end && CORRECTION.test(word));
  const after = slots.filter((slot) => slot.start > marker);
  // "not 5001, 5002": the one right after "not" is the wrong one, when another follows.
  return words[marker] === 'not' && after.length > 1 ? after.slice(1) : after;
}
