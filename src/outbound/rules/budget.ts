import type { Rule } from './rule.js';

/** Whoever is called would hear of it when he has answered. */
export const budget: Rule = ({ hasBudget }) =>
  hasBudget
    ? undefined
    : { rule: 'budget', status: 429, message: 'Your budget for today is used up; it begins anew at 00:00 UTC.' };
