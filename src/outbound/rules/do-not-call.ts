import type { Rule } from './rule.js';

export const doNotCall: Rule = ({ isListed }) =>
  isListed
    ? { rule: 'do_not_call', status: 403, message: 'This number is on the list of those that are not called.' }
    : undefined;
