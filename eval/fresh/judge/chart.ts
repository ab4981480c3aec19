// Whether a chart is the one that was asked for: the rows that it is of, how it is drawn, and every point of it.
import { centsOf, type Ledger, merchantOf, type Row, sumOf } from '../ledger.js';
import type { WantOf } from '../request.schema.js';
import { countsOf, instead, scopeFault } from './others.js';
import { rowsOf } from './reach.js';
import { Said } from './said.js';
import { type DrawnChart, type Evidence, found, type Judgement, type MadeCall, RIGHT } from './verdict.js';

type Want = WantOf<'chart'>;

/** Spending is what was spent, with refunds taken off or without: as of a total. */
export function judgeChart(want: Want, evidence: Evidence, ledger: Ledger): Judgement {
  const judgement = judgeOne(want, evidence, ledger);
  if (want.direction !== 'spent' || judgement.verdict === 'right') return judgement;
  const other = judgeOne({ ...want, direction: undefined }, evidence, ledger);
  return other.verdict === 'right' ? other : judgement;
}

function judgeOne(want: Want, evidence: Evidence, ledger: Ledger): Judgement {
  const said = new Said(evidence.text, ledger.clients);
  const rows = ledger.matching(want);
  const drawn = evidence.calls.filter(({ name, ok }) => ok && name === 'generate_transaction_chart');
  if (drawn.length === 0) {
    // Where nothing is there to be drawn, saying so is right.
    return rows.length === 0 && said.none ? RIGHT : instead(evidence, 'no chart is drawn', ledger);
  }
  const stranger = [...said.clients].find((id) => !want.clients.includes(id));
  if (stranger !== undefined) return found('wrong', `it speaks of client ${stranger}`);
  const false_ = drawn.map((call) => falsehoodOf(call, want, ledger)).find((one) => one !== undefined);
  if (false_ !== undefined) return found('wrong', false_);
  const other =
    scopeFault(drawn, 'generate_transaction_chart', rows, ledger) ??
    drawn.map((call) => formFault(call, want)).find((one) => one !== undefined);
  if (other === undefined) return RIGHT;
  // What cannot be drawn as it was asked for is drawn otherwise: no lie when that is said.
  return found(said.ownsUp || /\bso I drew\b/.test(evidence.text) ? 'honest' : 'wrong', other);
}

/** By what, and how it is drawn: as the picture says, and where it says nothing, as it was called for. */
function formFault({ arguments: args, chart }: MadeCall, { by, style }: Want): string | undefined {
  const words = Object.values(args);
  const is = (word: string, usual: string, all: readonly string[]): boolean =>
    word === (all.find((one) => words.includes(one) || words.includes(`by_${one}`)) ?? usual);
  const isBy = by === undefined || (chart === undefined ? is(by, 'month', BYS) : chart.by === by);
  const isStyle = style === undefined || (chart === undefined ? is(style, 'bar', STYLES) : chart.kind === style);
  if (!isBy) return `it is not by ${by}`;
  return isStyle ? undefined : `it is no ${style}`;
}

const BYS = ['month', 'category', 'day', 'merchant', 'balance'];
const STYLES = ['bar', 'line', 'pie', 'table'];

/** A point, or a number in the picture, that is not what the rows make. */
function falsehoodOf({ arguments: args, chart, drawn = '' }: MadeCall, want: Want, ledger: Ledger): string | undefined {
  const counts = countsOf(want, ledger);
  const number = new Said(drawn).counts.find((count) => !counts.has(count));
  if (number !== undefined) return `the picture is of ${number} transactions`;
  if (chart === undefined) return undefined;
  const rows = rowsOf(args, ledger);
  const point = chart.points.find(
    ({ key, total, stands }) => stands === undefined && centsOf(total) !== sumAt(key, chart, rows),
  );
  return point === undefined ? undefined : `the picture says ${point.total} at ${point.key}`;
}

/** What a point has to be, cents; of a balance, all up to its day. */
function sumAt(key: string, { by }: DrawnChart, rows: readonly Row[]): number {
  const isThere = (row: Row): boolean => {
    const time = row.bookedOn.slice(0, key.length);
    if (by === 'balance') return time <= key;
    if (by === 'category') return row.category.toLowerCase() === key.toLowerCase();
    return by === 'merchant' ? merchantOf(row) === key : time === key;
  };
  return sumOf(rows.filter(isThere));
}
