// What people and programs write into a CSV file, as values. What could mean two things is refused, never guessed.

/** Order of day, month and year where a date is written in numbers. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';
/** What stands before the fraction of an amount. */
export type DecimalMark = '.' | ',';

export interface Reading {
  readonly dates?: DateOrder | undefined;
  readonly decimal?: DecimalMark | undefined;
}

/** A value, or what is wrong with it and what to do. */
export type Read<T> = { readonly value: T } | { readonly problem: string };

const problem = (text: string): { readonly problem: string } => ({ problem: text });

/** A value in a message: short, in one line, without what terminals obey. */
export const shown = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${line.length > 40 ? `${line.slice(0, 40)}…` : line}"`;
};

/** Most digits before the fraction, and after it: `decimal(19, 4)`. */
const MOST_WHOLE = 15;
const MOST_FRACTION = 4;

/**
 * An amount as a decimal text with a point. Takes signs before or after it, parentheses for a minus, a currency beside it,
 * and groups of thousands with points, commas, blanks or apostrophes.
 */
export function readAmount(text: string, { decimal }: Reading = {}): Read<string> {
  const bare = text.replace(/[\s\u00a0\u202f'’]/g, '').replace(/\u2212/g, '-');
  const [, open = '', before = '', digits = '', after = '', close = ''] =
    /^(\()?([-+]?(?:\p{Sc}|[A-Z]{3})?[-+]?)(\d[\d.,]*|[.,]\d+)((?:\p{Sc}|[A-Z]{3})?[-+]?)(\))?$/u.exec(bare) ?? [];
  const signs = (before + after).replace(/[^-+]/g, '');
  if (digits === '' || signs.length > 1 || (open === '') !== (close === '')) {
    return problem(`${shown(text)} is not an amount: write it as 1234.56`);
  }
  const plain = plainDigits(digits, decimal);
  if (plain === null) {
    const mark = /[.,]/.exec(digits)?.[0] ?? '';
    const [asGroups, asFraction] = [digits.replace(mark, ''), digits.replace(',', '.')];
    return problem(`${shown(text)} could be ${asGroups} or ${asFraction}: add --decimal point or --decimal comma`);
  }
  if (plain === undefined) return problem(`${shown(text)} is not an amount: write it as 1234.56`);
  const [whole = '', fraction = ''] = plain.split('.');
  if (whole.replace(/^0+/, '').length > MOST_WHOLE) return problem(`${shown(text)} has more than ${MOST_WHOLE} digits`);
  if (fraction.replace(/0+$/, '').length > MOST_FRACTION) {
    return problem(`${shown(text)} has more than ${MOST_FRACTION} decimals: round it`);
  }
  const isNegative = signs === '-' || open !== '';
  return { value: `${isNegative && /[1-9]/.test(plain) ? '-' : ''}${plain}` };
}

/** Digits with a point before the fraction; undefined where the marks make no number, null where they could make two. */
function plainDigits(digits: string, decimal: DecimalMark | undefined): string | null | undefined {
  const marks = [...new Set(digits.replace(/\d/g, ''))];
  const count = (mark: string): number => digits.split(mark).length - 1;
  let point = decimal;
  if (point === undefined) {
    const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
    const mark = digits[last] as DecimalMark | undefined;
    if (mark === undefined) return digits;
    if (marks.length === 2) point = mark;
    else if (count(mark) > 1) point = mark === '.' ? ',' : '.';
    else if (digits.length - last - 1 === 3 && /^[1-9]\d{0,2}[.,]/.test(digits)) return null;
    else point = mark;
  }
  const groups = point === '.' ? ',' : '.';
  const [whole = '', ...fractions] = digits.split(point);
  const isGrouped = /^\d{1,3}([.,]\d{2,3})*[.,]\d{3}$/.test(whole);
  if (fractions.length > 1 || fractions.join('').includes(groups) || (whole.includes(groups) && !isGrouped)) {
    return undefined;
  }
  return [whole.replaceAll(groups, '') || '0', ...fractions.filter((fraction) => fraction !== '')].join('.');
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A day as YYYY-MM-DD. What follows it, a time of day, is left out; dates with points are day.month.year. */
export function readDay(text: string, { dates }: Reading = {}): Read<string> {
  const [, first = '', mark = '', second = '', third = ''] =
    /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ,].*)?$/.exec(text) ?? [];
  if (first === '') return readOtherDay(text);
  if (first.length === 4) return dayOf(text, first, second, third);
  if (third.length !== 4 && third.length !== 2) return notADay(text);
  const order = dates ?? orderOf(mark, first, second, third);
  if (order === undefined) {
    return problem(`${shown(text)} could be two days: add --dates dmy or --dates mdy (the order of day, month, year)`);
  }
  if (order === 'ymd') return dayOf(text, first, second, third);
  return order === 'dmy' ? dayOf(text, third, second, first) : dayOf(text, third, first, second);
}

function orderOf(mark: string, first: string, second: string, third: string): DateOrder | undefined {
  if (mark === '.') return 'dmy';
  // "26-11-25" may begin with its year.
  if (third.length === 2 && mark === '-') return undefined;
  if (first === second || Number(first) > 12) return 'dmy';
  return Number(second) > 12 ? 'mdy' : undefined;
}

function readOtherDay(text: string): Read<string> {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (year !== '') return dayOf(text, year, month, day);
  const named =
    /^(?<day>\d{1,2})[ -](?<month>[a-z]{3})[a-z]*\.?,?[ -](?<year>\d{4})/i.exec(text) ??
    /^(?<month>[a-z]{3})[a-z]*\.? (?<day>\d{1,2}),? (?<year>\d{4})/i.exec(text);
  const number = MONTHS.indexOf(named?.groups?.['month']?.toLowerCase() ?? '') + 1;
  if (number > 0) return dayOf(text, named?.groups?.['year'] ?? '', String(number), named?.groups?.['day'] ?? '');
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    return problem(
      `${shown(text)} is a spreadsheet’s number of a day: format the column as a date and export it again`,
    );
  }
  return notADay(text);
}

const notADay = (text: string) => problem(`${shown(text)} is not a day: write it as 2026-11-25`);

function dayOf(text: string, year: string, month: string, day: string): Read<string> {
  // Two digits as POSIX reads them: 69 to 99 are of the last century.
  const full = year.length === 2 ? Number(year) + (Number(year) < 69 ? 2000 : 1900) : Number(year);
  const date = new Date(Date.UTC(full, Number(month) - 1, Number(day)));
  const iso = `${String(full).padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return full >= 1900 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso)
    ? { value: iso }
    : problem(`${shown(text)} is no day of the calendar`);
}
