// The client's own knowledge of the wire against the server's schemas, of which it is made.
import * as fc from 'fast-check';
import type { z } from 'zod';
import {
  type clientMessageSchema,
  serverMessageSchema,
  sessionStartSchema,
  type ServerMessage as TheirServerMessage,
} from '../../src/protocol/index.js';
import { faultOf, type Shape } from './check.js';
import type { ClientMessage, ServerMessage } from './messages.js';
import { SERVER_SHAPES, START_SHAPE } from './shapes.js';

type TheirClientMessage = z.input<typeof clientMessageSchema>;

// The compiler holds these to each other: neither end has a message that the other does not know.
const types = [
  (message: TheirServerMessage): ServerMessage => message,
  (message: ServerMessage): TheirServerMessage => message,
  (message: TheirClientMessage): ClientMessage => message,
  (message: ClientMessage): TheirClientMessage => message,
];

const ODD = [null, true, -1, 0.5, 'x', '', [], {}, 'pcm16', 16_000];

/** What fits the shape. */
function fitting(shape: Shape): fc.Arbitrary<unknown> {
  if (shape === 'any') return fc.constantFrom(...ODD);
  if (shape === 'null') return fc.constant(null);
  if (shape === 'boolean') return fc.boolean();
  if (shape === 'string') return fc.string({ maxLength: 8 });
  if (shape === 'number') return fc.integer();
  if (typeof shape === 'number') return fc.integer({ min: shape, max: shape + 1000 });
  if ('is' in shape) return fc.constantFrom(...shape.is);
  if ('chars' in shape) {
    const [least, most] = shape.chars;
    return fc.string({ minLength: least, maxLength: Math.min(most, least + 8) });
  }
  if ('each' in shape) return fc.array(fitting(shape.each), { maxLength: 3 });
  if ('values' in shape) return fc.dictionary(fc.constantFrom('a', 'b'), fitting(shape.values), { maxKeys: 2 });
  if ('either' in shape) return fc.oneof(...shape.either.map(fitting));
  const keys = Object.entries(shape.of).map(([name, one]) => [name.replace('?', ''), fitting(one)] as const);
  const requiredKeys = Object.keys(shape.of).filter((name) => !name.endsWith('?'));
  return fc.record(Object.fromEntries(keys), { requiredKeys });
}

/** The same with one value somewhere in it replaced, taken out, or beside another that nobody knows. */
function spoilt(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.constantFrom<unknown>(...ODD);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return other;
  const isList = Array.isArray(value);
  return fc.constantFrom(...Object.keys(value)).chain((key) =>
    fc.oneof(
      other,
      spoilt((value as Record<string, unknown>)[key]).map((one) =>
        isList ? value.map((each, n) => (String(n) === key ? one : each)) : { ...value, [key]: one },
      ),
      fc.constant(isList ? value : Object.fromEntries(Object.entries(value).filter(([each]) => each !== key))),
      fc.constant(isList ? value : { ...value, unheardOf: 1 }),
    ),
  );
}

describe('what the client knows of the wire', () => {
  it('has the types of the server', () => expect(types).toHaveLength(4));

  it.each(Object.entries(SERVER_SHAPES))('takes and refuses %s as the server’s schema does', (_type, shape) => {
    fc.assert(
      fc.property(
        fitting(shape).chain((whole) => fc.oneof(fc.constant(whole), spoilt(whole))),
        (message) => {
          const { success, error } = serverMessageSchema.safeParse(message);
          // How many there may be, and what else a later server may say, is not this client's business.
          const isKind = error?.issues.every(
            ({ code, message: why }) => !/too_big|unrecognized_keys|custom/.test(code) && !/expected int/.test(why),
          );
          if (isKind === false) return;
          const known = (message as { readonly type?: unknown } | null)?.type;
          fc.pre(known === (shape as { of: { type: { is: string[] } } }).of.type.is[0]);
          expect([message, faultOf(message, shape) === undefined]).toEqual([message, success]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a first message that the server would refuse, and names what is wrong', () => {
    fc.assert(
      fc.property(
        fitting(START_SHAPE).chain((whole) => fc.oneof(fc.constant(whole), spoilt(whole))),
        (message) => {
          const fault = faultOf(message, START_SHAPE);
          if (fault !== undefined) expect(sessionStartSchema.safeParse(message).success).toBe(false);
        },
      ),
    );
    const start = { type: 'session.start', protocol: 1 };
    expect(faultOf({ ...start, agent: '' }, START_SHAPE)).toBe('agent: must be text of 1 to 64 characters');
    expect(faultOf({ ...start, audio: { input: { sampleRate: '8000' } } }, START_SHAPE)).toBe(
      'audio.input.sampleRate: must be a number',
    );
    expect(faultOf({ ...start, audio: { output: { sampleRate: 8000, channels: 2 } } }, START_SHAPE)).toBe(
      'audio.output.channels: is not known here',
    );
    expect(faultOf({ ...start, turnDetection: 'magic' }, START_SHAPE)).toBe(
      'turnDetection: must be one of provider, vad, manual',
    );
    expect(faultOf({ ...start, variables: { name: 1 } }, START_SHAPE)).toMatch(/^variables\.name: /);
    expect(faultOf(null, START_SHAPE)).toBe('message: must be an object');
    expect(faultOf([], START_SHAPE)).toBe('message: must be an object');
  });
});
