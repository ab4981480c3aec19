// How callers say which chart they want, for the keyless planner.
import type { SlotPlan } from '../../llm/plan.port.js';
import type { ChartBy, ChartKind } from './draw/chart.js';

/** The value of the first pattern that what was said fits. */
const said = <Value extends string>(name: string, table: readonly (readonly [Value, RegExp])[]): SlotPlan<Value> => ({
  name,
  transparent: true,
  read(_words, { said: words }) {
    const joined = words.join(' ');
    for (const [value, pattern] of table) {
      const found = pattern.exec(joined);
      if (found === null) continue;
      const start = joined.slice(0, found.index).split(' ').length - 1;
      return [{ value, start, end: start + found[0].split(' ').length }];
    }
    return [];
  },
  fromArguments: (args) => table.find(([value]) => value === args[name])?.[0],
  isWeak: () => false,
});

/** Bars, a line, a pie or a table. */
export const kind = said<ChartKind>('kind', [
  ['pie', /\b(pies?|donut|doughnut)\b/],
  ['table', /\b(table|spreadsheet)\b/],
  [
    'line',
    /\b(line (chart|charts|charge|graph|graphs|plot|diagram)|(as|in|with) (a )?lines?|a line|curve|line instead)\b/,
  ],
  ['bar', /\b(bars?|columns?|histogram)\b/],
]);

/** What each bar, point or slice is. */
export const by = said<ChartBy>('by', [
  ['balance', /\b(balance|running (total|sum)|cumulative|adds? up over|accumulat\w*)\b/],
  [
    'merchant',
    /\b((by|per|each|every|for each) (merchant|shop|store|company|vendor|payee|place)|merchants|shops|stores|vendors)\b/,
  ],
  ['day', /\b((by|per|each|every|for each) day|day (by|for|after) day|daily|(?<!these )days)\b/],
  ['month', /\b((by|per|each|every|for each) months?|month (by|for|after) month|monthly|over time|trend)\b/],
  ['category', /\b((by|per|each|every|for each|into) categor(y|ies)|categories|category|breakdown)\b/],
]);
