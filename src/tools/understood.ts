// What a model means by arguments that are not quite of the kind that a tool takes. Only what can mean one thing: the tool's
// schema refuses the rest, in a sentence for the caller.

/** Longer is no number and no day. */
const LONGEST = 40;
const NOTHING = /^(?:null|none|nil|undefined|n\/a|)$/i;
const EVERYTHING = /^(?:all|any|everything)$/i;
/** "confirmed": whether the caller has agreed is not the model's to say, and no filter of anything. */
const CONSENT = /^(?:user|caller|is)?(?:confirm|confirmed|confirmation|consent|approved|agreed)$/;

interface Property {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly enum?: unknown;
  readonly items?: unknown;
  readonly properties?: unknown;
}

/** The arguments, read by the JSON schema of the tool. `value` is returned as it is when it is no object. */
export function understood(value: unknown, parameters: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(value)) return value;
  const properties = (isRecord(parameters['properties']) ? parameters['properties'] : {}) as Record<string, Property>;
  const inner = wrapped(value, properties);
  if (inner !== undefined) return understood(inner, parameters);
  const required = Array.isArray(parameters['required']) ? (parameters['required'] as unknown[]) : [];
  const read: Record<string, unknown> = {};
  for (const [written, given] of Object.entries(value)) {
    const key = keyOf(written, properties);
    if (isNothing(given) || (CONSENT.test(bare(written)) && !Object.hasOwn(properties, key))) continue;
    if (isEverything(given) && !required.includes(key)) continue;
    const meant = valueOf(given, properties[key] ?? {});
    const before = Object.hasOwn(read, key) ? read[key] : undefined;
    // A list that was given in two parts ("category" and "categories").
    read[key] = Array.isArray(before) && Array.isArray(meant) ? [...before, ...meant] : meant;
  }
  return read;
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

const isEverything = (value: unknown): boolean => typeof value === 'string' && EVERYTHING.test(value.trim());

const bare = (key: string): string => key.toLowerCase().replaceAll(/[^a-z\d]/g, '');

/** `clientId` for `client_id`, `category` for a list of `categories`. */
const keyOf = (written: string, properties: Readonly<Record<string, Property>>): string =>
  Object.hasOwn(properties, written)
    ? written
    : (Object.keys(properties).find((key) => bare(key) === bare(written)) ??
      Object.keys(properties).find((key) => properties[key]?.type === 'array' && isOneOf(bare(written), bare(key))) ??
      written);

const isOneOf = (one: string, several: string): boolean =>
  several === `${one}s` || (one.endsWith('y') && several === `${one.slice(0, -1)}ies`);

function valueOf(given: unknown, property: Property): unknown {
  const { type, format } = property;
  if (type === 'array') return listOf(given, isRecord(property.items) ? property.items : {});
  if (type === 'object') return understood(parsed(given), { ...property });
  const value: unknown = Array.isArray(given) && given.length === 1 && type !== 'array' ? given[0] : given;
  if (type === 'integer' || type === 'number') return numberOf(value);
  if (type !== 'string') return value;
  if (format === 'date' && typeof value === 'string') return dayOf(value.trim());
  if (Array.isArray(property.enum) && typeof value === 'string') return choiceOf(value, property.enum);
  return typeof value === 'number' ? String(value) : value;
}

/** A list as JSON in a string, as words between commas, or its only entry without the list. */
function listOf(given: unknown, items: Property): unknown {
  const value = parsed(given);
  const isWords = typeof value === 'string' && items.type === 'string';
  const entries: readonly unknown[] = isWords ? value.split(/[,;\n]/) : Array.isArray(value) ? value : [value];
  return entries.filter((entry) => !isNothing(entry) && !isEverything(entry)).map((entry) => valueOf(entry, items));
}

function parsed(given: unknown): unknown {
  if (typeof given !== 'string' || !/^\s*[[{]/.test(given)) return given;
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
}

/** Fewest letters by which a longer word is known. */
const FEWEST_LETTERS = 4;

/** "Months", "by month" for `month`, "refund" for `refunded`: the only choice that has a word of it. */
function choiceOf(given: string, choices: readonly unknown[]): string {
  if (given.length > LONGEST) return given;
  const names = choices.filter((choice) => typeof choice === 'string');
  const alike = names.filter((name) => wordsOf(name).some((word) => wordsOf(given).some((said) => isWord(said, word))));
  return names.find((name) => bare(name) === bare(given)) ?? (alike.length === 1 ? (alike[0] ?? given) : given);
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

const isWord = (said: string, word: string): boolean =>
  said === word || said === `${word}s` || (said.length >= FEWEST_LETTERS && word.startsWith(said));

const NUMBER =
  /^\s*(?:\p{L}+[\s.:]*){0,2}[#№\p{Sc}]?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?:\p{Sc}|[A-Z]{3})?\.?$/u;
/** Given to a schema in place of what is none. */
const NO_NUMBER = 'no number';

/** "client 5001", "#5001", "5,001", "$99.50", "100 USD". What is no number stays none: `true` is not 1. */
function numberOf(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > LONGEST) return NO_NUMBER;
  if (/^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  const found = NUMBER.exec(value);
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
