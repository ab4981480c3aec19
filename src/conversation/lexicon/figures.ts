// Figures as they are written: where the decimals begin and what stands between thousands is the language's custom.

export interface Figures {
  /**
   * A number without its sign, for use inside a pattern. Every repetition is bounded, so that no text makes matching slow.
   */
  readonly pattern: string;
  /** Its digits before the decimals, and the decimals where there are any. */
  parts(written: string): { whole: string; fraction?: string };
}

/**
 * `thousands` and `decimal` are the two marks. Where the comma begins the decimals, a point with one or two digits behind
 * it does so too: models copy "42.50" from data.
 */
export function figures(thousands: '.' | ',' | "'", decimal: '.' | ','): Figures {
  const group = `[${thousands}]`;
  const foreign = decimal === ',' ? String.raw`|\.\d{1,2}(?!\d|\.\d)` : '';
  const groupMark = new RegExp(`(?<=\\d)${group}(?=\\d{3}(?!\\d))`, 'gu');
  return {
    pattern: String.raw`(?<!\d)(?:\d{1,3}(?:${group}\d{3}){1,4}(?!\d)|\d{1,15}(?!\d))(?:[${decimal}]\d{1,20}(?!\d)${foreign})?`,
    parts(written) {
      const [whole = '', fraction] = written.replace(groupMark, '').split(/[.,](?=\d+$)/u);
      return fraction === undefined ? { whole } : { whole, fraction };
    },
  };
}

/** A number with leading zeros, or a very long one, is a code. */
export const isCode = (whole: string): boolean => whole.length > 15 || /^0\d/u.test(whole);

/** "GB29 NWBK 6016 1331 9268 19" (ISO 13616). */
export const BANK_ACCOUNT = /\b[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?(?!\w)/gu;

/** Every letter and every digit by itself, a pause between groups. */
export const spell = (code: string, digit: (figure: string) => string): string =>
  code
    .split(' ')
    .map((group) => Array.from(group, (char) => (/\d/u.test(char) ? digit(char) : char)).join(' '))
    .join(', ');

export type Rules = readonly (readonly [RegExp, string])[];

export const apply = (text: string, rules: Rules): string =>
  rules.reduce((so, [pattern, words]) => so.replace(pattern, words), text);
