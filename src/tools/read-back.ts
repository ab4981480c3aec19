import { failure } from './say.js';
import type { ReadBack, ToolOutcome } from './tool.port.js';

// What is read out before a tool runs of which nothing is known but its title and its arguments.

/** What a caller can be read before a yes, characters of JSON: some 20 s. */
const MAX_CHARS = 300;

/** Everything that the call would be made with: a yes to less would be none. */
export function readBackOf(title: string, args: Readonly<Record<string, unknown>>): ReadBack | ToolOutcome {
  if (JSON.stringify(args).length > MAX_CHARS) {
    return failure('invalid_arguments', 'That is more than I can read out to you. Please ask for less at once.');
  }
  const details = Object.entries(args).map(([key, value]) => `${key.replaceAll(/[_-]+/g, ' ')} ${sayValue(value)}`);
  const what = details.length === 0 ? '' : ` with ${details.join(', ')}`;
  return { statement: `I will use ${title}${what}.`, ask: 'Shall I do that?' };
}

function sayValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(sayValue).join(' and ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${sayValue(inner)}`)
    .join(', ');
}
