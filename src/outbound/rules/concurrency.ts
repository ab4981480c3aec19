import type { Rule } from './rule.js';

export const concurrency: Rule = ({ open }, { concurrent }) =>
  open >= concurrent
    ? { rule: 'concurrency', status: 429, message: `${open} calls are being placed or go on; ${concurrent} may.` }
    : undefined;
