// Spanish words for numbers.

const ONES = (
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete ' +
  'dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete ' +
  'veintiocho veintinueve'
).split(' ');
const TENS = ['', '', '', ...'treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ')];
const HUNDREDS = [
  '',
  ...'ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  ),
];

function belowHundred(n: number): string {
  if (n < 30) return ONES[n] ?? '';
  const rest = n % 10;
  const tens = TENS[Math.floor(n / 10)] ?? '';
  return rest === 0 ? tens : `${tens} y ${ONES[rest] ?? ''}`;
}

function belowThousand(n: number): string {
  if (n === 100) return 'cien';
  const hundreds = Math.floor(n / 100);
  const rest = n % 100;
  return [HUNDREDS[hundreds] ?? '', rest === 0 ? '' : belowHundred(rest)].filter(Boolean).join(' ');
}

/** Before a masculine noun "uno" loses its last letter: "veintiún euros", "treinta y un mil". */
const beforeNoun = (words: string): string => words.replace(/veintiuno$/u, 'veintiún').replace(/\buno$/u, 'un');

/** Before a feminine noun: "una libra", "doscientas libras". */
const feminine = (words: string): string => words.replace(/uno$/u, 'una').replace(/(?<=cient|quinient)os\b/gu, 'as');

function belowMillion(n: number): string {
  const thousands = Math.floor(n / 1000);
  const rest = n % 1000;
  const parts: string[] = [];
  if (thousands === 1) parts.push('mil');
  if (thousands > 1) parts.push(`${beforeNoun(belowThousand(thousands))} mil`);
  if (rest > 0) parts.push(belowThousand(rest));
  return parts.join(' ');
}

/** 1234 -> "mil doscientos treinta y cuatro". A whole number from 0 to 10^15 - 1 (the long scale: "mil millones"). */
export function cardinal(n: number): string {
  if (n === 0) return 'cero';
  const parts: string[] = [];
  const billions = Math.floor(n / 1e12);
  const millions = Math.floor(n / 1e6) % 1e6;
  if (billions > 0) parts.push(billions === 1 ? 'un billón' : `${beforeNoun(belowMillion(billions))} billones`);
  if (millions > 0) parts.push(millions === 1 ? 'un millón' : `${beforeNoun(belowMillion(millions))} millones`);
  if (n % 1e6 > 0) parts.push(belowMillion(n % 1e6));
  return parts.join(' ');
}

/** Before a noun that is counted: "un euro", "veintiún euros", "doscientas libras", "un millón de euros". */
export function counting(n: number, gender: 'm' | 'f' = 'm'): string {
  const words = cardinal(n);
  const counted = gender === 'm' ? beforeNoun(words) : feminine(words);
  return n >= 1e6 && n % 1e6 === 0 ? `${counted} de` : counted;
}

/** "5001" -> "cinco cero cero uno"; what is not a digit is skipped. */
export const digitByDigit = (text: string): string =>
  Array.from(text.matchAll(/\d/gu), ([digit]) => ONES[Number(digit)] ?? '').join(' ');

const withoutAccents = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');

/** Every word that a number is made of, "y" aside, with and without accents. */
export const numberWords: ReadonlySet<string> = new Set(
  [
    ...ONES,
    ...TENS.filter(Boolean),
    ...HUNDREDS.filter(Boolean),
    ...HUNDREDS.filter(Boolean).map(feminine),
    'cien',
    'mil',
    'millón',
    'millones',
    'doble',
  ].flatMap((word) => [word, withoutAccents(word)]),
);
