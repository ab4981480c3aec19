// A sentence cut into clauses that may be wishes of their own.
import { findAddresses } from './email-address.js';

type Words = readonly string[];

const CONNECTOR = /^(and|then|also|plus)$/;
const CLAUSE_START =
  /^(make|create|show|list|tell|read|what|how|when|where|who|is|do|does|can|could|search|give|look|find)$/;

/** Cuts before "and send ...", "then draw ...": each part may be a wish of its own. */
export function splitClauses(words: Words, verbs: readonly string[]): Words[] {
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
