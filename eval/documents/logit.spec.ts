import { fit, type Choice } from './logit.js';

/** Two passages with one feature each, and none. */
const choice = (one: number, other: number, right: number): Choice => ({
  passages: [[one], [other]],
  none: [1],
  right,
});

describe('a conditional logit', () => {
  it('learns that what speaks for the right passages speaks for others, and how much is too little', () => {
    const sure = [choice(0.9, 0.1, 0), choice(0.2, 0.8, 1), choice(0.7, 0.3, 0), choice(0.1, 0.9, 1)];
    const none = [choice(0.1, 0.2, -1), choice(0.3, 0.1, -1)];
    const { passage, none: constant } = fit([...sure, ...none]);
    expect(passage[0]).toBeGreaterThan(0);
    // Between the weakest that is right and the strongest that is not.
    const even = (constant[0] ?? 0) / (passage[0] ?? 1);
    expect(even).toBeGreaterThan(0.3);
    expect(even).toBeLessThan(0.7);
  });

  it('has its maximum where the chances are the shares: without features of use, the constant alone tells them', () => {
    const alike = Array.from({ length: 30 }, (_, n) => choice(0, 0, n < 10 ? -1 : n % 2));
    // Ten of thirty are none, against two passages with a third each.
    expect(fit(alike).none[0]).toBeCloseTo(0, 3);
  });
});
