// What a caller types is hostile: whatever reads it costs in proportion to its length, or one message stops every call.
import { isClearYes } from '../conversation/lexicon/answers.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { findCategories } from '../payments/planner/categories.js';
import { count, group, measure, order, top } from '../payments/planner/measures.js';
import { amount, direction, exclusion } from '../payments/planner/selection.js';
import { findPeriods } from './dates.js';
import { findDaysAhead } from './day-ahead.js';
import { findAddresses } from './email-address.js';
import { findNumbers } from './numbers.js';
import { findTimes } from './time-of-day.js';
import { wordsOf } from './words.js';

const TODAY = { year: 2026, month: 11, day: 20 };
const lexicon = lexiconFor('en');

/** Everything that a slot may want to know beside the words. */
const contextOf = (said: readonly string[], written: string) => ({
  today: TODAY,
  expected: true,
  said,
  shown: [],
  names: ['Ada Park', 'Ada'],
  written,
  values: {},
  before: {},
});
const slotReaders = [amount, direction, exclusion, count, measure, order, group, top].map(
  (slot) => [slot.name, (text: string) => slot.read(wordsOf(text), contextOf(wordsOf(text), text))] as const,
);

const READERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['words', wordsOf],
  ['numbers', (text) => findNumbers(wordsOf(text), 4)],
  ['addresses', (text) => findAddresses(wordsOf(text))],
  ['periods', (text) => findPeriods(wordsOf(text), TODAY)],
  ['days ahead', (text) => findDaysAhead(wordsOf(text), TODAY)],
  ['times', (text) => findTimes(wordsOf(text), { afternoonBelow: 8, expected: true })],
  ['categories', (text) => findCategories(wordsOf(`spent on ${text}`), { known: ['dog toys'] })],
  ...slotReaders,
  ['a yes', (text) => isClearYes(text, lexicon, 'Shall I send it?')],
];

const REPEATS = (
  '1. |1 |1.|1,|$1,|1-1-|2026-|10/31/2026 |10/31 |jan - |oct 1-|over 100 |between 20 and |at |at blue |last |the 31st |first half of |week of |without |how many |refund |ada’s |february 29 |january |from january to |next week |a couple of |may |q1 |' +
  'one hundred |thousand |twenty |double |triple one |five or |zero |to |and |in |of |on |on dog |dog toys |at |dot |dot com |' +
  "a at b dot c |underscore |a b |x as in |a.|a-|a@|@|%|-|_|a|1a|1a-|((((|yes |yes, |yeah okay |do not |please |n't |'| |\n|é"
).split('|');

const SHORT = 2_000;
const TIMES = 8;
/** CPU that is not worth a comparison, ms. */
const NOTHING = 50;

/** CPU of one run, ms. */
function run(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The cheapest of some runs: what the machine does besides only adds to them. */
const cost = (read: (text: string) => unknown, text: string): number =>
  Math.min(...Array.from({ length: 5 }, () => run(read, text)));

describe.each(READERS)('reading %s', (_name, read) => {
  it('costs no more a character in a long text than in a short one', () => {
    const dear = REPEATS.flatMap((piece) => {
      const of = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
      if (run(read, of(SHORT * TIMES)) < NOTHING) return [];
      const long = cost(read, of(SHORT * TIMES));
      // Linear is 8 times the short one, quadratic 64 times: what lies between is the machine's.
      const ratio = long / Math.max(cost(read, of(SHORT)), 1);
      const isDear = long >= NOTHING && ratio >= 5 * TIMES;
      return isDear ? [`${JSON.stringify(piece)}: ${long.toFixed(0)} ms, ${ratio.toFixed(0)} times`] : [];
    });
    expect(dear).toEqual([]);
  });
});
