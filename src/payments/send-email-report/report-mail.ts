import type { TransactionReport } from '../data/business-data.port.js';
import { sayMoney, words } from '../../tools/say.js';
import type { MailChart } from './report-chart.js';
import { oneLine, amountsOf, remarksOn, sayRows, sayTime, titleOf } from './what-is-sent.js';
import type { Content } from './what-is-sent.js';

export interface MailParts {
  readonly report: TransactionReport;
  readonly content: Content;
  readonly chart?: MailChart | undefined;
}

/** A report as a message: a line that says what it is, the chart, totals by category, the transactions. */
export function reportMail({ report, content, chart }: MailParts): { subject: string; text: string; html: string } {
  const { client, count, total, currency } = report;
  const { wanted, listed } = amountsOf(count, content);
  const rows = report.transactions.slice(0, listed);
  const isAll = wanted === count;
  const money = (amount: number) => sayMoney(amount, currency);
  const subject = titleOf(report, content);
  const whose = `client ${client.id}, ${oneLine(client.name)}${sayTime(report, content)}`;
  const sum = isAll ? total : report.transactions.slice(0, wanted).reduce((all, { amount }) => all + amount, 0);
  const summary = capital(`${oneLine(sayRows(report, content))} of ${whose}: ${money(sum)} in total.`);
  const remarks = remarksOn(report, content).map(oneLine).join(' ');
  // Totals of what was not asked for would be taken for those of what was.
  const byCategory = isAll ? report.byCategory : [];
  const footer = 'You receive this report because it was asked for in a call with our voice assistant.';

  const text = [
    [summary, remarks, chart?.alt ?? ''],
    byCategory.map((group) => `  ${group.category}: ${money(group.total)} (${group.count})`),
    rows.map((row) => `  ${row.date}  ${money(row.amount)}  ${oneLine(row.description)} (${row.category})`),
    [footer],
  ]
    .map((lines, at) => [...(lines.length > 0 ? (HEADS[at] ?? []) : []), ...lines.filter((line) => line !== '')])
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');

  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>
<body style="font-family:Helvetica,Arial,sans-serif;color:#1f2933;max-width:640px;margin:24px auto">
<h1 style="font-size:20px">${escape(subject)}</h1>
<p>${escape(words(summary, remarks))}</p>
${chart === undefined ? '' : picture(chart)}
${
  byCategory.length === 0
    ? ''
    : table(
        ['Category', 'Transactions', 'Total'],
        byCategory.map((group) => [group.category, String(group.count), money(group.total)]),
      )
}
${table(
  ['Date', 'Description', 'Category', 'Amount'],
  rows.map((row) => [row.date, row.description, row.category, money(row.amount)]),
)}
<p style="color:#616e7c;font-size:12px">${escape(footer)}</p>
</body></html>`;
  return { subject, text, html };
}

/** Headings of the parts of the text. */
const HEADS: readonly (readonly string[])[] = [[], ['By category'], ['Transactions'], []];

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const picture = ({ file, alt }: MailChart): string =>
  `<p><img src="cid:${escape(file.contentId)}" alt="${escape(alt)}" width="640" style="max-width:100%;height:auto"></p>`;

/** The last column is right-aligned: it holds money. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: 'th' | 'td') => (value: string, index: number) => {
    const align = index === head.length - 1 ? 'right' : 'left';
    return `<${tag} style="text-align:${align};padding:4px 8px;border-bottom:1px solid #e4e7eb">${escape(value)}</${tag}>`;
  };
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('\n');
  return `<table style="border-collapse:collapse;width:100%;margin:16px 0;font-size:14px">
<thead><tr>${head.map(cell('th')).join('')}</tr></thead>
<tbody>
${body}
</tbody></table>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
