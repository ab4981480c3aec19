import type { Rule } from './rule.js';

export const attempts: Rule = ({ attempts: made }, { attempts: most }) =>
  made >= most
    ? {
        rule: 'attempts',
        status: 429,
        message: `This number was called ${made} times in 24 hours; ${most} are allowed.`,
      }
    : undefined;
