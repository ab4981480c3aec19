import { reportCsv } from './report-csv.js';

const row = (description: string, amount = 1, category = 'travel') => ({
  date: '2026-03-01',
  description,
  category,
  amount,
});
const lineOf = (...args: Parameters<typeof row>): string =>
  reportCsv([row(...args)], 'USD')
    .slice(1)
    .split(/^Date.*\r\n/)[1] ?? '';

it('is a table of RFC 4180 with a byte order mark', () => {
  expect(reportCsv([row('Harbor Hotel', 1234.5), row('Refund from Harbor Hotel', -12.5)], 'USD')).toBe(
    '\uFEFFDate,Description,Category,Amount,Currency\r\n' +
      '2026-03-01,Harbor Hotel,travel,1234.50,USD\r\n' +
      '2026-03-01,Refund from Harbor Hotel,travel,-12.50,USD\r\n',
  );
});

it('quotes what would end a cell or a line', () => {
  expect(lineOf('Fish, "fresh"')).toBe('2026-03-01,"Fish, ""fresh""",travel,1.00,USD\r\n');
  expect(lineOf('two\r\nlines')).toBe('2026-03-01,"two\r\nlines",travel,1.00,USD\r\n');
});

it.each(['=1+1', '+49 30 1', '-2+3', '@SUM(A1)', '\t=1', ' =HYPERLINK("http://x")', '|calc', '＝1+1', '\r=1', '%0A'])(
  'makes no formula of %j',
  (text) => {
    expect(lineOf(text)).toMatch(/^2026-03-01,"?'/);
    expect(lineOf('x', 1, text)).toMatch(/^2026-03-01,x,"?'/);
  },
);

it('has as many digits as the currency', () => {
  expect(reportCsv([row('x', 1500)], 'JPY')).toContain(',1500,JPY');
  expect(reportCsv([row('x', 1.5)], 'KWD')).toContain(',1.500,KWD');
  expect(reportCsv([row('x', 1.5)], '???')).toContain(',1.50,???');
  expect(reportCsv([row('x', 0.1234)], 'USD')).toContain(',0.1234,USD');
});
