// Dates and times of day in Spanish.
import { cardinal, counting } from './numbers.js';

const MONTHS = 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ');

const ISO =
  /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?![\d-])/gu;
const NUMERIC = /(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?![\d/-]|\.\d)/gu;
const FIRST = new RegExp(String.raw`(?<![\d.,])1(?:\.?º)? de (?=(?:${MONTHS.join('|')})\b)`, 'giu');
const RANGE = new RegExp(String.raw`(?<![\d.,])(\d{1,2}) ?[-–] ?(\d{1,2}) de (?=(?:${MONTHS.join('|')})\b)`, 'giu');

const CLOCK =
  /(?<![\d:.,])([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?(?![\d:])(?: ?(?:(h|hs|hrs|horas)\b\.?|([ap])m\b))?/giu;
const HOUR = /(?<![\d:.,$€-])(1[0-2]|0?[1-9]) ?([ap])m\b/giu;
const CLOCK_RANGE = /(\d:\d{2}(?: ?h)?) ?[-–] ?(?=\d{1,2}:\d{2})/gu;

/** `first`: how the first of a month is called, "uno" in Spain and "primero" in America. */
export function sayDates(text: string, first: string): string {
  const date = (d: string, m: string, y: string): string | undefined => {
    const month = MONTHS[Number(m) - 1];
    const day = Number(d);
    if (month === undefined || day < 1 || day > 31) return undefined;
    const year = y.length === 4 ? Number(y) : Number(y) + (Number(y) < 70 ? 2000 : 1900);
    return `${day === 1 ? first : cardinal(day)} de ${month} de ${cardinal(year)}`;
  };
  return text
    .replace(ISO, (whole, y: string, m: string, d: string, time?: string) => {
      const said = date(d, m, y);
      if (said === undefined) return whole;
      return said + (time === undefined ? '' : ` a ${/^0?1:/u.test(time) ? 'la' : 'las'} ${time}`);
    })
    .replace(NUMERIC, (whole, d: string, mark: string, m: string, y: string) =>
      mark !== '/' && y.length === 2 ? whole : (date(d, m, y) ?? whole),
    )
    .replace(RANGE, (_, from: string, to: string) => `${cardinal(Number(from))} al ${cardinal(Number(to))} de `)
    .replace(FIRST, () => `${first} de `);
}

/** "a las 14:30" -> "a las catorce y treinta", "3 pm" -> "tres de la tarde". */
export function sayTimes(text: string): string {
  return text
    .replace(CLOCK_RANGE, '$1 a ')
    .replace(CLOCK, (_, hour: string, minute: string, hours: string | undefined, half: string | undefined) =>
      clock(Number(hour), Number(minute), hours !== undefined, half),
    )
    .replace(HOUR, (_, hour: string, half: string) => clock(Number(hour), 0, false, half));
}

function clock(hour: number, minute: number, named: boolean, half: string | undefined): string {
  const words = counting(hour, 'f') + (minute === 0 ? '' : ` y ${cardinal(minute)}`);
  if (half !== undefined) return `${words} ${halfOfDay(hour % 12, half)}`;
  // "Las catorce" alone is heard as a number.
  return named || (minute === 0 && hour > 12) ? `${words} ${hour === 1 && minute === 0 ? 'hora' : 'horas'}` : words;
}

function halfOfDay(hour: number, half: string): string {
  if (half.toLowerCase() === 'a') return 'de la mañana';
  return hour >= 8 ? 'de la noche' : 'de la tarde';
}
