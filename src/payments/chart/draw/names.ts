import type { ChartBy } from './chart.js';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Longest name that is drawn, characters: descriptions come from outside and may be pages. */
const MAX_NAME = 120;

/** A point's key as it is read: "March 2026", "March 3, 2026", or the name of a category or merchant. */
export function nameOf(key: string, by: ChartBy): string {
  if (by === 'category' || by === 'merchant') return shortened(key);
  const [year = '', month = '', day] = key.split('-');
  const name = MONTHS[Number(month) - 1] ?? month;
  return day === undefined ? `${name} ${year}` : `${name} ${Number(day)}, ${year}`;
}

/** One line of visible characters; something to read even where there is nothing. */
export function shortened(name: string): string {
  const clean = name
    .slice(0, 4 * MAX_NAME)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(new Intl.Segmenter().segment(clean), ({ segment }) => segment);
  if (characters.length === 0) return '(no name)';
  return characters.length <= MAX_NAME ? clean : `${characters.slice(0, MAX_NAME - 1).join('')}…`;
}
