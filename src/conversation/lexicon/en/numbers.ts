// English words for numbers.

const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ');
const TENS = ['', '', ...'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')];
/** Powers of a thousand. */
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion'];
const ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/**
 * A number as written, without its sign: "1,234.50", "2,50,000" (as India groups), "5001", "0.5". For use inside a
 * pattern; every repetition is bounded, so that no text makes matching slow.
 */
export const NUMBER = String.raw`(?<!\d)(?:\d{1,2}(?:,\d{2}){1,4},\d{3}(?![\d,])|\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15}(?!\d))(?:\.\d{1,20}(?!\d))?`;

function belowHundred(n: number): string {
  if (n < 20) return ONES[n] ?? '';
  const rest = n % 10;
  const tens = TENS[Math.floor(n / 10)] ?? '';
  return rest === 0 ? tens : `${tens}-${ONES[rest] ?? ''}`;
}

function belowThousand(n: number): string {
  const hundreds = Math.floor(n / 100);
  const rest = n % 100;
  if (hundreds === 0) return belowHundred(rest);
  return `${ONES[hundreds] ?? ''} hundred${rest === 0 ? '' : ` ${belowHundred(rest)}`}`;
}

/** 1234 -> "one thousand two hundred thirty-four". A whole number from 0 to 10^15 - 1. */
export function cardinal(n: number): string {
  if (n === 0) return 'zero';
  const groups: string[] = [];
  for (let scale = 0, left = n; left > 0; scale += 1, left = Math.floor(left / 1000)) {
    const group = left % 1000;
    if (group > 0) groups.unshift(`${belowThousand(group)}${SCALES[scale] ?? ''}`);
  }
  return groups.join(' ');
}

/** "2,50,000": groups of two before the last three. */
const isIndian = (written: string): boolean => /^\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)/u.test(written);

/** 1234567 -> "twelve lakh thirty-four thousand five hundred sixty-seven": a crore is a hundred lakh, a lakh 10^5. */
function indian(n: number): string {
  const crores = Math.floor(n / 1e7);
  const lakhs = Math.floor((n % 1e7) / 1e5);
  const rest = n % 1e5;
  const parts = [crores > 0 ? `${cardinal(crores)} crore` : '', lakhs > 0 ? `${cardinal(lakhs)} lakh` : ''];
  return [...parts, rest > 0 ? cardinal(rest) : ''].filter(Boolean).join(' ') || 'zero';
}

/** The whole part of a number as `NUMBER` matches it, in the words of its grouping. */
export const wholeInWords = (written: string): string =>
  (isIndian(written) ? indian : cardinal)(Math.floor(valueOf(written)));

/** 21 -> "twenty-first". */
export function ordinal(n: number): string {
  const words = cardinal(n);
  const last = /[a-z]+$/u.exec(words)?.[0] ?? '';
  const irregular = ORDINALS[last];
  const ending = irregular ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.slice(0, words.length - last.length) + ending;
}

/** "5001" -> "five zero zero one"; what is not a digit is skipped. */
export function digitByDigit(text: string): string {
  return Array.from(text.matchAll(/\d/gu), ([digit]) => ONES[Number(digit)] ?? '').join(' ');
}

/** 2026 -> "twenty twenty-six", 1905 -> "nineteen oh five", 2005 -> "two thousand five". From 1100 to 2999. */
export function year(n: number): string {
  const century = Math.floor(n / 100);
  const rest = n % 100;
  if (century % 10 === 0 && rest < 10) return cardinal(n);
  if (rest === 0) return `${belowHundred(century)} hundred`;
  return `${belowHundred(century)} ${rest < 10 ? `oh ${ONES[rest] ?? ''}` : belowHundred(rest)}`;
}

/** Value of a number as `NUMBER` matches it. */
export const valueOf = (written: string): number => Number(written.replaceAll(',', ''));

/** A number as `NUMBER` matches it, in words. One with leading zeros is a code, and is read digit by digit. */
export function spoken(written: string): string {
  const [whole = '', fraction] = written.replaceAll(',', '').split('.');
  const isCode = whole.length > 15 || (whole.length > 1 && whole.startsWith('0'));
  const words = isCode ? digitByDigit(whole) : wholeInWords(written);
  return fraction === undefined ? words : `${words} point ${digitByDigit(fraction)}`;
}

/** Every word that a number is made of. */
export const numberWords: ReadonlySet<string> = new Set(
  [...ONES, ...TENS, ...SCALES, 'hundred', 'double', 'triple'].map((word) => word.trim()).filter(Boolean),
);
