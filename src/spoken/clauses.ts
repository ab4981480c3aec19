// What was said, cut into clauses that may be wishes of their own.
import { findAddresses } from './email-address.js';
import { withoutVocative } from './vocative.js';
import { wordsOf } from './words.js';

type Words = readonly string[];

const CONNECTOR = /^(and|then|also|plus)$/;
const CLAUSE_START =
  /^(make|create|show|list|tell|read|what|how|when|where|who|is|do|does|can|could|search|give|look|find)$/;

/** Ends of sentences, and of what leads to a request (", so could you ..."), and not of "excl." or "Sept." */
const SENTENCE_END =
  /(?<!\b(?:excl|incl|approx|vs|mr|mrs|ms|dr|st|no|min|max|avg|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec))\.\s+|(?:\.{2,}|[?!;][.?!;]*|(?<=(?:^|[.!?]\s)\s*(?:to|for|because|since)\s[^.!?:]{3,80}):)\s+|\n+|,?\s+(?:so|but)\s+(?=(?:otherwise |now )?(?:please|kindly|could|can|would|will|what|how|which|show|tell|give|send|mail|email|draw)\b)/iu;

/** Longest turn that is looked at, characters and words: more than a minute of speech. */
export const LONGEST_TURN = 1500;
const MAX_WORDS = 200;
/** Most clauses that are looked at one by one; the rest belongs to the last of them. */
const MAX_CLAUSES = 12;

/** The clauses of a turn, without the name of whoever is spoken to; `verbs` begin one after "and". */
export function clausesOf(
  written: string,
  name: string,
  verbs: readonly string[],
  spelled: (words: Words) => Words = (words) => words,
): Words[] {
  const clauses: Words[] = [];
  let left = MAX_WORDS;
  for (const sentence of written.split(SENTENCE_END)) {
    const words = spelled(wordsOf(sentence).slice(0, left));
    left -= words.length;
    clauses.push(...splitClauses(withoutVocative(words, name, written), verbs));
  }
  if (clauses.length > MAX_CLAUSES) clauses.push(clauses.splice(MAX_CLAUSES - 1).flat());
  return clauses;
}

/** Cuts before "and send ...", "then draw ...": each part may be a wish of its own. */
function splitClauses(words: Words, verbs: readonly string[]): Words[] {
  const cuts = words.flatMap((word, at) => {
    if (at === 0 || !CONNECTOR.test(word) || CONNECTOR.test(words[at - 1] ?? '')) return [];
    const next = words.slice(at + 1, at + 8).find((other) => !CONNECTOR.test(other) && other !== 'please');
    return next !== undefined && (CLAUSE_START.test(next) || verbs.includes(next)) ? [at] : [];
  });
  // "john and mail dot example dot com" is one.
  const addresses = cuts.length === 0 ? [] : findAddresses(words);
  const outside = cuts.filter((cut) => !addresses.some(({ start, end }) => cut >= start && cut < end));
  return [0, ...outside].map((from, n) => words.slice(from, outside[n] ?? words.length));
}
