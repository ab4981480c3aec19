import { Allowance } from './allowance.js';

describe('Allowance', () => {
  const spend = (allowance: Allowance, amount: number): number => {
    let spent = 0;
    while (spent < 1_000_000 && allowance.take(amount)) spent += amount;
    return spent;
  };

  it('lets the capacity be spent at once, and then what time earns', () => {
    const allowance = new Allowance(1000, 2, 0);
    expect(spend(allowance, 10)).toBe(1000);
    allowance.refill(110);
    expect(spend(allowance, 10)).toBe(210);
  });

  it('keeps no more than its capacity of what was not spent', () => {
    const allowance = new Allowance(1000, 2, 0);
    for (let now = 0; now <= 1_000_000; now += 250) allowance.refill(now);
    expect(spend(allowance, 10)).toBeLessThanOrEqual(1000 + 2 * 250);
  });

  it('gives a long pause in full to what was queued behind it, whichever is looked at first', () => {
    const allowance = new Allowance(100, 0.05, 0);
    for (let index = 0; index < 600; index += 1) allowance.take(1);
    expect(allowance.refill(12_000)).toBe(true);
    const refilledFirst = new Allowance(100, 0.05, 0);
    refilledFirst.refill(12_000);
    expect(spend(refilledFirst, 1)).toBe(700);
  });

  it('loses no fraction, however often it is refilled', () => {
    const fresh = new Allowance(1000, 0.05, 0);
    for (let index = 0; index < 1000; index += 1) fresh.take(1);
    for (let now = 0; now <= 10_000; now += 7) fresh.refill(now);
    expect(spend(fresh, 1)).toBe(499);
  });
});
