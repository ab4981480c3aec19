import { MAX_ARGUMENT_CHARS, MAX_ARGUMENT_DEPTH, unreadable } from '../../bounds/texts.port.js';
import { readLeniently } from './lenient-json.js';

// The arguments of a tool call as every server takes them back: the JSON of one object. What a model wrote otherwise is read
// where it can be read in one way.

/** `json` is an object; `fault` says for the model what was wrong. */
export type ReadArguments = { readonly json: string } | { readonly fault: string };

/** How much of what was wrong the model is shown, characters. */
const EXCERPT = 80;
/** How often an object may be wrapped in a string or a list. */
const MAX_WRAPPINGS = 3;

/** Never throws, whatever the text. */
export function readArguments(text: string): ReadArguments {
  if (unreadable(text)) {
    return {
      fault: `The arguments were longer than ${MAX_ARGUMENT_CHARS} characters or nested deeper than ${MAX_ARGUMENT_DEPTH} levels.`,
    };
  }
  const direct = parsed(text);
  if (isObject(direct)) return { json: wellFormedJson(text.trim()) };
  try {
    const object = unwrapped(direct ?? text);
    if (object !== undefined) return { json: wellFormedJson(JSON.stringify(object)) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const shown = JSON.stringify(text.trim().slice(0, EXCERPT).toWellFormed());
  return { fault: `The arguments were not one JSON object. They began with ${shown}.` };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it may be readable in another way
  }
}

/** The object in a string, a list of one, or a code fence. Throws a SyntaxError. Nothing at all means no arguments. */
function unwrapped(value: unknown): object | undefined {
  let inner = value;
  for (let n = 0; n <= MAX_WRAPPINGS; n += 1) {
    if (inner === null || inner === undefined) return {};
    if (isObject(inner)) return inner;
    if (Array.isArray(inner)) {
      if (inner.length > 1) return undefined;
      inner = inner[0] as unknown;
    } else if (typeof inner === 'string') {
      if (unreadable(inner)) return undefined;
      const bare = unfenced(inner);
      if (bare === '') return {};
      if (n > 0 && !/^[{["'“]/u.test(bare)) return undefined;
      inner = parsed(bare) ?? readLeniently(bare);
    } else return undefined;
  }
  return undefined;
}

/** Without a code fence around it, or the first or last line of one. */
const unfenced = (text: string): string =>
  text
    .trim()
    .replace(/^(`{3,}|~{3,})\w*\s*/, '')
    .replace(/\s*(`{3,}|~{3,})$/, '')
    .trim();

/** The same JSON without halves of characters, which strict servers refuse. */
const wellFormedJson = (json: string): string =>
  json
    .toWellFormed()
    .replaceAll(
      /\\[^u]|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}/g,
      (escape) => (escape.length === 6 ? '\uFFFD' : escape),
    );
