// The details of a wish. Each is understood once and then masked, surest first, so that the digits of an address are never
// taken for anything else.
import { mask, type Slot } from '../../spoken/words.js';
import type { Scene, Values } from './goal.js';

export interface Details {
  /** By slot. */
  readonly values: Values;
  /** The words with every detail masked. */
  readonly masked: readonly string[];
}

type Words = readonly string[];

const CORRECTION = /^(no|not|sorry|actually|mean|meant|wait|rather|make|correction)$/;

/** What the conversation so far says about details. */
export interface Hints {
  /** The slot that the caller was asked for. */
  readonly asked: string | undefined;
  /** Values by slot that results have shown, lower-case. */
  readonly shown: Readonly<Record<string, readonly string[]>>;
}

/** Finds the details in the words. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
export function findDetails(words: Words, { asked, shown }: Hints, { planner, today }: Scene): Details {
  let masked = words;
  const values: Record<string, unknown> = {};
  for (const slot of planner.slots) {
    const { name, several } = slot;
    const found = slot.read(masked, { today, expected: asked === name, said: words, known: shown[name] ?? [] });
    masked = mask(masked, found, `#${name}`);
    const final = corrected(words, found).map(({ value }) => value);
    if (final.length > 0) values[name] = several === undefined ? final[0] : [...new Set(final)].slice(0, several);
  }
  return { values, masked };
}

/** Drops what was taken back: everything before the last correction that something of the same kind follows. */
function corrected(words: Words, slots: readonly Slot<unknown>[]): readonly Slot<unknown>[] {
  const end = slots.at(-1)?.start ?? 0;
  const marker = words.findLastIndex((word, at) => at < end && CORRECTION.test(word));
  const after = slots.filter((slot) => slot.start > marker);
  // "not 5001, 5002": the one right after "not" is the wrong one, when another follows.
  return words[marker] === 'not' && after.length > 1 ? after.slice(1) : after;
}
