import type { TransactionReport } from '../data/business-data.port.js';
import { sayCount, sayMoney, sayPeriod, words } from '../../tools/say.js';

/** A report as a message: one line that says what it is, totals by category, every transaction. */
export function reportMail(report: TransactionReport): { subject: string; text: string; html: string } {
  const { client, count, total, currency, from, to, transactions, byCategory } = report;
  const period = sayPeriod(from, to);
  const who = `client ${client.id}, ${oneLine(client.name)}`;
  const subject = words(`Transactions of ${who}`, period);
  const money = (amount: number) => sayMoney(amount, currency);
  const summary = words(
    `${sayCount(count, 'transaction')} of ${who},`,
    `${period}${period === '' ? '' : ','} ${money(total)} in total.`,
  );
  const omitted = count > transactions.length ? `The newest ${transactions.length} are listed.` : '';
  const footer = 'You receive this report because it was asked for in a call with our voice assistant.';

  const text = [
    summary,
    omitted,
    '',
    'By category',
    ...byCategory.map((group) => `  ${group.category}: ${money(group.total)} (${group.count})`),
    '',
    'Transactions',
    ...transactions.map((row) => `  ${row.date}  ${money(row.amount)}  ${oneLine(row.description)} (${row.category})`),
    '',
    footer,
  ]
    .filter((line, index) => line !== '' || index > 1)
    .join('\n');

  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>
<body style="font-family:Helvetica,Arial,sans-serif;color:#1f2933;max-width:640px;margin:24px auto">
<h1 style="font-size:20px">${escape(subject)}</h1>
<p>${escape(summary)} ${escape(omitted)}</p>
${table(
  ['Category', 'Transactions', 'Total'],
  byCategory.map((group) => [group.category, String(group.count), money(group.total)]),
)}
${table(
  ['Date', 'Description', 'Category', 'Amount'],
  transactions.map((row) => [row.date, row.description, row.category, money(row.amount)]),
)}
<p style="color:#616e7c;font-size:12px">${escape(footer)}</p>
</body></html>`;
  return { subject, text, html };
}

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

/** A name with a line break in it must not become a header of its own. */
// oxlint-disable-next-line no-control-regex -- control characters are what is meant
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
