// Transactions as a file for spreadsheets: RFC 4180, in UTF-8 with the mark by which spreadsheets know it.
import { currencyDigits } from '../../spoken/money.js';

export interface CsvRow {
  readonly date: string;
  readonly description: string;
  readonly category: string;
  readonly amount: number;
}

const BYTE_ORDER_MARK = '\uFEFF';
const HEAD = ['Date', 'Description', 'Category', 'Amount', 'Currency'];

/** One line a transaction, in their order; amounts with the currency's digits and a point, whatever language reads them. */
export function reportCsv(rows: readonly CsvRow[], currency: string): string {
  const digits = currencyDigits(currency);
  const lines = rows.map(({ date, description, category, amount }) => [
    date,
    text(description),
    text(category),
    amount.toFixed(Math.max(digits, decimalsOf(amount))),
    text(currency),
  ]);
  return `${BYTE_ORDER_MARK}${[HEAD, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('')}`;
}

const decimalsOf = (amount: number): number => (String(amount).split('.')[1] ?? '').length;

/**
 * What a spreadsheet would take for a formula gets an apostrophe in front, as OWASP has it ("CSV Injection"): merchants
 * choose their names. Only words, not our own numbers: a refund stays -12.50.
 */
const text = (value: string): string => (/^[\s\p{Cc}]*[=+\-@|%＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value);

/** RFC 4180, 2.6 and 2.7. */
const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
