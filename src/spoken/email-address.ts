// E-mail addresses as people say them ("j o h n underscore smith at example dot org") and as recognisers hear them
// ("john an example dot com"). The "dot com" at the end is the anchor: only before one may "an" have been "at".
import { readNumber } from './numbers.js';
import { explains, isLetter, joined, partsOf, SYMBOLS, type Part } from './spelled-out.js';
import { isFunctionWord, type Slot } from './words.js';

type Words = readonly string[];

const DOMAIN = /^[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}$/u;
const WRITTEN = /^[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}$/u;
const DOT = /^(dot|point|period|doc|dart)$/;
/** What "at" is heard as, the likeliest first. */
const AT = /^(at|@|an|and|that|add|had|in|not|et)$/;
/** Signs that are nothing else: a "period" may be one of time, and a "plus" an "and". */
const JOINING = /^(dot|underscore|underscores|hyphen)$/;
/** What real addresses end with, and the names that are reserved for examples (RFC 2606). */
const TOP_LEVEL = new Map(
  (
    'com org net edu gov mil int io co uk de fr es it nl at ch us ca au eu ie in be se no dk fi is pl pt gr cz hu ro ru ua tr nz ' +
    'za mx br ar cl jp cn hk sg kr il ae lu li tv fm me ac dev app ai info biz name pro tech cloud shop store online site ' +
    'club agency law bank email world life xyz example test invalid'
  )
    .split(' ')
    .map((word) => [word, word]),
);
for (const [heard, meant] of [
  ['come', 'com'],
  ['comb', 'com'],
  ['calm', 'com'],
  ['orc', 'org'],
  ['knit', 'net'],
]) {
  if (heard !== undefined && meant !== undefined) TOP_LEVEL.set(heard, meant);
}
/** Words that stand before an address and are no part of it. */
const BEFORE = new Set(
  (
    'to email emailed mail mailed send sent forward forwarded address addresses is the a an it its this that those them these him her me us my our your his their ' +
    'transactions report statement list for with at use try no not yes and but or so then okay sure please mean meant actually sorry instead i would be ' +
    'recipient spelled spelt spelling written letter letters'
  ).split(' '),
);
const MAILING = /^(e?mail|e?mailed|e?mailing|send|sent|sending|forward|forwarded|it|them|that|those)$/;
const OWNERS = new Set(['my', 'our', 'your', 'his', 'her', 'their', 'the', 'a']);
/** Longest parts that are looked for, words: after what may be an "at", and when every letter is explained. */
const MAX_LABEL = 4;
const MAX_SPELLED = 48;
/** More words than these without a sign between them, and than these with one, are no address. */
const MOST_WORDS = 3;
const MOST_SIGNED = 5;
/** Of those before an end, the nearest: what is read costs no more for a caller who says nothing else. */
const MOST_ATS = 3;
/** Most "dot com"s in a row: "dot co dot uk" has two. */
const MAX_TOP_LEVELS = 3;

/** All addresses in the words, left to right, lower-case. */
export const findAddresses = (words: Words): Slot<string>[] =>
  hearAddresses(words).flatMap(({ value, start, end }) => (value === undefined ? [] : [{ value, start, end }]));

/** The same with those of which only the end ("dot com") is understood; they have no value. */
export function hearAddresses(words: Words): Slot<string | undefined>[] {
  const found: Slot<string | undefined>[] = [];
  let unclear: Slot<undefined>[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (WRITTEN.test(word)) {
      found.push({ value: word, start: at, end: at + 1 });
      continue;
    }
    const domain = domainEndingAt(words, at);
    if (domain === undefined) continue;
    const before = found.at(-1);
    const floor = before?.end ?? 0;
    const slot = spoken(words, domain, floor, before?.value);
    if (slot !== undefined) {
      // "Dot me" may have been a part of it.
      unclear = unclear.filter(({ end }) => end <= slot.start);
      found.push(slot);
    } else if (!domain.written) {
      unclear.push({ value: undefined, start: Math.max(floor, domain.from - 1), end: domain.end });
    }
    at = slot === undefined && domain.written ? at : domain.end - 1;
  }
  return [...found, ...unclear].toSorted((a, b) => a.start - b.start);
}

interface Domain {
  /** Index of the first "dot", or of the written domain. */
  readonly from: number;
  readonly end: number;
  /** ".com", ".co.uk", or the whole written domain. */
  readonly text: string;
  readonly written: boolean;
}

/** "dot com", "dot co dot uk" or a written "example.com" that begins at `at`. */
function domainEndingAt(words: Words, at: number): Domain | undefined {
  const word = words[at] ?? '';
  if (DOMAIN.test(word)) return { from: at, end: at + 1, text: word, written: true };
  if (!DOT.test(word)) return undefined;
  let text = '';
  let end = at;
  while (end < at + 2 * MAX_TOP_LEVELS && DOT.test(words[end] ?? '')) {
    const top = TOP_LEVEL.get(words[end + 1] ?? '');
    if (top === undefined) break;
    text += `.${top}`;
    end += 2;
  }
  return end === at ? undefined : { from: at, end, text, written: false };
}

