// Arguments as a model wrote them: bounded before anything reads them, and compared whatever the order of their keys.
import type { ToolCall } from '../llm/llm.port.js';

/** Deeper nesting is no request of anybody's, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 32;
/** Longest arguments, characters. */
const MAX_CHARS = 32_768;

/** Whether arguments are too long or nested too deep to be looked at. One pass, without parsing. */
export function unreadable(json: string): boolean {
  if (json.length > MAX_CHARS) return true;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}

/** The value of readable arguments; the text itself when it is no JSON. */
export function valueOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json; // the tool will refuse it
  }
}

/** Name and arguments of a call whose arguments are readable, whatever the order of the keys or the spacing of the JSON. */
export const keyOf = ({ name, arguments: json }: ToolCall): string =>
  `${name} ${JSON.stringify(sorted(valueOf(json)))}`;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
