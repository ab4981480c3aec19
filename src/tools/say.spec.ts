import { sayCount, sayMoney, sayPeriod } from './say.js';

describe('words for the ear', () => {
  it.each([
    ['2026-03-01', '2026-03-31', 'from March 1 to March 31, 2026'],
    ['2025-12-30', '2026-01-02', 'from December 30, 2025 to January 2, 2026'],
    ['2026-03-05', '2026-03-05', 'on March 5, 2026'],
    ['2026-03-05', undefined, 'since March 5, 2026'],
    [null, '2026-03-05', 'until March 5, 2026'],
    [null, undefined, ''],
  ])('say the period %s to %s', (from, to, spoken) => {
    expect(sayPeriod(from, to)).toBe(spoken);
  });

  it('say money and counts', () => {
    expect(sayMoney(1234.5, 'USD')).toBe('$1,234.50');
    expect(sayMoney(-3, 'USD')).toBe('-$3.00');
    expect(sayCount(1, 'transaction')).toBe('1 transaction');
    expect(sayCount(1200, 'transaction')).toBe('1,200 transactions');
  });
});
