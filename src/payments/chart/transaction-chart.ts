// The chart of a client's transactions: its points, and all its words.
import type { Period } from '../data/business-data.port.js';
import { sayList } from '../../spoken/say.js';
import { sayCount } from '../../tools/say.js';
import { kindFor } from './chart-kind.js';
import { isByName, pointsByName, pointsOverTime } from './chart-points.js';
import type { Chart, ChartBy, ChartKind, ChartPoint } from './draw/chart.js';
import { moneyLabels, percent, type MoneyLabels } from './draw/money-labels.js';
import { nameOf, shortened } from './draw/names.js';
import { extreme } from './draw/extreme.js';

/** What the records say of the transactions that were asked for. */
export interface Found {
  readonly client: { readonly id: number; readonly name: string };
  readonly count: number;
  readonly total: number;
  readonly currency: string;
  /** As asked for. */
  readonly periods: readonly Period[];
  /** By `by`; of a balance by day. */
  readonly groups: readonly ChartPoint[];
  /** How many groups there are in all. */
  readonly groupCount: number;
}

export interface ChartWish {
  readonly kind: ChartKind | undefined;
  readonly by: ChartBy;
  /** "travel transactions at Harbor Hotel"; undefined when nothing was filtered. */
  readonly what: string | undefined;
  /** "from March 1 to March 31, 2026"; empty for all that is on record. */
  readonly when: string;
  /** What else is to be said under it. */
  readonly notes: readonly string[];
}

const BY = { day: 'by day', month: 'by month', category: 'by category', merchant: 'by merchant' } as const;
const PICTURES = { bar: 'Bar chart', line: 'Line chart', pie: 'Pie chart', table: 'Table' } as const;
const BALANCE = 'There is no account balance on record: it is the running sum of what was spent, less what came back.';
/** Empty months that are named; more are counted. */
const MOST_NAMED = 3;

export function transactionChart(found: Found, { kind: wanted, by, what, when, notes: given }: ChartWish): Chart {
  const { kind, note } = kindFor(
    wanted,
    by,
    found.groups.map(({ total }) => total),
  );
  const { points, notes } = isByName(by)
    ? pointsByName(found.groups, kind, { names: found.groupCount, total: found.total, count: found.count })
    : pointsOverTime(found.groups, by, kind, found.periods);
  const money = moneyLabels(found.currency, []);
  const client = `client ${found.client.id}, ${shortened(found.client.name)}`;
  const title = titleOf(client, by, what);
  const subtitle = [
    [sayCount(found.count, 'transaction'), when].filter((part) => part !== '').join(' '),
    `${money.exact(found.total)} in total`,
  ].join(' · ');
  const summary = summaryOf(found, points, by, money);
  const remarks = [...(note === undefined ? [] : [note]), ...given, ...(by === 'balance' ? [BALANCE] : [])];
  const under = [
    ...remarks,
    ...notes,
    ...emptyNote(points, by),
    ...(kind === 'pie' ? leftOutOfPie(points, money) : []),
  ];
  const alt = [`${PICTURES[kind]}: ${title}.`, `${subtitle}.`, summary, ...under].join(' ');
  return { title, subtitle, summary, alt, kind, by, currency: found.currency, points, remarks, notes: under };
}

function titleOf(client: string, by: ChartBy, what: string | undefined): string {
  if (by === 'balance') return `Running total of ${what ?? 'spending'}, ${client}`;
  return what === undefined
    ? `Spending of ${client}, ${BY[by]}`
    : `${what.charAt(0).toUpperCase()}${what.slice(1)}, ${client}, ${BY[by]}`;
}

/** The one thing that the chart shows. */
function summaryOf(found: Found, points: readonly ChartPoint[], by: ChartBy, money: MoneyLabels): string {
  const last = points.at(-1);
  if (by === 'balance' && last !== undefined)
    return `By ${nameOf(last.key, by)} it adds up to ${money.exact(last.total)}.`;
  const named = points.filter(({ stands }) => stands === undefined);
  const top = named[extreme(named)];
  if (top === undefined) return '';
  const name = nameOf(top.key, by);
  const amount = money.exact(Math.abs(top.total));
  const isSpent = found.total >= 0;
  if (found.groupCount === 1) {
    const all = isSpent ? `All ${amount} was spent` : `All ${amount} came back`;
    return isByName(by)
      ? `${all} ${isSpent ? 'on' : 'from'} ${name}.`
      : `${all} ${by === 'day' ? 'on' : 'in'} ${name}.`;
  }
  // Where some was spent and some came back, the largest is no part of the sum.
  const isPart = found.groups.every(({ total }) => total * found.total >= 0) && found.total !== 0;
  const whole = money.exact(Math.abs(found.total));
  if (!isByName(by)) {
    const verb = isSpent ? 'Most was spent' : 'Most came back';
    return `${verb} ${by === 'day' ? 'on' : 'in'} ${name}: ${amount}${isPart ? ` of ${whole}` : ''}.`;
  }
  const share = isPart ? `, ${percent(Math.abs(top.total / found.total)).replace('%', ' percent')} of ${whole}` : '';
  const verb = isSpent ? `Most went ${by === 'category' ? 'on' : 'to'}` : 'Most came back from';
  return `${verb} ${name}: ${amount}${share}.`;
}

function emptyNote(points: readonly ChartPoint[], by: ChartBy): string[] {
  const empty = points.filter(({ count }) => count === 0);
  if (isByName(by) || by === 'balance' || empty.length === 0) return [];
  const unit = points[0]?.key.length === 7 ? 'months' : 'days';
  if (empty.length > MOST_NAMED) return [`Nothing was booked in ${empty.length} of these ${points.length} ${unit}.`];
  const names = sayList(empty.map(({ key }) => nameOf(key, by)));
  return [`Nothing was booked ${unit === 'months' ? 'in' : 'on'} ${names}.`];
}

function leftOutOfPie(points: readonly ChartPoint[], money: MoneyLabels): string[] {
  const negative = points.filter(({ total }) => total < 0);
  if (negative.length === 0) return [];
  const names = negative.slice(0, 12).map(({ key, total }) => `${shortened(key)} (${money.exact(total)})`);
  const more = negative.length > names.length ? ` and ${negative.length - names.length} more` : '';
  return [`Not in the pie, because more came back than was spent: ${names.join(', ')}${more}.`];
}
