// A document as it is named in a sentence.
import { parseDay, type Day } from '../../spoken/calendar.js';
import { plain } from '../../spoken/say.js';

export interface NamedDocument {
  readonly title: string;
  /** YYYY-MM-DD. */
  readonly updated?: string | undefined;
}

const MAX_NAME = 60;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
/** Titles that are a name by themselves: "our refund policy", but "our page on opening hours". */
const IS_NAME = /\b(policy|rules|terms|guide|handbook|manual|agreement|contract)$/i;

/** "refund policy"; empty when there is nothing to say. */
const nameOf = (title: string): string =>
  plain(title, MAX_NAME).replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());

/** ", updated in May", with the year when it is not this one; empty where it is not known. */
function since(updated: string | undefined, today: Day): string {
  const day = parseDay(updated ?? '');
  if (day === undefined) return '';
  return `, updated in ${MONTHS[day.month - 1] ?? ''}${day.year === today.year ? '' : ` ${day.year}`}`;
}

/** After "from": "our refund policy, updated in May", "our page on opening hours". */
export function saySource({ title, updated }: NamedDocument, today: Day): string {
  const name = nameOf(title);
  const what = name === '' ? 'our documents' : IS_NAME.test(name) ? `our ${name}` : `our page on ${name}`;
  return what + since(updated, today);
}

/** Before what stands there: "Our refund policy, updated in May, says: ", "About opening hours: ". */
export function sayTitle({ title, updated }: NamedDocument, today: Day): string {
  const name = nameOf(title);
  if (name === '') return '';
  const when = since(updated, today);
  return IS_NAME.test(name) ? `Our ${name}${when}${when === '' ? '' : ','} says: ` : `About ${name}${when}: `;
}
