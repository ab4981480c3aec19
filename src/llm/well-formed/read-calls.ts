import type { ToolSpec } from '../llm.port.js';
import { MAX_ARGUMENT_CHARS, unreadable } from '../../bounds/texts.port.js';
import { isObject, readArguments } from './arguments.js';
import { Balance } from './balance.js';
import { toolNamed } from './tool-name.js';

// What a piece of text that holds tool calls says: which tools, with which arguments.

/** A call that is whole, or what the model has to be told of one that is not. */
export type WrittenCall =
  { readonly name: string; readonly arguments: string } | { readonly name?: string; readonly fault: string };

const NAME_KEYS = ['name', 'tool_name', 'tool', 'function', 'function_name', 'action', 'recipient_name'];
const ARGUMENT_KEYS = ['arguments', 'parameters', 'args', 'params', 'input', 'action_input', 'tool_input', 'kwargs'];
const LIST_KEYS = ['tool_calls', 'tool_uses', 'function_calls', 'calls', 'actions', 'tools'];

const AS_TEXT =
  'It was written as text, and could not be read. Call tools by the means that you are given for it, with all arguments.';

export class CallText {
  private readonly names: readonly string[];

  constructor(private readonly tools: readonly ToolSpec[]) {
    this.names = tools.map(({ name }) => name);
  }

