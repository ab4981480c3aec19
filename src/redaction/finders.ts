// Finders of the kinds that have a form of their own. Whether a number is one its check digits say, by kept libraries.
import type { CountryCode } from 'libphonenumber-js';
import { findAddresses } from '../spoken/email-address.js';
import type { DigitRun } from './digit-runs.js';
import type { Entity, EntityKind, Finder } from './entity.js';
import { checks, phoneNumbers, re2 } from './libraries.js';

type Runs = (text: string) => readonly DigitRun[];

/** ISO/IEC 7812: the lengths that are in use, the usual ones first. */
const CARD_LENGTHS = [16, 15, 14, 13, 19, 18, 17];
/** E.164, and the shortest number that is somebody's. */
const PHONE_DIGITS = { min: 7, max: 15 };
/** So much of an address is matched at most: a text of one long word costs no more than its length. */
const EMAIL = /(?<![\p{L}\d._%+-])[\p{L}\d._%+-]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,8}\p{L}{2,63}/gu;
const IBAN = /(?<![\p{L}\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}(?![\p{L}\d])/giu;
const WORD = /\S+/gu;

/** The finder of a kind. `language` (BCP-47) says in which country numbers without a country code are. */
export function finderOf(kind: EntityKind, runs: Runs, language: string): Finder {
  switch (kind) {
    case 'card':
      return (text) => runs(text).flatMap(cardsIn);
    case 'email':
      return (text) => [...writtenEmails(text), ...spokenEmails(text)];
    case 'phone':
      return phoneFinder(runs, countryOf(language));
    case 'iban':
    default:
      return (text) => [...text.matchAll(IBAN)].flatMap(({ 0: found, index }) => ibanIn(found, index));
  }
}

/** Finds what an operator's pattern matches, in linear time whatever the pattern (RE2). Throws for one that RE2 cannot do. */
export function patternFinder(name: string, pattern: string): Finder {
  const compiled = re2().RE2JS.compile(pattern);
  return (text) => {
    const found: Entity[] = [];
    const matcher = compiled.matcher(text);
    while (matcher.find()) {
      const value = matcher.group();
      if (value) found.push({ kind: name, value, start: matcher.start(), end: matcher.end() });
    }
    return found;
  };
}

/** Whether `patternFinder` takes it. */
export function isPattern(pattern: string): boolean {
  try {
    re2().RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

/** Cards among groups that follow one another: as many digits as cards have, and the right check digit. */
function cardsIn(run: DigitRun): readonly Entity[] {
  const found: Entity[] = [];
  for (let at = 0; at < run.length;) {
    const card = cardAt(run, at);
    if (card !== undefined) found.push(card.entity);
    at = card?.next ?? at + 1;
  }
  return found;
}

function cardAt(run: DigitRun, at: number): { readonly entity: Entity; readonly next: number } | undefined {
  for (const length of CARD_LENGTHS) {
    const stretch = stretchOf(run, at, length);
    if (stretch !== undefined && !stretch.digits.startsWith('0') && checks().isLuhnNumber(stretch.digits)) {
      const { digits: value, start, end, next } = stretch;
      return { entity: { kind: 'card', value, start, end }, next };
    }
  }
  return undefined;
}

/** The groups from `at` on that have exactly so many digits together. */
function stretchOf(run: DigitRun, at: number, length: number) {
  let digits = '';
  for (let next = at; next < run.length; next += 1) {
    digits += run[next]?.digits ?? '';
    if (digits.length > length) return undefined;
    if (digits.length === length)
      return { digits, start: run[at]?.start ?? 0, end: run[next]?.end ?? 0, next: next + 1 };
  }
  return undefined;
}

const writtenEmails: Finder = (text) =>
  [...text.matchAll(EMAIL)].map(({ 0: found, index }) => ({
    kind: 'email',
    value: found.toLowerCase(),
    start: index,
    end: index + found.length,
  }));

/** "ada dot lovelace at example dot com". */
function spokenEmails(text: string): readonly Entity[] {
  const words = [...text.matchAll(WORD)].map(({ 0: word, index }) => {
    const bare = word.replace(/^[^\p{L}\d@]+|[^\p{L}\d@]+$/gu, '');
    const start = index + Math.max(0, word.indexOf(bare));
    return { text: bare.toLowerCase(), start, end: start + bare.length };
  });
  return findAddresses(words.map((word) => word.text)).flatMap(({ value, start, end }) => {
    const [first, last] = [words[start], words[end - 1]];
    return first === undefined || last === undefined || !value.includes('@')
      ? []
      : [{ kind: 'email', value, start: first.start, end: last.end }];
  });
}

function phoneFinder(runs: Runs, country: CountryCode | undefined): Finder {
  const { findPhoneNumbersInText, parsePhoneNumberFromString } = phoneNumbers();
  const options = country === undefined ? {} : { defaultCountry: country };
  return (text) => [
    ...findPhoneNumbersInText(text, options).map(({ number, startsAt, endsAt }) => ({
      kind: 'phone',
      value: number.number,
      start: startsAt,
      end: endsAt,
    })),
    // What is dictated in words is no number to the library before it is put into figures.
    ...runs(text).flatMap((run): readonly Entity[] => {
      const digits = run.map((group) => group.digits).join('');
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined || run.length < 2) return [];
      if (digits.length < PHONE_DIGITS.min || digits.length > PHONE_DIGITS.max) return [];
      const number = parsePhoneNumberFromString(digits, options);
      return number?.isValid() === true
        ? [{ kind: 'phone', value: number.number, start: first.start, end: last.end }]
        : [];
    }),
  ];
}

function countryOf(language: string): CountryCode | undefined {
  const region = new Intl.Locale(language).maximize().region ?? '';
  return phoneNumbers().isSupportedCountry(region) ? region : undefined;
}

/** The longest beginning that is one: words may follow that look like more of it. */
function ibanIn(found: string, index: number): readonly Entity[] {
  for (
    let end = found.length;
    end >= 15;
    end = Math.max(found.lastIndexOf(' ', end - 1), found.lastIndexOf('-', end - 1))
  ) {
    const value = found.slice(0, end).replaceAll(/[ -]/g, '').toUpperCase();
    if (checks().isIBAN(value)) return [{ kind: 'iban', value, start: index, end: index + end }];
  }
  return [];
}
