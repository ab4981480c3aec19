// What goes into a report, in words: for the question before the yes, and for the report itself.
import { sayList } from '../../spoken/say.js';
import { words } from '../../tools/say.js';
import type { Sort, TransactionReport } from '../data/business-data.port.js';
import { sayWhat, sayWhen } from '../selection/say-selection.js';
import type { SelectionArgs } from '../selection/selection.js';

/** Most transactions that a mail lists. */
export const MOST_LISTED = 1_000;
/** Most transactions in a file. */
export const MOST_IN_FILE = 10_000;

/** What was asked for, beside whom it goes to. */
export interface Content {
  readonly args: SelectionArgs;
  readonly sort: Sort;
  /** Only so many of them; all when absent. */
  readonly limit?: number | undefined;
  readonly csv: boolean;
  /** What the bars of a chart are, when one was asked for. */
  readonly chart?: string | undefined;
}

/** How much of a selection is sent, worked out once for the question and for the mail. */
export interface Amounts {
  /** Transactions that were asked for. */
  readonly wanted: number;
  /** Of them, in the text of the mail. */
  readonly listed: number;
  /** Of them, in a file; 0 when there is none. */
  readonly inFile: number;
}

export function amountsOf(count: number, { limit, csv }: Content): Amounts {
  const wanted = Math.min(limit ?? count, count);
  const hasFile = csv || wanted > MOST_LISTED;
  return {
    wanted,
    listed: Math.min(wanted, MOST_LISTED),
    inFile: hasFile ? Math.min(wanted, MOST_IN_FILE) : 0,
  };
}

const number = (n: number): string => n.toLocaleString('en-US');

/** "24 travel transactions", "the 3 largest of 24 travel transactions". */
export function sayRows({ count, currency }: TransactionReport, content: Content): string {
  const { wanted } = amountsOf(count, content);
  const all = `${number(count)} ${sayWhat(content.args, currency, count)}`;
  if (wanted === count) return all;
  return wanted === 1 ? `the ${content.sort} of ${all}` : `the ${number(wanted)} ${content.sort} of ${all}`;
}

/** What the caller agrees to, without whom it goes to: whose, which, from when, and in what form. */
export function sayContent(report: TransactionReport, content: Content): string {
  const { client } = report;
  const form = sayList([
    ...(content.chart === undefined ? [] : [`with a chart by ${content.chart}`]),
    ...(content.csv ? ['with a CSV file'] : []),
  ]);
  const parts = [`${sayRows(report, content)} of client ${client.id}`, client.name, sayWhen(content.args), form];
  return parts.filter((part) => part !== '').join(', ');
}

/**
 * What is otherwise than one would think, each a sentence. None of them denies anything: a caller may repeat the words of a
 * question in his yes, and "send nothing" is none.
 */
export function remarksOn(report: TransactionReport, content: Content): readonly string[] {
  const { wanted, listed, inFile } = amountsOf(report.count, content);
  const missing = report.categories.filter(({ found }) => found.length === 0).map(({ asked }) => asked);
  const others = report.categories.filter(({ asked, found }) => found.length > 0 && !found.some(isLike(asked)));
  return [
    missing.length === 0
      ? ''
      : `I leave out ${sayList(missing)}, ${missing.length === 1 ? 'an unknown category' : 'unknown categories'}.`,
    ...others.map(({ asked, found }) => `For ${asked} I take ${sayList(found)}.`),
    listed === wanted
      ? ''
      : words(
          `The mail lists the ${content.sort} ${number(listed)}, and a CSV file has`,
          inFile === wanted ? 'all of them.' : `the ${content.sort} ${number(inFile)}, the most that a report holds.`,
        ),
  ].filter((remark) => remark !== '');
}

/** "grocery" and "Groceries" are the same to a caller. */
const isLike =
  (asked: string) =>
  (found: string): boolean => {
    const [a, b] = [asked, found].map((text) => text.toLowerCase().slice(0, 5));
    return a === b;
  };

/** "Transactions of client 5001, Ada Park, from March 1 to March 31, 2026". A name in it may hold anything. */
export function titleOf(report: TransactionReport, content: Content): string {
  const { client, count } = report;
  const { wanted } = amountsOf(count, content);
  const rows = wanted === count ? sayWhat(content.args, report.currency) : sayRows(report, content);
  const title = `${rows} of client ${client.id}, ${client.name}`;
  return oneLine(`${title.charAt(0).toUpperCase()}${title.slice(1)}${sayTime(report, content)}`);
}

/** ", from March 1 to March 31, 2026". */
export const sayTime = ({ from, to }: TransactionReport, { args }: Content): string => {
  const when = sayWhen(args) || sayWhen({ from: from ?? undefined, to: to ?? undefined });
  return when === '' ? '' : `, ${when}`;
};

/** A name with a line break in it must not become a header of its own. */
// oxlint-disable-next-line no-control-regex -- control characters are what is meant
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
