// The details of a wish. Each is understood once and then masked, surest first, so that the digits of an address are never
// taken for anything else.
import { corrected } from '../../spoken/answers.js';
import { mask } from '../../spoken/words.js';
import type { SlotPlan } from '../plan.port.js';
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

/** Finds the details of these slots. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
export function findDetails(
  words: readonly string[],
  said: readonly string[],
  slots: readonly SlotPlan[],
  { asked, shown, written }: Hints,
  { today, vocabulary }: Scene,
  { values: given, before }: Known = { values: {}, before: {} },
): Details {
  let masked = words;
  const values: Record<string, unknown> = {};
  const spans: Span[] = [];
  for (const slot of slots) {
    const { name } = slot;
    const found = slot.read(masked, {
      today,
      expected: asked === name,
      said,
      shown: shown[name] ?? [],
      names: vocabulary[name] ?? [],
      written,
      values: { ...given, ...values },
      before,
    });
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
