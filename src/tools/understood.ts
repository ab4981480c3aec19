// What a model means by arguments that are not quite of the kind that a tool takes. Only what can mean one thing: the tool's
// schema refuses the rest, in a sentence for the caller.

/** Longer is no number and no day. */
const LONGEST = 40;
const NOTHING = /^(?:null|none|nil|undefined|n\/a|)$/i;
const EVERYTHING = /^(?:all|any|everything)$/i;

interface Property {
  readonly type?: unknown;
  readonly format?: unknown;
}

/** The arguments, read by the JSON schema of the tool. `value` is returned as it is when it is no object. */
export function understood(value: unknown, parameters: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(value)) return value;
  const properties = (isRecord(parameters['properties']) ? parameters['properties'] : {}) as Record<string, Property>;
  const inner = wrapped(value, properties);
  if (inner !== undefined) return understood(inner, parameters);
  const required = Array.isArray(parameters['required']) ? (parameters['required'] as unknown[]) : [];
  const entries = Object.entries(value).flatMap(([written, given]) => {
    const key = keyOf(written, properties);
    if (isNothing(given)) return [];
    const isOpen = typeof given === 'string' && EVERYTHING.test(given.trim());
    if (isOpen && !required.includes(key)) return [];
    return [[key, valueOf(given, properties[key] ?? {})] as const];
  });
  return Object.fromEntries(entries);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const WRAPPINGS = ['arguments', 'parameters', 'args', 'params', 'kwargs', 'input', 'tool_input', 'action_input'];
const BESIDE = new Set(['name', 'tool', 'tool_name', 'function', 'action', 'type', 'id']);

/** The arguments in a whole call that was given in their place: `{"name": ..., "arguments": {...}}`. */
function wrapped(
  value: Record<string, unknown>,
  properties: Readonly<Record<string, Property>>,
): Record<string, unknown> | undefined {
  const key = WRAPPINGS.find((name) => isRecord(value[name]) && !Object.hasOwn(properties, name));
  if (key === undefined) return undefined;
  const isWhole = Object.keys(value).every(
    (name) => name === key || (BESIDE.has(name) && !Object.hasOwn(properties, name)),
  );
  return isWhole ? (value[key] as Record<string, unknown>) : undefined;
}

const isNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && NOTHING.test(value.trim()));

const bare = (key: string): string => key.toLowerCase().replaceAll(/[^a-z\d]/g, '');

/** `clientId` for `client_id`. */
const keyOf = (written: string, properties: Readonly<Record<string, Property>>): string =>
  Object.hasOwn(properties, written)
    ? written
    : (Object.keys(properties).find((key) => bare(key) === bare(written)) ?? written);

function valueOf(given: unknown, { type, format }: Property): unknown {
  const value: unknown = Array.isArray(given) && given.length === 1 && type !== 'array' ? given[0] : given;
  if (type === 'integer' || type === 'number') return numberOf(value);
  if (type !== 'string') return value;
  if (format === 'date' && typeof value === 'string') return dayOf(value.trim());
  return typeof value === 'number' ? String(value) : value;
}

/** Given to a schema in place of what is none. */
const NO_NUMBER = 'no number';

/** "client 5001", "#5001", "5,001". What is no number stays none: `true` is not 1. */
function numberOf(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > LONGEST) return NO_NUMBER;
  if (/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  const found = /^\s*(?:\p{L}+[\s.:]*){0,2}[#№]?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*\.?$/u.exec(value);
  return found?.[1] === undefined ? NO_NUMBER : Number(found[1].replaceAll(',', ''));
}

/** The day of an ISO date-time, or a date with the year first. */
function dayOf(value: string): string {
  if (value.length > LONGEST) return value;
  const found = /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T\s]\d.*)?$/.exec(value);
  const [, year = '', separator, month = '', day = ''] = found ?? [];
  if (found === null || (separator === '' && month.length + day.length < 4)) return value;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
