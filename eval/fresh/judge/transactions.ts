// Whether an answer about transactions is right. What is true comes from the ledger; the answer is read as its caller
// hears it. How a tool was called matters only where a small number could be right by chance.
import { centsOf, groupsOf, GROUPINGS, type Group, Ledger, type Row, sumOf } from '../ledger.js';
import type { Scope, WantOf } from '../request.schema.js';
import { figuresOf, splits } from './figures.js';
import { quotedFrom } from './quoted.js';
import { coveredBy } from './reach.js';
import { MONTHS, Said } from './said.js';
import { type Evidence, found, type Judgement, RIGHT } from './verdict.js';

type Want = WantOf<'transactions'>;

/** Rows or groups that are read aloud at once; the rest is offered. */
const AT_ONCE = 3;
/** Averages are rounded one way or the other, cents. */
const ROUNDING = 1;

export function judgeTransactions(want: Want, evidence: Evidence, ledger: Ledger): Judgement {
  const said = new Said(evidence.text, ledger.clients);
  const faults = readings(want, said).map((scope) => faultOf({ ...want, ...scope }, said, ledger));
  const [fault = ''] = faults;
  const untrue = untruthOf(want, said, ledger) ?? chanceOf(want, evidence, said, ledger);
  if (faults.includes(undefined)) return untrue === undefined ? RIGHT : found('wrong', untrue);
  const quoted = quotedFrom(evidence.text, ledger);
  if (quoted !== undefined) return found('wrong', `${fault}; it answers from ${quoted}`);
  if (said.ownsUp) return found('honest', fault);
  if (said.hasFigures) return found('wrong', `${fault}; it gives other figures`);
  return found(said.questions === '' ? 'missed' : 'asked', fault);
}

/**
 * What the words may mean where they do not say: spending with refunds taken off or without, a total of all or of what
 * was spent where the answer says that it is about spending.
 */
function readings({ direction, measure }: Want, said: Said): Pick<Scope, 'direction'>[] {
  const all = { direction: undefined };
  const spent = { direction: 'spent' } as const;
  if (direction === 'refunded') return [{ direction }];
  if (direction === 'spent') return measure === 'count' || measure === 'list' ? [spent] : [spent, all];
  const isOfSpending =
    measure === 'smallest' || measure === 'largest' || /\b(spen[dt]\w*|purchases?|paid|bought)\b/i.test(said.text);
  return isOfSpending ? [all, spent] : [all];
}

/** What is missing of what was asked; undefined when all is there. Several clients or periods may be told one by one or together. */
function faultOf(want: Want, said: Said, ledger: Ledger): string | undefined {
  const rows = ledger.matching(want);
  const faults = splits(want, rows).map((cells) =>
    cells.map((cell) => missing(want, cell, said)).find((one) => one !== undefined),
  );
  return faults.includes(undefined) ? undefined : faults[0];
}

function missing(want: Want, rows: readonly Row[], said: Said): string | undefined {
  const { measure, limit } = want;
  if (rows.length === 0)
    return said.none || said.has(0) || said.numbers.has(0) ? undefined : 'there is nothing, and it does not say so';
  switch (measure) {
    case 'total':
      return amount('the total', sumOf(rows), said);
    case 'average':
      return average(rows, said);
    case 'count':
      return said.numbers.has(rows.length) ? undefined : `the count is ${rows.length}`;
    case 'list':
      return listed(rows, limit, said);
    case 'smallest':
    case 'largest':
    case 'newest':
    case 'oldest':
      return ranked(rows, measure, limit ?? 1, said);
    case 'by_category':
    case 'by_month':
    case 'by_merchant':
    default:
      return grouped(groupsOf(rows, measure), measure, limit, said);
  }
}

const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

const amount = (what: string, cents: number, said: Said): string | undefined =>
  said.has(cents) ? undefined : `${what} is ${dollars(cents)}`;

function average(rows: readonly Row[], said: Said): string | undefined {
  const cents = sumOf(rows) / rows.length;
  const isSaid = said.amounts.some((one) => Math.abs(one.cents - Math.abs(cents)) <= ROUNDING);
  return isSaid ? undefined : `the average is ${dollars(Math.round(cents))}`;
}

/** A row's place in each order: less comes first. */
const PLACES = {
  largest: ({ amount }: Row): number => -Math.abs(centsOf(amount)),
  smallest: ({ amount }: Row): number => Math.abs(centsOf(amount)),
  newest: ({ bookedOn }: Row): number => -Date.parse(bookedOn),
  oldest: ({ bookedOn }: Row): number => Date.parse(bookedOn),
} as const;

type Order = keyof typeof PLACES;