/** `before`: the address before it, of which "sorry, at example dot com" changes the domain. */
function spoken(words: Words, domain: Domain, floor: number, before?: string): Slot<string> | undefined {
  for (const at of atsBefore(words, domain, floor)) {
    const label = domain.written ? [] : partsOf(withoutArticle(words.slice(at.after, domain.from)));
    const { from, to } = localBefore(words, at.index, floor);
    const isElsewhere = before !== undefined && from === to;
    const local = partsOf(isElsewhere ? [before.slice(0, before.indexOf('@'))] : words.slice(from, to));
    if (label === undefined || local === undefined || !isReadable(local) || !isReadable(label)) continue;
    const value = `${joined(local)}@${joined(label)}${domain.text}`;
    if (WRITTEN.test(value)) return { value, start: from, end: domain.end };
  }
  return undefined;
}

/** A few words, and of those that build sentences only what a sign joins: not "that you have male do we have of elena". */
function isReadable(local: readonly Part[]): boolean {
  const isSign = (part: Part | undefined): boolean => part?.kind === 'sign';
  const said = local.filter(({ kind }) => kind === 'word');
  const most = local.some(isSign) ? MOST_SIGNED : MOST_WORDS;
  const isLoose = ({ kind, text }: Part, at: number): boolean =>
    kind === 'word' && isFunctionWord(text) && !isSign(local[at - 1]) && !isSign(local[at + 1]);
  return said.length <= most && (local.length === 1 || !local.some(isLoose));
}

const withoutArticle = (label: Words): Words =>
  (label[1] ?? '').length > 1 && /^(a|an|the)$/.test(label[0] ?? '') ? label.slice(1) : label;

/**
 * Where the local part may end, the likeliest first: at an "at", at what is heard for one, or ("to john example dot com")
 * nowhere.
 */
function atsBefore(words: Words, domain: Domain, floor: number): { index: number; after: number }[] {
  const last = domain.written ? domain.from - 1 : domain.from - 2;
  const within = (reach: number): number[] =>
    Array.from({ length: (domain.written ? 0 : reach) + 1 }, (_, n) => last - n).filter((index) => index > floor);
  const isSure = (index: number): boolean => words[index] === 'at' || words[index] === '@';
  const sure = within(MAX_SPELLED).filter(isSure).slice(0, MOST_ATS);
  const unsure = within(MAX_LABEL - 1).filter((index) => !isSure(index) && AT.test(words[index] ?? ''));
  const missing = domain.written ? domain.from : domain.from - 1;
  return [
    ...[...sure, ...unsure].map((index) => ({ index, after: index + 1 })),
    ...(words[missing - 2] === 'to' ? [{ index: missing, after: missing }] : []),
  ];
}

/** The words before "at" back to one that cannot belong to an address. */
function localBefore(words: Words, at: number, floor: number): { readonly from: number; readonly to: number } {
  let end = at;
  while (end - 1 > floor && AT.test(words[end - 1] ?? '') && !isSpelled(words, end - 1)) end -= 1; // "john in that example"
  let start = end;
  while (start > floor && end - start < MAX_SPELLED && belongs(words, start - 1)) start -= 1;
  // "to mail at ...": what stands right after "to" is the address, whatever it is.
  if (start === end && /^(to|is)$/.test(words[end - 2] ?? '')) start = end - 1;
  // "mail two ruiz at ...", as recognisers write a "to".
  const isTo = /^(two|too)$/.test(words[start] ?? '') && (readNumber(words, start)?.end ?? 0) <= start + 1;
  if (isTo && end - start > 1 && MAILING.test(words[start - 1] ?? '')) start += 1;
  // "to my colleague maria at ...": only the last word is the address.
  const owned = end - start > 1 && OWNERS.has(words[start - 1] ?? '');
  if (owned && !words.slice(start, end).some((word) => SYMBOLS.has(word))) start = lastWord(words, start, end);
  return { from: start, to: end };
}

/** Where the last word begins; letters in a row are one word. */
function lastWord(words: Words, from: number, end: number): number {
  let start = end - 1;
  while (start > from && isSpelled(words, start) && isSpelled(words, start - 1)) start -= 1;
  return start;
}

function belongs(words: Words, at: number): boolean {
  const word = words[at] ?? '';
  if (word === '' || word.startsWith('#')) return false;
  // "patricia dot no anne": what a sign joins is of the address, whatever word it was heard as.
  const isJoined = word !== 'to' && JOINING.test(words[at - 1] ?? '');
  return !BEFORE.has(word) || isSpelled(words, at) || isExplained(words, at) || isJoined;
}

/** Says which letter is meant: "as in tango". */
const isExplained = (words: Words, at: number): boolean => [1, 2, 3].some((back) => explains(words, at - back) >= back);

/** A letter next to another letter or a sign, or one that is explained: "a l i c e", "a dot berg", "a for alpha". */
function isSpelled(words: Words, at: number): boolean {
  const joins = (word: string | undefined): boolean => isLetter(word) || SYMBOLS.has(word ?? '');
  const isKnown = explains(words, at) > 0 || isExplained(words, at - 1);
  return isLetter(words[at]) && (isKnown || joins(words[at - 1]) || joins(words[at + 1]));
}
