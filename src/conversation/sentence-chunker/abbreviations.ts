// Periods that do not end a sentence.
import { isDigit, isLower } from './characters.js';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** A name, or the rest of the sentence, always follows. */
const NEVER_LAST = words(
  'mr mrs ms mx dr prof rev hon gen col capt lt sgt gov sen rep mt st ste ft vs cf viz sra srta mme mlle hr fr ' +
    'bzw evtl inkl zzgl ggf sog resp',
);
/** A number follows: "No. 5"; otherwise it is a word: "No. We do not." */
const BEFORE_NUMBERS = words('no nos nr fig figs vol pp sec ch art approx ca est tel ext');
/** May end a sentence: then a capital letter follows. */
const MAYBE_LAST = words(
  'etc inc ltd co corp dept jr sr ave blvd rd usw a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec ' +
    'mon tue tues wed thu thur thurs fri sat sun min max hrs lbs oz',
);
/** German and its neighbours write the day with a period: "5. März". */
const MONTH = /^(?:j[aä]n|feb|m[aä]r|apr|mai|jun|jul|aug|sep|o[kc]t|nov|de[cz])/iu;

/** The word of letters, digits and inner periods that ends at `end`. */
export function wordBefore(text: string, end: number): string {
  let start = end;
  // Long enough for every abbreviation; a longer word is none.
  while (start > 0 && end - start < 24 && /[\p{L}\p{N}.]/u.test(text[start - 1] ?? '')) start -= 1;
  return text.slice(start, end);
}

/** Whether `word`, before a single period, is never the end of a sentence whatever follows. */
export function neverLast(word: string): boolean {
  const lower = word.toLowerCase();
  if (NEVER_LAST.has(lower)) return true;
  if (/^[\p{Lu}\p{Ll}]$/u.test(word)) return true; // an initial: "J. Park", "z. B."
  return lower !== 'a.m' && lower !== 'p.m' && /^(?:\p{L}{1,2}\.)+\p{L}{1,2}$/u.test(word); // "e.g.", "U.S.", "Ph.D."
}

/** Whether what follows `word` and a single period has to be seen: it is an abbreviation that may end a sentence. */
export function asksForNext(word: string): boolean {
  const lower = word.toLowerCase();
  return BEFORE_NUMBERS.has(lower) || MAYBE_LAST.has(lower) || /^\d{1,2}$/u.test(word);
}

/** Whether the sentence goes on after `word` and a period, given the text that follows the space (at most one word). */
export function goesOn(word: string, next: string): boolean {
  const first = next[0] ?? '';
  if (/^\d+$/u.test(word)) return MONTH.test(next);
  return isDigit(first) || isLower(first);
}
