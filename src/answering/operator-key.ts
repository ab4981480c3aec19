// Which key of a menu leads to a person, as far as the menu says it.
import type { AnsweringWords } from '../conversation/lexicon/lexicon.js';
import { phraseLength } from '../conversation/lexicon/word-lists.js';
import { wordsOf } from '../conversation/words.js';

/** What most menus understand that do not say it. */
const USUAL_KEY = '0';

/** A key that the menu names, and what it is for. */
interface Offer {
  readonly key: string;
  readonly before: readonly string[];
  readonly behind: readonly string[];
}

/**
 * The key for a person; `0` where none is named. `digits`: words of keys ("zero", "star").
 */
export function operatorKey(
  text: string,
  { press, operator }: Pick<AnsweringWords, 'press' | 'operator'>,
  digits: Readonly<Record<string, string>>,
): string {
  const offers = offersIn(wordsOf(text), press, digits);
  const names = (said: readonly string[]): boolean => said.some((_, at) => phraseLength(operator, said, at) > 0);
  // "For an operator, press zero" far more often than "press zero for an operator".
  const found = offers.find(({ before }) => names(before)) ?? offers.find(({ behind }) => names(behind));
  return found?.key ?? USUAL_KEY;
}

function offersIn(
  said: readonly string[],
  press: AnsweringWords['press'],
  digits: Readonly<Record<string, string>>,
): readonly Offer[] {
  const keyAt = (at: number): string | undefined => {
    const word = said[at] ?? '';
    return /^[\d*#]$/.test(word) ? word : digits[word];
  };
  const places = said.flatMap((word, at) => (press.has(word) && keyAt(at + 1) !== undefined ? [at] : []));
  return places.map((at, n) => ({
    key: keyAt(at + 1) ?? USUAL_KEY,
    before: said.slice((places[n - 1] ?? -2) + 2, at),
    behind: said.slice(at + 2, places[n + 1] ?? said.length),
  }));
}
