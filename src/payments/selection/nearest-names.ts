// Names that somebody may have meant by what was heard or typed: "eight a park", "Marcos Web". By how they are written
// (Levenshtein) and how they sound (Double Metaphone), whichever is nearer.
import { doubleMetaphone } from 'double-metaphone';
import { distance } from 'fastest-levenshtein';
import { isShortFor } from './short-names.js';

export interface Nearest {
  /** It can hardly be another: every other name is much further away. */
  readonly sure?: string;
  /** Otherwise those that it may be, the nearest first. */
  readonly maybe: readonly string[];
}

/** Of the longer one's letters, those that differ: up to here it is the same name, misheard or mistyped, ... */
const SAME = 0.25;
/** Of a first name, or the first word of a shop, alone less: "hell" is no Hill Street Books, and Noah no Nora. */
const SAME_FIRST = 0.2;
/** ... and up to here it may be. */
const SIMILAR = 0.45;
/** How much further away the next one has to be. */
const CLEARLY = 0.15;
/** What sounds the same is as near as this. */
const SOUNDS_SAME = 0.2;
/** Unless they are written too differently: "matter" is no Metro Cab. */
const WRITTEN_ALIKE = 0.5;
/** One word for the whole of a name has to be nearer: "policy" is no Palace Cinema. */
const WRITTEN_ALIKE_ALONE = 0.4;
/** Fewer letters, or sounds, are like too many others. */
const FEWEST_LETTERS = 4;
const FEWEST_SOUNDS = 3;
const MOST_MAYBE = 3;
/** Longer ones are no names; of more names the first are compared. */
const LONGEST = 60;
const MOST_NAMES = 2000;

const lettersOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\d]/gu, '');

function apart(said: string, name: string, writtenAlike = WRITTEN_ALIKE): number {
  const letters = distance(said, name) / Math.max(said.length, name.length);
  const [one, other] = [doubleMetaphone(said)[0], doubleMetaphone(name)[0]];
  const soundsSame = one === other && one.length >= FEWEST_SOUNDS && letters <= writtenAlike;
  return soundsSame ? Math.min(letters, SOUNDS_SAME) : letters;
}

/** Word by word where there are as many: Ada Clark is another one than Ada Park. */
function isSame(said: readonly string[], name: readonly string[]): boolean {
  if (said.length !== name.length) return true;
  return said.every((word, at) => {
    const [one, other] = [lettersOf(word), lettersOf(name[at] ?? '')];
    // "Hill Street bookshop" is Hill Street Books.
    return apart(one, other) <= SAME || (at > 0 && one.slice(0, FEWEST_LETTERS) === other.slice(0, FEWEST_LETTERS));
  });
}

/** "Sam Hart" as "Samuel Hart", where that is the name: the short form of somebody whose other names are said too. */
function inFull(said: readonly string[], name: string): readonly string[] {
  const [short = '', ...others] = said;
  const [first = ''] = name.trim().split(/\s+/);
  return others.length > 0 && isShortFor(lettersOf(short), lettersOf(first)) ? [first, ...others] : said;
}

/** Which of the names is meant, each looked at whole and, where one word was said, by its first word. */
export function nearestNames(said: string, names: readonly string[]): Nearest {
  const words = said.trim().split(/\s+/);
  const length = lettersOf(said).length;
  if (length < FEWEST_LETTERS || length > LONGEST) return { maybe: [] };
  const ranked = names
    .slice(0, MOST_NAMES)
    .map((name) => {
      const [first = '', ...others] = name.trim().split(/\s+/);
      const letters = lettersOf(inFull(words, name).join(' '));
      const whole = apart(letters, lettersOf(name));
      const isFirst = words.length === 1 && others.length > 0;
      const alone = isFirst ? apart(letters, lettersOf(first), WRITTEN_ALIKE_ALONE) : Infinity;
      return { name, away: Math.min(whole, alone), isNear: whole <= SAME || alone <= SAME_FIRST };
    })
    .filter(({ away }) => away <= SIMILAR + CLEARLY)
    .toSorted((a, b) => a.away - b.away);
  const [best, next] = ranked;
  if (best === undefined || best.away > SIMILAR) return { maybe: [] };
  const isClear = next === undefined || next.away - best.away >= CLEARLY;
  const isSure = isClear && best.isNear && isSame(inFull(words, best.name), best.name.trim().split(/\s+/));
  const maybe = ranked.filter(({ away }) => away <= SIMILAR).map(({ name }) => name);
  return { ...(isSure ? { sure: best.name } : {}), maybe: maybe.slice(0, MOST_MAYBE) };
}
