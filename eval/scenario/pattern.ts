// How a scenario says what a value must be: a text means the same words, /.../ is a regular expression, a mapping names
// the fields that matter.
import { sameWords } from '../../src/conversation/words.js';

/** Whether `value` is what the scenario says. */
export function matches(pattern: unknown, value: unknown): boolean {
  if (typeof pattern === 'string') {
    const expression = asRegExp(pattern);
    if (expression !== undefined) return typeof value === 'string' && expression.test(value);
    return typeof value === 'string' && sameWords(pattern, value);
  }
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.length === value.length && pattern.every((one, n) => matches(one, value[n]));
  }
  if (typeof pattern === 'object' && pattern !== null) {
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(pattern).every(([key, inner]) => matches(inner, (value as Record<string, unknown>)[key]));
  }
  return pattern === value;
}

/** "/refund/" as a regular expression, case does not matter; undefined for plain text. Throws SyntaxError. */
export function asRegExp(pattern: string): RegExp | undefined {
  const source = /^\/(.*)\/$/s.exec(pattern)?.[1];
  return source === undefined ? undefined : new RegExp(source, 'is');
}

export const show = (pattern: unknown): string => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern));
