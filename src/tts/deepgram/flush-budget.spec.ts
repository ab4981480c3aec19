import { FlushBudget } from './flush-budget.js';

describe('the budget of flushes', () => {
  it('is spent one by one and comes back when the window has passed', () => {
    const budget = new FlushBudget(2, 1000);
    budget.spend(0);
    expect(budget.spare(100)).toBe(1);
    budget.spend(400);
    expect([budget.spare(500), budget.waitMs(500)]).toEqual([0, 500]);
    expect([budget.spare(999), budget.waitMs(999)]).toEqual([0, 1]);
    expect([budget.spare(1000), budget.waitMs(1000)]).toEqual([1, 0]);
    expect(budget.spare(1400)).toBe(2);
  });

  it('is Deepgram’s by itself', () => {
    const budget = new FlushBudget();
    for (let n = 0; n < 20; n += 1) budget.spend(n);
    expect([budget.spare(59_999), budget.waitMs(59_999), budget.spare(60_000)]).toEqual([0, 1, 1]);
  });
});
