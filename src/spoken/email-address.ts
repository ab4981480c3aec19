// E-mail addresses as people say them ("j o h n underscore smith at example dot org") and as recognisers hear them
// ("john an example dot com"). The "dot com" at the end is the anchor: only before one may "an" have been "at".
import { readNumber } from './numbers.js';
import type { Slot } from './words.js';

type Words = readonly string[];

const DOMAIN = /^[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}$/u;
const WRITTEN = /^[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}$/u;
const DOT = /^(dot|point|period|doc|dart)$/;
/** What "at" is heard as, the likeliest first. */
const AT = /^(at|@|an|and|that|add|had|in|not|et)$/;
const SYMBOLS = new Map([
  ['dot', '.'],
  ['point', '.'],
  ['period', '.'],
  ['underscore', '_'],
  ['underscores', '_'],
  ['dash', '-'],
  ['hyphen', '-'],
  ['minus', '-'],
  ['plus', '+'],
]);
/** Signs that are nothing else: a "period" may be one of time, and a "plus" an "and". */
const JOINING = /^(dot|underscore|underscores|hyphen)$/;
const TOP_LEVEL = new Map(
  'com org net edu gov io co uk de fr es it nl at ch us ca au eu dev app ai info biz me tech cloud shop online'
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
    'recipient'
  ).split(' '),
);
const MAILING = /^(e?mail|e?mailed|e?mailing|send|sent|sending|forward|forwarded|it|them|that|those)$/;
const OWNERS = new Set(['my', 'our', 'your', 'his', 'her', 'their', 'the', 'a']);
/** Longest parts that are looked for, words: after what may be an "at", and when every letter is a word. */
const MAX_LABEL = 4;
const MAX_SPELLED = 16;
/** Most "dot com"s in a row: "dot co dot uk" has two. */
const MAX_TOP_LEVELS = 3;

/** All addresses in the words, left to right, lower-case. */
export function findAddresses(words: Words): Slot<string>[] {
  const found: Slot<string>[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (WRITTEN.test(word)) {
      found.push({ value: word, start: at, end: at + 1 });
      continue;
    }
    const domain = domainEndingAt(words, at);
    const slot = domain === undefined ? undefined : spoken(words, domain, found.at(-1)?.end ?? 0);
    if (slot !== undefined) {
      found.push(slot);
      at = slot.end - 1;
    }
  }
  return found;
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

function spoken(words: Words, domain: Domain, floor: number): Slot<string> | undefined {
  const at = atBefore(words, domain, floor);
  if (at === undefined) return undefined;
  const label = domain.written ? '' : join(withoutArticle(words.slice(at.after, domain.from)));
  const local = localBefore(words, at.index, floor);
  if (local === undefined || label === undefined || (label === '' && !domain.written)) return undefined;
  const value = `${local.text}@${label}${domain.text}`;
  return WRITTEN.test(value) ? { value, start: local.start, end: domain.end } : undefined;
}

const withoutArticle = (label: Words): Words =>
  (label[1] ?? '').length > 1 && /^(a|an|the)$/.test(label[0] ?? '') ? label.slice(1) : label;

/** Where the local part ends: at an "at", or at what is heard for one, or ("to john example dot com") nowhere. */
function atBefore(words: Words, domain: Domain, floor: number): { index: number; after: number } | undefined {
  const last = domain.written ? domain.from - 1 : domain.from - 2;
  for (const sure of [true, false]) {
    const first = Math.max(floor + 1, domain.from - 1 - (sure ? MAX_SPELLED : MAX_LABEL));
    for (let index = last; index >= first; index -= 1) {
      const word = words[index] ?? '';
      if (sure ? word === 'at' || word === '@' : AT.test(word)) return { index, after: index + 1 };
    }
  }
  const missing = domain.written ? domain.from : domain.from - 1;
  return words[missing - 2] === 'to' ? { index: missing, after: missing } : undefined;
}

/** The words before "at" back to one that cannot belong to an address. */
function localBefore(words: Words, at: number, floor: number): { text: string; start: number } | undefined {
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
  const text = join(words.slice(start, end));
  return text === undefined || text === '' ? undefined : { text, start };
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
  return !BEFORE.has(word) || isSpelled(words, at) || (word !== 'to' && JOINING.test(words[at - 1] ?? ''));
}

/** A letter next to another letter or a sign: "a l i c e", "a dot berg". */
function isSpelled(words: Words, at: number): boolean {
  const isLetter = (word: string | undefined): boolean => word !== undefined && /^\p{L}$/u.test(word);
  const joins = (word: string | undefined): boolean => isLetter(word) || SYMBOLS.has(word ?? '');
  return isLetter(words[at]) && (joins(words[at - 1]) || joins(words[at + 1]));
}

/** "john dot smith", "j o h n", "agent double oh seven", "x as in xray": words and signs as one string. */
function join(words: Words): string | undefined {
  let text = '';
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const symbol = SYMBOLS.get(word);
    const number = symbol === undefined ? readNumber(words, at) : undefined;
    if (symbol !== undefined) {
      text += symbol;
      at += 1;
    } else if (number !== undefined) {
      text += number.text;
      at = number.end;
    } else if (words[at + 1] === 'as' && words[at + 2] === 'in') {
      text += word;
      at += 4;
    } else {
      if (!/^[\p{L}\d._-]+$/u.test(word)) return undefined;
      text += word;
      at += 1;
    }
  }
  return text.replace(/^[._-]+|[._-]+$/g, '');
}
