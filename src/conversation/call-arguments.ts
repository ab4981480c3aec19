// Arguments of tool calls, compared whatever the order of their keys.
import type { ToolCall } from '../llm/llm.port.js';

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
