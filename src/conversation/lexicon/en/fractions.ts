// Fractions in English.

/** Those that are surely fractions; "3/5" may be a day, a score or a share, and is read as it stands. */
const FRACTIONS: Readonly<Record<string, string>> = {
  '1/2': 'half',
  '1/3': 'third',
  '2/3': 'two thirds',
  '1/4': 'quarter',
  '3/4': 'three quarters',
  '1/8': 'eighth',
  '3/8': 'three eighths',
  '5/8': 'five eighths',
  '7/8': 'seven eighths',
};
const SIGNS: Readonly<Record<string, string>> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
};
const SIGN = /(\d)? ?([½⅓⅔¼¾⅛⅜⅝⅞])/gu;
const FRACTION = /(?<![\d/.,])(?:(\d{1,4}) )?(\d{1,4})\/(\d{1,4})(?![\d/]|[.,]\d)/gu;

/** "1/2" -> "one half", "2½" -> "2 and a half", "24/7" -> "24 7", "5/7" -> "5 slash 7". Other numbers stay digits. */
export function sayFractions(text: string): string {
  return text
    .replace(SIGN, (_, whole: string | undefined, sign: string) => `${whole ?? ''} ${SIGNS[sign] ?? ''}`)
    .replace(FRACTION, sayFraction)
    .replace(/(?<=\d)\/(?=\d)/gu, ' slash ');
}

function sayFraction(_: string, whole: string | undefined, top: string, bottom: string): string {
  const words = FRACTIONS[`${top}/${bottom}`];
  if (words !== undefined) {
    const single = top === '1';
    if (whole !== undefined) return `${whole} and ${single ? (words.startsWith('e') ? 'an ' : 'a ') : ''}${words}`;
    return `${single ? 'one ' : ''}${words}`;
  }
  const before = whole === undefined ? '' : `${whole} `;
  if (top === bottom || `${top}/${bottom}` === '24/7') return `${before}${top} ${bottom}`;
  return `${before}${top} slash ${bottom}`;
}
