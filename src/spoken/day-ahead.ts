// A day to come, as people say it ("friday", "tomorrow evening", "the second of december"), read by chrono-node.
import { casual } from 'chrono-node';
import { addMonths, isoOf, isReal } from './calendar.js';
import { readOrdinal } from './numbers.js';
import type { Day, Slot } from './spoken.port.js';

/** Words that are read: what chrono-node does with a text grows faster than its length. */
const MAX_WORDS = 400;

/** Every day in the first 400 words, left to right, as YYYY-MM-DD; one without a year or a week is the next of its name. */
export function findDaysAhead(words: readonly string[], today: Day): Slot<string>[] {
  // Where each word begins in the text that is parsed; what was masked before stands in it as a word nobody says.
  const starts: number[] = [];
  let text = '';
  for (const [at, word] of words.slice(0, MAX_WORDS).entries()) {
    starts.push(text.length);
    // "december the twelfth": chrono-node knows it without the article.
    const isArticle = word === 'the' && readOrdinal(words, at + 1) !== undefined;
    text += `${word.startsWith('#') ? '|' : isArticle ? '' : word} `;
  }
  const instant = new Date(today.year, today.month - 1, today.day, 12);
  return casual.parse(text, { instant }, { forwardDate: true }).flatMap(({ index, text: said, start }) => {
    // A month or a time of day alone is no day.
    if ((!start.isCertain('day') && !start.isCertain('weekday')) || /\b(second|minute|hour)s?$/.test(said)) return [];
    const [year, month, day] = [start.get('year'), start.get('month'), start.get('day')];
    if (year === null || month === null || day === null) return [];
    const from = starts.findLastIndex((at) => at <= index);
    const after = starts.findIndex((at) => at >= index + said.length);
    const end = after < 0 ? starts.length : after;
    // "friday the 27th" is the day of that number, whatever Friday comes first.
    const number = start.isCertain('day') ? undefined : readOrdinal(words, words[end] === 'the' ? end + 1 : end);
    if (number === undefined) return [{ value: isoOf({ year, month, day }), start: from, end }];
    const dated = { year: today.year, month: today.month, day: number.value };
    const next = number.value < today.day ? { ...addMonths({ ...dated, day: 1 }, 1), day: number.value } : dated;
    return isReal(next) ? [{ value: isoOf(next), start: from, end: number.end }] : [];
  });
}
