import type { Rule } from './rule.js';

/** Nobody is called twice at once; and of a call whose answer got lost, its number and its time say which one it is. */
export const calleeBusy: Rule = ({ openToCallee }) =>
  openToCallee > 0
    ? {
        rule: 'callee_busy',
        status: 409,
        message: 'A call to this number is going on, or has not been cleared up yet.',
      }
    : undefined;
