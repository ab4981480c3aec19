import { plain, sayCount, sayDay, sayList, sayMoney, sayPeriod } from './say.js';

const TODAY = { year: 2026, month: 11, day: 20 };

it.each([
  ['2026-03-03', 'March 3rd'],
  ['2026-03-11', 'March 11th'],
  ['2026-03-22', 'March 22nd'],
  ['2025-12-01', 'December 1st, 2025'],
  ['2026-03-03T10:00:00Z', 'March 3rd'],
  ['soon', 'soon'],
])('says the day %s as %s', (iso, said) => {
  expect(sayDay(iso, TODAY)).toBe(said);
});

it.each([
  [{}, ''],
  [{ from: '2026-03-01', to: '2026-03-31' }, ' in March'],
  [{ from: '2025-03-01', to: '2025-03-31' }, ' in March 2025'],
  [{ from: '2026-03-01', to: '2026-05-31' }, ' from March to May'],
  [{ from: '2025-11-01', to: '2026-02-28' }, ' from November 2025 to February 2026'],
  [{ from: '2025-01-01', to: '2025-12-31' }, ' in 2025'],
  [{ from: '2026-06-05', to: '2026-06-05' }, ' on June 5th'],
  [{ from: '2026-11-09', to: '2026-11-15' }, ' from November 9th to November 15th'],
  [{ from: '2026-01-01' }, ' since January 1st'],
  [{ to: '2026-04-30' }, ' until April 30th'],
])('says the period %j as "%s"', (period, said) => {
  expect(sayPeriod(period, TODAY)).toBe(said);
});

it('says money, counts and lists', () => {
  expect([sayMoney(1234.5, 'USD'), sayMoney(-20, 'USD'), sayMoney(7, 'EUR')]).toEqual(['$1,234.50', '$20.00', '€7.00']);
  expect([0, 1, 1200].map((count) => sayCount(count, 'row'))).toEqual(['no rows', '1 row', '1,200 rows']);
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((items) => sayList(items))).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

it('makes text from outside plain', () => {
  expect(plain('See **this** [page](https://example.com)\n<b>now</b>\u0007 at https://x.test/y')).toBe(
    'See this page now at',
  );
  expect(plain('one two three four', 12)).toBe('one two...');
});
