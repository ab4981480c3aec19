import type { TransactionQuery } from '../../src/payments/data/business-data.port.js';

export interface Question {
  readonly name: string;
  readonly query: Partial<TransactionQuery>;
  /** The same, to the function of the first migration; where it could answer it. */
  readonly before?: { readonly from?: string; readonly to?: string; readonly category?: string };
}

const MARCH = { from: '2026-03-01', to: '2026-03-31' };
const DAY = { from: '2026-03-05', to: '2026-03-05' };

export const QUESTIONS: readonly Question[] = [
  { name: 'total', query: {}, before: {} },
  { name: 'a day', query: { periods: [DAY] }, before: DAY },
  { name: 'a month', query: { periods: [MARCH] }, before: MARCH },
  { name: 'a category', query: { categories: ['travel'] }, before: { category: 'travel' } },
  {
    name: 'a category in a month',
    query: { categories: ['travel'], periods: [MARCH] },
    before: { ...MARCH, category: 'travel' },
  },
  { name: 'refunds', query: { direction: 'refunded' } },
  { name: 'by month', query: { groupBy: 'month' } },
  { name: 'the largest', query: { sort: 'largest' } },
  {
    name: 'the largest of a category in a month',
    query: { sort: 'largest', categories: ['travel'], periods: [MARCH] },
  },
  { name: 'a merchant in a month', query: { merchant: 'harbor hotel', periods: [MARCH] } },
  { name: 'a merchant', query: { merchant: 'harbor hotel' } },
  { name: 'above an amount', query: { minAmount: 900 } },
  { name: 'by merchant', query: { groupBy: 'merchant' } },
];
