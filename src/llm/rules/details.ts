// The details of a wish. Each is understood once and then masked, surest first, so that the digits of an address are never
// taken for anything else.
import type { SlotPlan } from '../plan.port.js';
import { mask, type Slot } from '../../spoken/words.js';
import type { Day } from '../../spoken/calendar.js';
import type { Values } from './goal.js';

export interface DetailContext {
  readonly today: Day;
  /** The slot that the caller was asked for. */
  readonly expected: string | undefined;
  /** Values by slot that are known to exist, lower-case. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

export interface Details {
  /** By slot. */
  readonly values: Values;
  /** The words with every detail masked. */
  readonly masked: readonly string[];
}

type Words = readonly string[];

const CORRECTION = /^(no|not|sorry|actually|mean|meant|wait|rather|make|correction)$/;

/** Finds the details in the words. What is said after "no", "sorry" or "I mean" replaces what was said before it. */
export function findDetails(words: Words, slots: readonly SlotPlan[], context: DetailContext): Details {
  let masked = words;
  const values: Record<string, unknown> = {};
  for (const slot of slots) {
    const { name, several } = slot;
    const found = slot.read(masked, {
      today: context.today,
      expected: context.expected === name,
      said: words,
      known: context.known[name] ?? [],
    });
    masked = mask(masked, found, `#${name}`);
    const final = corrected(words, found);
    if (final.length === 0) continue;
    values[name] =
      several === undefined ? final[0]?.value : [...new Set(final.map(({ value }) => value))].slice(0, several);
  }
  return { values, masked };
}

/** Drops what was taken back: everything before the last correction that something of the same kind follows. */
function corrected(words: Words, slots: readonly Slot<unknown>[]): readonly Slot<unknown>[] {
  const last = slots.at(-1);
  if (last === undefined) return slots;
  const marker = words.findLastIndex((word, at) => at < last.start && CORRECTION.test(word));
  const after = slots.filter((slot) => slot.start > marker);
  // "not 5001, 5002": the one right after "not" is the wrong one, when another follows.
  return words[marker] === 'not' && after.length > 1 ? after.slice(1) : after;
}
