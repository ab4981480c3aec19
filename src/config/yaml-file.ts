// Files that operators write in YAML (agents, prices, plans): read in one way, with faults that say what to change.
import { readFileSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import type { z } from 'zod';

/** How often an anchor may be repeated: a few lines of aliases would unfold to more than there is memory. */
const MOST_ALIASES = 50;
/** More of a value than this is not repeated, characters. */
const MOST_SHOWN = 40;

/** Where in the file it is. */
type Path = readonly PropertyKey[];

export interface Yaml {
  readonly value: unknown;
  /** From 1: of the value, or of what should have it. */
  readonly lineOf: (path: Path) => number;
}

/** The text is no YAML that could be used: a sentence for each fault, without the file's name. */
export class YamlFault extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'YamlFault';
  }
}

/** Throws YamlFault. */
export function readYaml(file: string): Yaml {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new YamlFault([`cannot be read: ${whyUnread(error)}`]);
  }
  return parseYaml(text);
}

/** Throws YamlFault. */
export function parseYaml(text: string): Yaml {
  // What is read as UTF-8 and is something else, such as UTF-16 or Latin-1, would be spoken and shown as question marks.
  const strange = text.search(/[\0\uFFFD]/);
  if (strange !== -1) {
    const line = text.slice(0, strange).split('\n').length;
    throw new YamlFault([`is not written in UTF-8: save it as UTF-8 (line ${line})`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  if (document.errors.length > 0) throw new YamlFault(document.errors.map(syntaxFault));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // An alias of nothing, or one too many.
    throw new YamlFault([`its anchors and aliases (&, *) cannot be followed: ${(error as Error).message}`]);
  }
  return {
    value,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const node = nodeAt(document, path.slice(0, length));
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}

/** The key, where there is one: what it has may begin on the next line. */
function nodeAt(document: Document, path: Path): unknown {
  const last = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined;
  return pair?.key ?? document.getIn(path, true);
}

/** Why a file cannot be read, for who named it. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  return message;
}

/** A sentence for each thing that a schema has against it: where it stands, and what is to stand there. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], { value, lineOf }: Yaml): string[] {
  return issues.map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    const where = issue.path.join('.') || 'file';
    return `${where}: ${sentenceOf(issue, at(value, issue.path))} (line ${lineOf(path)})`;
  });
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number without a unit',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list such as [a, b]',
  object: 'lines of the form "key: value"',
  record: 'lines of the form "key: value"',
};

function sentenceOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  // A schema that says it itself knows better.
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  const wanted = KINDS[issue.expected];
  if (wanted === undefined) return issue.message;
  if (value !== undefined && value !== null) return `must be ${wanted}, not ${shown(value)}`;
  if (issue.path.length === 0) return `is empty: it must have ${wanted}`;
  return `${value === undefined ? 'is missing' : 'is empty'}: it must be ${wanted}`;
}

/** A value of the file, as far as it tells what was meant. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'lines of the form "key: value"';
  // YAML has .nan and .inf, which JSON has not.
  const text = typeof value === 'string' ? JSON.stringify(value) : `${value as number | boolean}`;
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}..."` : text;
}

function at(value: unknown, path: Path): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}

/** Without the lines of the file that the parser shows below its sentence. */
function syntaxFault({ code, message, linePos }: YAMLError): string {
  const line = linePos === undefined ? '' : ` at line ${linePos[0].line}, column ${linePos[0].col}`;
  if (code === 'MULTIPLE_DOCS') return `has several documents, and one is read: take the --- out${line}`;
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}