  /**
   * The calls in a piece of text. `certain`: the text is marked as a call, so that what cannot be read is a fault; otherwise
   * it may be no call at all, and nothing is returned. `begins`: no sentence is open before it, so that arguments that name
   * no tool are no example in one.
   */
  read(written: string, certain: boolean, begins = true): WrittenCall[] {
    const readable = !unreadable(written);
    const text = readable ? inPlainQuotes(withoutImagined(written)) : written;
    const isPython = text[text.search(/[({]/)] === '(';
    const calls = readable
      ? ((isPython ? this.inParentheses(text) : undefined) ??
        this.inJson(text, certain, certain || begins) ??
        this.inTags(text) ??
        this.inParentheses(text) ??
        this.inReAct(text))
      : undefined;
    if (calls !== undefined) return calls;
    const name = this.mentioned(text.slice(0, MAX_ARGUMENT_CHARS));
    // JSON that can be read and is no call is something else.
    if (!certain && (name === undefined || (readable && listOf(text) !== undefined))) return [];
    return [name === undefined ? { fault: AS_TEXT } : { name, fault: AS_TEXT }];
  }

  /** The only tool whose name stands in the text. */
  private mentioned(text: string): string | undefined {
    const found = this.names.filter((name) => new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, 'i').test(text));
    return found.length === 1 ? found[0] : undefined;
  }

  /** JSON that names its tool, or stands beside the name of one. */
  private inJson(text: string, certain: boolean, mayGuess: boolean): WrittenCall[] | undefined {
    const calls: WrittenCall[] = [];
    let before = 0;
    for (let at = firstBracket(text, 0); at >= 0; at = firstBracket(text, before)) {
      const length = new Balance().end(text.slice(at));
      if (length < 0) return undefined; // cut off: neither whole nor to be guessed
      const read = listOf(text.slice(at, at + length));
      if (read === undefined) {
        if (text[at] === '[') {
          before = at + 1;
          continue;
        }
        return undefined;
      }
      const beside = this.nameBefore(text.slice(before, at));
      for (const object of read) {
        const named = this.ofObject(object, certain);
        const isOurs = named?.every(({ name = '' }) => this.names.includes(name)) === true;
        const call = isOurs ? named : (this.besideName(object, beside, mayGuess) ?? named);
        if (call === undefined) return undefined;
        calls.push(...call);
      }
      before = at + length;
    }
    return calls.length === 0 ? undefined : calls;
  }

  private besideName(
    object: Record<string, unknown>,
    beside: string | undefined,
    mayGuess: boolean,
  ): WrittenCall[] | undefined {
    const name = beside ?? (mayGuess ? this.byKeys(object) : undefined);
    return name === undefined ? undefined : [{ name, arguments: JSON.stringify(object) }];
  }

  private ofObject(object: Record<string, unknown>, certain: boolean): WrittenCall[] | undefined {
    for (const key of LIST_KEYS) {
      const list = object[key];
      if (!Array.isArray(list)) continue;
      const calls = list.filter(isObject).map((one) => this.ofObject(one, certain));
      return certain || !calls.includes(undefined) ? calls.flatMap((one) => one ?? [{ fault: AS_TEXT }]) : undefined;
    }
    if (isObject(object['function'])) return this.ofObject(object['function'], certain);
    const given = ARGUMENT_KEYS.find((key) => key in object);
    const named = NAME_KEYS.map((key) => object[key]).find((value) => typeof value === 'string');
    const own = typeof named === 'string' ? toolNamed(named, this.names) : undefined;
    if (typeof named === 'string' && (own !== undefined || (given !== undefined && (certain || isShaped(object))))) {
      const inner = given === undefined ? rest(object) : object[given];
      return [{ name: own ?? named, arguments: typeof inner === 'string' ? inner : JSON.stringify(inner ?? {}) }];
    }
    // {"query_transactions": {...}}
    const [only, ...others] = Object.entries(object);
    const tool = only === undefined || others.length > 0 ? undefined : toolNamed(only[0], this.names);
    return tool === undefined || !isObject(only?.[1])
      ? undefined
      : [{ name: tool, arguments: JSON.stringify(only[1]) }];
  }

  /** The only tool that takes all these arguments, and lacks none that it needs. */
  private byKeys(object: Record<string, unknown>): string | undefined {
    const keys = Object.keys(object);
    const fitting = this.tools.filter(({ parameters }) => {
      const known = isObject(parameters['properties']) ? Object.keys(parameters['properties']) : [];
      const needed = Array.isArray(parameters['required']) ? (parameters['required'] as unknown[]) : [];
      return keys.every((key) => known.includes(key)) && needed.every((key) => keys.includes(String(key)));
    });
    return keys.length > 0 && fitting.length === 1 ? fitting[0]?.name : undefined;
  }

  /** The tool that is named before arguments, ours or not: what another one was to be given is nothing for ours. */
  private nameBefore(text: string): string | undefined {
    return this.lastNamed(text) ?? FOREIGN.map((named) => named.exec(text)?.[1]).find((name) => name !== undefined);
  }

  /** The name that stands last before arguments: `[TOOL_CALLS]name[ARGS]`, `functions.name:0<|...|>`. */
  private lastNamed(text: string): string | undefined {
    const places = this.names.map((name) => [text.toLowerCase().lastIndexOf(name.toLowerCase()), name] as const);
    const [at, name] = places.toSorted(([a, x], [b, y]) => b - a || y.length - x.length)[0] ?? [-1];
    return at < 0 ? undefined : name;
  }

  /** `<function=name><parameter=key>value</parameter>`, `<invoke name="...">`, `<arg_key>...`, `<name><key>value</key></name>`. */
  private inTags(text: string): WrittenCall[] | undefined {
    const calls: WrittenCall[] = [];
    for (const part of text.split(CALL_TAG)) {
      const values = taggedValues(part, this.names);
      if (values.length === 0) continue;
      const given = Object.fromEntries(values);
      const name = this.nameBefore((part.split(VALUE_TAG)[0] ?? '').slice(0, 400)) ?? this.byKeys(given);
      if (name !== undefined) calls.push({ name, arguments: JSON.stringify(given) });
    }
    return calls.length === 0 ? undefined : calls;
  }

  /** `name(client_id=5001, from="2026-01-01")`, `name()`, alone or several. */
  private inParentheses(text: string): WrittenCall[] | undefined {
    const calls: WrittenCall[] = [];
    let done = 0;
    for (const found of text.matchAll(/([\w.-]+)\s*(?=\()/g)) {
      // What stands in the arguments of a call, a caller's words for example, is none.
      if (found.index < done) continue;
      const name = toolNamed(found[1] ?? '', this.names);
      if (name === undefined) continue;
      const from = found.index + found[0].length;
      const length = new Balance().end(text.slice(from));
      if (length < 0) return undefined;
      const inner = text.slice(from + 1, from + length - 1);
      const read = readArguments(`{${inner}}`);
      const json = 'json' in read ? read.json : this.oneString(name, onlyString(inner));
      if (json === undefined) return undefined;
      done = from + length;
      // "You can say web_search() to start": without what it needs it is only spoken of.
      if (json === '{}' && this.needsSomething(name)) continue;
      calls.push({ name, arguments: json });
    }
    return calls.length === 0 ? undefined : calls;
  }

  /** `Action: name` with `Action Input: what it gets`, or with that in brackets. */
  private inReAct(text: string): WrittenCall[] | undefined {
    const [, written = '', inBrackets, below] =
      /(?:action|tool|function)(?: name)?:\s*([\w.-]+)\s*(?:\[([^\]]*)\]|(?:(?:action )?input|arg\w*|parameters):[ \t]*([^\n]*))/i.exec(
        text,
      ) ?? [];
    const name = toolNamed(written, this.names);
    const given = (inBrackets ?? below ?? '').trim();
    if (name === undefined || given === '' || /^[{[]/.test(given)) return undefined;
    const json = this.oneString(name, onlyString(given) ?? given);
    return json === undefined ? undefined : [{ name, arguments: json }];
  }

  /** Arguments of a tool that needs one text and nothing else. */
  private oneString(name: string, value: string | undefined): string | undefined {
    const { required, properties } = this.tools.find((tool) => tool.name === name)?.parameters ?? {};
    const [key, ...others] = Array.isArray(required) ? (required as unknown[]).map(String) : [];
    if (value === undefined || key === undefined || others.length > 0 || !isObject(properties)) return undefined;
    const schema = properties[key];
    return isObject(schema) && schema['type'] === 'string' ? JSON.stringify({ [key]: value }) : undefined;
  }

  private needsSomething(name: string): boolean {
    const required = this.tools.find((tool) => tool.name === name)?.parameters['required'];
    return Array.isArray(required) && required.length > 0;
  }
}

const escaped = (text: string): string => text.replaceAll(/[^\w]/g, String.raw`\$&`);

const firstBracket = (text: string, from: number): number => {
  const at = text.slice(from).search(/\{|\[\s*\{/);
  return at < 0 ? -1 : from + at;
};

/** The object, or the objects of the list; undefined when it is no JSON. */
function listOf(text: string): readonly Record<string, unknown>[] | undefined {
  if (!text.startsWith('[')) {
    const read = readArguments(text);
    return 'json' in read ? [JSON.parse(read.json) as Record<string, unknown>] : undefined;
  }
  const read = readArguments(`{"list":${text}}`);
  if ('fault' in read) return undefined;
  const { list } = JSON.parse(read.json) as { list: unknown[] };
  return list.every(isObject) ? list : undefined;
}

const rest = (object: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !NAME_KEYS.includes(key)));

/** What a call or the next one begins with, and where its values do, whatever a model puts before the words. */
const CALL_TAG = /(?=<\/?(?:function[=\s]|[\w:.|｜]*invoke\s|[\w:]*tool_call(?::\w+)?>))/i;
const VALUE_TAG = /<[\w:.|｜]*(?:param(?:eter)?|arg_key|arg)\b/i;

/** Names of tools that there are not: `<function=name>`, `<invoke name="name">`, `Action: name`, `name{`. */
const FOREIGN = [
  /<[\w:.|｜]*(?:function|invoke|tool_call|tool)(?:=|\s+name=)["']?([\w.-]+)/i,
  /(?:^|\n)\s*(?:action|tool|function)(?: name)?:\s*([\w.-]+)\s*(?:\n|$)/i,
  /(?:^|[>\]:\s])(?!(?:json|javascript|python|xml|arguments?|args|input|parameters?|calls?|tool_calls?|function_calls?|functions?|tools?|tool_use)\s*$)([a-z][\w-]*(?:[._]\w+)+)\s*(?:<[^<>]*>\s*|\[[^[\]]*\]\s*)?$/i,
];

const VALUES = [
  /<([\w:.|｜]*param(?:eter)?)(?:=|\s+name=)["']?([\w-]+)["']?[^>]*>([\s\S]*?)<\/\1>/gi,
  /<([\w:]*arg_key[\w:]*)>\s*([\w-]+)\s*<\/\1>\s*<[\w:]*arg_value[\w:]*>([\s\S]*?)<\/[\w:]*arg_value[\w:]*>/gi,
  /<(([\w-]+))>([^<]*)<\/\1>/g,
];

function taggedValues(text: string, names: readonly string[]): [string, unknown][] {
  for (const pattern of VALUES) {
    const found = [...text.matchAll(pattern)].filter(([, , key = '']) => !names.includes(key));
    if (found.length > 0) return found.map(([, , key = '', value = '']) => [key, valueOf(value.trim())]);
  }
  return [];
}

/** Lists and objects are JSON; everything else is read by the tool, which knows what it wants. */
function valueOf(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  const read = readArguments(`{"value":${text}}`);
  return 'json' in read ? (JSON.parse(read.json) as { value: unknown }).value : text;
}

/** A text in quotation marks, and nothing beside it. */
function onlyString(text: string): string | undefined {
  const read = readArguments(`{"value":${text.trim()}}`);
  const { value } = 'json' in read ? (JSON.parse(read.json) as { value: unknown }) : {};
  return typeof value === 'string' ? value : undefined;
}

/** An unknown tool's name and its arguments, and nothing that a call has not. */
const isShaped = (object: Record<string, unknown>): boolean =>
  Object.entries(object).every(([key, value]) => {
    if (ARGUMENT_KEYS.includes(key)) return isObject(value) || (typeof value === 'string' && value.startsWith('{'));
    if (NAME_KEYS.includes(key)) return typeof value === 'string' && /^[\w.-]+$/.test(value);
    return key === 'id' || key === 'type';
  });

/** The text with quotation marks where a model has tokens for them. */
const inPlainQuotes = (text: string): string =>
  text.replaceAll(/(<escape>|<\|"\|>)([\s\S]*?)\1/g, (_whole, _token, value: string) => JSON.stringify(value));

/** Without the answer that the model imagines its tool to have given, and what it makes of that. */
const withoutImagined = (text: string): string => text.split(/\n\s*observation\s*:/i)[0] ?? '';
