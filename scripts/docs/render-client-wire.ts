// What the client package knows of the messages, without zod: types, and shapes to check them by. From the schemas that the
// server runs on.
import { z } from 'zod';
import { CLOSE, clientMessageSchema, ERRORS, serverMessageSchema } from '../../src/protocol/index.js';
import type { JsonSchema } from './json-schema.js';

const NOTE = '// Made from src/protocol/ by `npm run docs`; a test compares the two. Do not edit.';

type Io = 'input' | 'output';

function messagesOf(union: z.ZodType, io: Io): readonly (readonly [type: string, schema: JsonSchema])[] {
  const { oneOf, anyOf } = z.toJSONSchema(union, { io, unrepresentable: 'any' }) as {
    readonly oneOf?: readonly JsonSchema[];
    readonly anyOf?: readonly JsonSchema[];
  };
  return (oneOf ?? anyOf ?? []).map((schema) => [String(schema.properties?.['type']?.const), schema] as const);
}

/** `client/wire/messages.ts`: an interface for each message. */
export function renderClientMessages(): string {
  const ends = [
    ['Server', messagesOf(serverMessageSchema, 'output')],
    ['Client', messagesOf(clientMessageSchema, 'input')],
  ] as const;
  const interfaces = ends.flatMap(([, messages]) =>
    messages.map(([type, schema]) => `${comment(schema, '')}export interface ${nameOf(type)} ${typeOf(schema, '')}`),
  );
  const unions = ends.map(
    ([end, messages]) =>
      `/** Anything that the ${end.toLowerCase()} may say. */\n` +
      `export type ${end}Message =${messages.map(([type]) => `\n  | ${nameOf(type)}`).join('')};`,
  );
  const one =
    "export type ServerMessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;";
  const numbered =
    '/** A message that may be numbered, so that it is taken once. */\n' +
    'export type NumberedMessage = Extract<ClientMessage, { clientSeq?: number | undefined }>;';
  return `${[NOTE, ...interfaces, ...unions, one, numbered].join('\n\n')}\n`;
}

/** `client/wire/shapes.ts`: what to check incoming messages by, and the first message, which is made of what a page gives. */
export function renderClientShapes(): string {
  const server = messagesOf(serverMessageSchema, 'output').map(
    ([type, schema]) => `  '${type}': ${shapeOf(schema, 'output')},`,
  );
  const start = messagesOf(clientMessageSchema, 'input').find(([type]) => type === 'session.start');
  const retryable = Object.entries(ERRORS).filter(([, { close }]) => CLOSE[close].retry);
  return `${[
    NOTE,
    "import type { Shape } from './check.js';\nimport type { ServerMessage } from './messages.js';",
    `export const SERVER_SHAPES: Readonly<Record<ServerMessage['type'], Shape>> = {\n${server.join('\n')}\n};`,
    `export const START_SHAPE: Shape = ${shapeOf(start?.[1] ?? {}, 'input')};`,
    `/** Errors of the server after which connecting again may help. */\n` +
      `export const RETRYABLE_ERRORS: readonly string[] = [${retryable.map(([code]) => quoted(code)).join(', ')}];`,
  ].join('\n\n')}\n`;
}

/** "session.started" as SessionStartedMessage. */
const nameOf = (type: string): string =>
  `${type
    .split(/[._]/)
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('')}Message`;

const comment = ({ description }: JsonSchema, indent: string): string =>
  description === undefined ? '' : `${indent}/** ${description} */\n`;

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));

const literals = ({ const: value, enum: values }: JsonSchema): readonly unknown[] | undefined =>
  values ?? (value === undefined ? undefined : [value]);

function typeOf(schema: JsonSchema, indent: string): string {
  const one = literals(schema);
  if (one !== undefined) return one.map(quoted).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => typeOf(each, indent)).join(' | ');
  if (schema.items !== undefined) {
    const item = typeOf(schema.items, indent);
    return `${schema.readOnly === true ? 'readonly ' : ''}${item.includes(' | ') ? `(${item})` : item}[]`;
  }
  if (schema.properties !== undefined) {
    const lines = Object.entries(schema.properties).map(([key, value]) => {
      const isOptional = schema.required?.includes(key) !== true;
      const type = typeOf(value, `${indent}  `);
      return `${comment(value, `${indent}  `)}${indent}  ${key}${isOptional ? '?' : ''}: ${type}${isOptional && type !== 'unknown' ? ' | undefined' : ''};\n`;
    });
    return `{\n${lines.join('')}${indent}}`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `Record<string, ${typeOf(schema.additionalProperties, indent)}>`;
  if (schema.type === 'integer') return 'number';
  return schema.type ?? 'unknown';
}

/** In the words of client/wire/check.ts. What the server says is held to its kinds only: a later one may say more of each. */
function shapeOf(schema: JsonSchema, io: Io): string {
  const one = literals(schema);
  if (one !== undefined) return `{ is: [${one.map(quoted).join(', ')}] }`;
  if (schema.anyOf !== undefined) return `{ either: [${schema.anyOf.map((each) => shapeOf(each, io)).join(', ')}] }`;
  if (schema.items !== undefined) return `{ each: ${shapeOf(schema.items, io)} }`;
  if (schema.properties !== undefined) {
    const keys = Object.entries(schema.properties).map(([key, value]) => {
      const isOptional = schema.required?.includes(key) !== true;
      return `${isOptional ? `'${key}?'` : key}: ${shapeOf(value, io)}`;
    });
    const isExact = io === 'input' && schema.additionalProperties === false;
    return `{ of: { ${keys.join(', ')} }${isExact ? ', exact: true' : ''} }`;
  }
  if (typeof schema.additionalProperties === 'object') return `{ values: ${shapeOf(schema.additionalProperties, io)} }`;
  if (schema.type === 'number' || schema.type === 'integer')
    return schema.minimum === undefined ? "'number'" : String(schema.minimum);
  if (schema.type === 'string' && io === 'input' && schema.maxLength !== undefined) {
    return `{ chars: [${schema.minLength ?? 0}, ${schema.maxLength}] }`;
  }
  return `'${schema.type ?? 'any'}'`;
}