/** The first `count` in this order, as far as they are read out; rows of the same place may change places. */
function ranked(rows: readonly Row[], order: Order, count: number, said: Said): string | undefined {
  const place = PLACES[order];
  const sorted = rows.toSorted((a, b) => place(a) - place(b));
  const first = sorted[0];
  const read = said.mentions(rows);
  const needed = Math.min(count, rows.length, AT_ONCE);
  const wanted = sorted.slice(0, Math.max(needed, read.length));
  const inOrder = read.every((row, n) => place(row) === place(wanted[n] ?? row));
  const whole = read.length === count && setsAgree(read.map(place), wanted.map(place));
  // Its amount or its day alone is enough where one is asked for.
  const bare = read.length === 0 && count === 1 && first !== undefined && said.tells(first);
  if (bare || (read.length >= needed && (inOrder || whole))) return undefined;
  return `the ${order} ${count === 1 ? 'is' : 'begin with'} ${wanted.slice(0, needed).map(nameOf).join(', ')}`;
}

const setsAgree = (a: readonly number[], b: readonly number[]): boolean =>
  a.toSorted((x, y) => x - y).join() === b.toSorted((x, y) => x - y).join();

const nameOf = ({ description, amount, bookedOn }: Row): string =>
  `${description} ${dollars(centsOf(amount))} on ${bookedOn}`;

/** Rows in an order that callers know, or how many there are. */
function listed(rows: readonly Row[], limit: number | undefined, said: Said): string | undefined {
  const read = said.mentions(rows);
  if (read.length === 0) return said.numbers.has(rows.length) ? undefined : `none of the ${rows.length} rows is read`;
  const orders: Order[] = ['newest', 'oldest', 'largest'];
  const faults = orders.map((order) => ranked(rows, order, Math.min(limit ?? read.length, rows.length), said));
  return faults.includes(undefined) ? undefined : faults[0];
}

function grouped(
  groups: readonly Group[],
  by: keyof typeof GROUPINGS,
  limit: number | undefined,
  said: Said,
): string | undefined {
  const spent = groups.filter(({ cents }) => cents > 0);
  const ranked = spent.length > 0 ? spent : groups;
  const needed = ranked.slice(0, Math.min(limit ?? AT_ONCE, AT_ONCE));
  const isSaid = ({ name, cents }: Group): boolean => said.names(labelOf(name, by)) && said.has(cents);
  const [top] = ranked;
  // "It was March" is an answer to "which month".
  if (limit === 1 && top !== undefined && said.amounts.length === 0 && said.names(labelOf(top.name, by)))
    return undefined;
  // Months may be told in the calendar's order.
  const inAnyOrder = limit === undefined && by === 'by_month';
  const enough = inAnyOrder ? ranked.filter(isSaid).length >= needed.length : needed.every(isSaid);
  if (enough) return undefined;
  return `${by} begins with ${needed.map(({ name, cents }) => `${labelOf(name, by)} ${dollars(cents)}`).join(', ')}`;
}

const labelOf = (name: string, by: keyof typeof GROUPINGS): string =>
  by === 'by_month' ? (MONTHS[Number(name.slice(5)) - 1] ?? name) : name;

/** A client that was not asked about, an amount or a count that is no figure of what was asked about. */
function untruthOf(want: Want, said: Said, ledger: Ledger): string | undefined {
  const stranger = [...said.clients].find((id) => !want.clients.includes(id));
  if (stranger !== undefined) return `it speaks of client ${stranger}`;
  const { amounts, counts } = figuresOf(want, ledger);
  const money = said.amounts.find(({ cents }) => !amounts.has(cents));
  if (money !== undefined) return `${dollars(money.cents)} is no figure of it`;
  const number = said.counts.find((count) => !counts.has(count));
  return number === undefined ? undefined : `${number} is no count of it`;
}

const includesAll = (rows: readonly Row[], wanted: readonly Row[]): boolean =>
  wanted.every((row) => rows.includes(row));

/** Small numbers come out right by chance: then the rows that were looked up must be those that were asked about. */
function chanceOf(want: Want, { calls }: Evidence, said: Said, ledger: Ledger): string | undefined {
  if (want.measure !== 'count' || said.amounts.length > 0) return undefined;
  const looked = coveredBy(calls, 'query_transactions', ledger);
  // How rows are narrowed down by direction or amount shows in the count itself.
  const { clients, periods, categories, merchant } = want;
  const wider = ledger.matching({ clients, periods, categories, merchant });
  const isWithin = looked?.every((row) => wider.includes(row)) ?? true;
  return isWithin && (looked === undefined || includesAll(looked, ledger.matching(want)))
    ? undefined
    : 'it counted other rows';
}
