// How single things are said: money, days, periods, lists. Written form; a later stage spells it out for the voice.
import { daysIn, isoOf, parseDay, type Day, type Period } from './calendar.js';
import { formatMoney } from './money.js';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** "$1,234.50"; the sign is left to the sentence. */
export const sayMoney = (amount: number, currency: string): string => formatMoney(Math.abs(amount), currency);

/** "March 3rd", with the year when it is not this one. Text that is no date is said as it is. */
export function sayDay(iso: string, today: Day): string {
  const day = parseDay(iso);
  if (day === undefined) return iso;
  return `${MONTHS[day.month - 1] ?? ''} ${ordinal(day.day)}${day.year === today.year ? '' : `, ${day.year}`}`;
}

/** " in March", " on June 5th", " from March to May", " since January 1st"; empty for no period. */
export function sayPeriod({ from, to }: Period, today: Day): string {
  const first = from === undefined ? undefined : parseDay(from);
  const last = to === undefined ? undefined : parseDay(to);
  if (first === undefined) return last === undefined ? '' : ` until ${sayDay(isoOf(last), today)}`;
  if (last === undefined) return ` since ${sayDay(isoOf(first), today)}`;
  if (isoOf(first) === isoOf(last)) return ` on ${sayDay(isoOf(first), today)}`;
  if (first.day !== 1 || last.day !== daysIn(last.year, last.month)) {
    return ` from ${sayDay(isoOf(first), today)} to ${sayDay(isoOf(last), today)}`;
  }
  const year = last.year === today.year ? '' : ` ${last.year}`;
  const month = (day: Day): string => MONTHS[day.month - 1] ?? '';
  if (first.year !== last.year) return ` from ${month(first)} ${first.year} to ${month(last)} ${last.year}`;
  if (first.month === last.month) return ` in ${month(first)}${year}`;
  if (first.month === 1 && last.month === 12) return ` in ${first.year}`;
  return ` from ${month(first)} to ${month(last)}${year}`;
}

/** "a", "a and b", "a, b and c". */
export function sayList(items: readonly string[], word = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}

/** "1 transaction", "14 transactions", "no transactions". */
export function sayCount(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * Text from outside (a document, the web, a tool's message) as speech: no markup, no links, no control characters, one
 * line, cut at a word after `limit` characters. It is only ever read out.
 */
export function plain(text: string, limit = 400): string {
  const clean = text
    .slice(0, limit * 4)
    .normalize('NFKC')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/\bhttps?:\/\/\S+/g, '')
    .replace(/[*_`#|~]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  if (clean.length <= limit) return clean;
  const cut = clean.slice(0, limit);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), limit / 2)).replace(/[\s,;:.-]+$/, '')}...`;
}

function ordinal(n: number): string {
  const suffix = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}
