import { ASKING } from './asking.js';
import type { AskingWords } from './asking.js';

// A model may hand on what the caller said as it stands, and the keyless planner always does: "google the weather in Oslo for
// me would you". What is only there to ask for the search is taken off; without it, nothing is.

/** As long as a question may be, characters. */
const MAX_CHARS = 500;
/** Courtesies and requests around one question. */
const MAX_PIECES = 12;
const MARKS = String.raw`[\s,;:.!?¡¿…]`;

type Cut = (text: string) => string | undefined;

interface Asking {
  readonly opening: Cut;
  readonly request: Cut;
  readonly search: Cut;
  readonly verb: Cut;
  /** Courtesy before the question, and behind it. */
  readonly polite: Cut;
  readonly courtesy: Cut;
  readonly ending: Cut;
}

/** What is to be looked up, of what was said; never empty where that is not. */
export function cleanQuery(text: string): string {
  const said = trimmed(text.slice(0, MAX_CHARS).normalize('NFC').replaceAll('’', "'"));
  for (const asking of LANGUAGES) {
    const wanted = wantedOf(said, asking);
    if (wanted !== undefined && /[\p{L}\p{N}]/u.test(wanted)) return wanted;
  }
  return said === '' ? text.trim() : said;
}

/** Undefined when nobody is asked for a search in this language. */
function wantedOf(said: string, asking: Asking): string | undefined {
  const { opening, request, search, verb, polite, courtesy } = asking;
  let isAsked = courtesy(said) !== undefined;
  let wanted: string | undefined;
  let rest = said;
  for (let piece = 0; piece < MAX_PIECES; piece += 1) {
    const asked = request(rest);
    const found = search(rest) ?? (isAsked ? verb(rest) : undefined);
    const begged = polite(rest);
    isAsked ||= (asked ?? begged) !== undefined;
    // What opens a question stays, unless a request follows ("so far away"); courtesy behind a request goes.
    if (found !== undefined) wanted = polite(found) ?? found;
    const next = found ?? asked ?? begged ?? opening(rest);
    if (next === undefined) break;
    rest = next;
  }
  return wanted === undefined ? undefined : trimmed(withoutEndings(wanted, asking));
}

function withoutEndings(wanted: string, { courtesy, ending }: Asking): string {
  let rest = wanted;
  for (let piece = 0; piece < MAX_PIECES; piece += 1) {
    const shorter = courtesy(rest) ?? ending(rest);
    if (shorter === undefined || shorter === '') break;
    rest = shorter;
  }
  return rest;
}

const LANGUAGES: readonly Asking[] = ASKING.map((words: AskingWords) => ({
  opening: front(words.openings),
  request: front(words.requests),
  search: front(words.searches),
  verb: front(words.verbs),
  polite: front(words.courtesies),
  courtesy: back(words.courtesies),
  ending: back(words.endings),
}));

function withBlanks(words: string): string {
  return words.replaceAll(' ', String.raw`[\s,]+`);
}

/** Cuts the words from the beginning; undefined when it does not begin with them. */
function front(words: string): Cut {
  const pattern = new RegExp(`^(?:${withBlanks(words)})(?:(?<=[\\s,])|(?=${MARKS}|$))${MARKS}*`, 'iu');
  return (text) => (pattern.test(text) ? text.replace(pattern, '') : undefined);
}

/** The same from the end. */
function back(words: string): Cut {
  const pattern = new RegExp(`(?:^|${MARKS}+)(?:${withBlanks(words)})${MARKS}*$`, 'iu');
  return (text) => (pattern.test(text) ? text.replace(pattern, '') : undefined);
}

function trimmed(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(new RegExp(`^${MARKS}+`), '')
    .replace(new RegExp(`${MARKS}+$`), '');
}
