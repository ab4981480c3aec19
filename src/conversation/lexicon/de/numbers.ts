// German words for numbers.

const ONES = (
  'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn ' +
  'achtzehn neunzehn'
).split(' ');
const TENS = ['', '', ...'zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig'.split(' ')];
/** Powers of a thousand from the million on: one of it, and more. They are words of their own. */
const SCALES = [
  ['Million', 'Millionen'],
  ['Milliarde', 'Milliarden'],
  ['Billion', 'Billionen'],
] as const;

/** Inside a number "eins" loses its last letter: "einundzwanzig", "einhundert". */
const joined = (n: number): string => (n === 1 ? 'ein' : (ONES[n] ?? ''));

function belowHundred(n: number): string {
  if (n < 20) return ONES[n] ?? '';
  const rest = n % 10;
  const tens = TENS[Math.floor(n / 10)] ?? '';
  return rest === 0 ? tens : `${joined(rest)}und${tens}`;
}

function belowThousand(n: number): string {
  const hundreds = Math.floor(n / 100);
  const rest = n % 100;
  return `${hundreds === 0 ? '' : `${joined(hundreds)}hundert`}${rest === 0 ? '' : belowHundred(rest)}`;
}

/** "ein" before a noun and before "tausend": 201 -> "zweihundertein". */
const beforeNoun = (words: string): string => (words.endsWith('eins') ? words.slice(0, -1) : words);

function belowMillion(n: number): string {
  const thousands = Math.floor(n / 1000);
  const rest = n % 1000;
  return `${thousands === 0 ? '' : `${beforeNoun(belowThousand(thousands))}tausend`}${rest === 0 ? '' : belowThousand(rest)}`;
}

/** 1234 -> "eintausendzweihundertvierunddreißig". A whole number from 0 to 10^15 - 1. */
export function cardinal(n: number): string {
  if (n === 0) return 'null';
  const parts: string[] = [];
  let left = Math.floor(n / 1_000_000);
  for (const [one, many] of SCALES) {
    const group = left % 1000;
    if (group > 0) parts.unshift(group === 1 ? `eine ${one}` : `${feminine(belowThousand(group))} ${many}`);
    left = Math.floor(left / 1000);
  }
  if (n % 1_000_000 > 0) parts.push(belowMillion(n % 1_000_000));
  return parts.join(' ');
}

/** Before a feminine noun, as the million is one: 201 -> "zweihunderteine". */
const feminine = (words: string): string => (words.endsWith('eins') ? `${words.slice(0, -1)}e` : words);

/** Before a noun that is counted: "ein Euro", "einhundertein Euro", "zwei Euro". */
export const counting = (n: number): string => beforeNoun(cardinal(n));

const ORDINALS: Readonly<Record<number, string>> = { 1: 'erst', 3: 'dritt', 7: 'siebt', 8: 'acht' };

/** 3 -> "dritte", 21 -> "einundzwanzigste"; with its ending "n" after "am". */
export function ordinal(n: number, ending = 'e'): string {
  const last = n % 100;
  const irregular = ORDINALS[last];
  if (irregular !== undefined) return `${n > 99 ? cardinal(n - last) : ''}${irregular}${ending}`;
  return `${cardinal(n)}${last > 0 && last < 20 ? 't' : 'st'}${ending}`;
}

/** "5001" -> "fünf null null eins"; what is not a digit is skipped. */
export const digitByDigit = (text: string): string =>
  Array.from(text.matchAll(/\d/gu), ([digit]) => ONES[Number(digit)] ?? '').join(' ');

/** 1905 -> "neunzehnhundertfünf", 2026 -> "zweitausendsechsundzwanzig". */
export function year(n: number): string {
  const century = Math.floor(n / 100);
  if (n < 1100 || n >= 2000) return cardinal(n);
  const rest = n % 100;
  return `${belowHundred(century)}hundert${rest === 0 ? '' : belowHundred(rest)}`;
}

/** Words of the numbers that callers dictate and repeat; larger ones are made of them in one word. */
export const numberWords: ReadonlySet<string> = new Set([
  ...Array.from({ length: 100 }, (_, n) => cardinal(n)),
  'zwo',
  'hundert',
  'einhundert',
  'tausend',
  'eintausend',
  'doppel',
]);
