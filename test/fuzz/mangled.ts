// Input that is almost right: samples of what a codec takes, with something changed. What is drawn at random alone hardly gets
// past the first check.
import fc from 'fast-check';

/** What parsers stumble over. */
const TOKENS = [
  '',
  '\0',
  '\r\n',
  '\r\n\r\n',
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  ';',
  '=',
  '<',
  '>',
  '%',
  '%00',
  '-1',
  '1e999',
  '4294967296',
  '99999999999999999999',
  'null',
  'NaN',
  '__proto__',
  'constructor',
  '\u00ff\u00ff\u00ff\u00ff',
  '\u0000\u0000\u0000\u0000',
  '\u007f\u00ff\u00ff\u00ff',
  '\\ud800',
  'a'.repeat(300),
  '['.repeat(2000),
  '"'.repeat(500),
  ' '.repeat(1000),
].map((text) => Buffer.from(text, 'latin1'));

const change = fc.record({
  how: fc.constantFrom('set', 'flip', 'insert', 'remove', 'repeat', 'cut'),
  at: fc.nat(),
  length: fc.nat(64),
  byte: fc.nat(255),
  token: fc.nat(TOKENS.length - 1),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, { how, at: place, length, byte, token }: Change): Buffer {
  const at = bytes.length === 0 ? 0 : place % bytes.length;
  const [head, rest] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (how) {
    case 'set':
    case 'flip': {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = how === 'set' ? byte : (copy[at] ?? 0) ^ (1 << (byte & 7));
      return copy;
    }
    case 'insert':
      return Buffer.concat([head, TOKENS[token] ?? Buffer.alloc(0), rest]);
    case 'remove':
      return Buffer.concat([head, rest.subarray(length)]);
    case 'repeat':
      return Buffer.concat([head, rest.subarray(0, length), rest.subarray(0, length), rest]);
    case 'cut':
    default:
      return head;
  }
}

/** Bytes: a sample with up to eight changes, or anything. */
export function mangledBytes(samples: readonly (Uint8Array | string)[], anything = 300): fc.Arbitrary<Buffer> {
  const whole = samples.map((sample) => Buffer.from(sample as string));
  const almost = fc
    .tuple(fc.constantFrom(...whole), fc.array(change, { maxLength: 8 }))
    .map(([sample, changes]) => changes.reduce(changed, sample));
  return fc.oneof(
    { arbitrary: almost, weight: 9 },
    { arbitrary: fc.uint8Array({ maxLength: anything }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );
}

/** Text: the same as Latin-1, so that any byte is a character, or any Unicode. */
export function mangledText(samples: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: mangledBytes(samples).map((bytes) => bytes.toString('utf8')), weight: 3 },
    { arbitrary: mangledBytes(samples).map((bytes) => bytes.toString('latin1')), weight: 1 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }), weight: 1 },
  );
}

let deep: unknown = 1;
for (let level = 0; level < 2000; level += 1) deep = [deep];

const ODD: readonly unknown[] = [
  [undefined, null, true, false, 0, -0, -1, 0.5, 1e308, -1e308, 2 ** 53, Number.MAX_SAFE_INTEGER, NaN, Infinity],
  ['', ' ', '\0', '\ud800', '1', '-1', 'true', 'x'.repeat(5000), [], [null], {}, [[]], deep],
  [{ toString: 'x' }, { length: -1 }, { length: 2 ** 32 }, JSON.parse('{"then":1,"__proto__":{"type":"x"}}')],
].flat();

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...ODD),
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
);

const edit = fc.record({
  how: fc.constantFrom('replace', 'remove', 'add', 'double', 'wrap'),
  at: fc.nat(),
  value: junk,
  key: fc.constantFrom('__proto__', 'constructor', 'toString', 'type', 'length', 'data', '0', ''),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;
type Parent = Record<string, unknown>;

/** Every place in a value. */
function placesIn(value: unknown, found: [Parent, string][] = []): [Parent, string][] {
  if (typeof value !== 'object' || value === null || found.length > 500) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Parent, key]);
    // What is nested for its own sake has no places of interest.
    if ((value as Parent)[key] !== deep) placesIn((value as Parent)[key], found);
  }
  return found;
}

const withOwn = (parent: Parent, key: string, value: unknown): void => {
  // No JSON has a list with names.
  if (Array.isArray(parent) && !/^\d+$/.test(key)) return;
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
};

function edited(root: { value: unknown }, { how, at, value: drawn, key }: Edit): void {
  // The next change may be one of this value, which is drawn again.
  const value: unknown = drawn === deep ? deep : structuredClone(drawn);
  const places = placesIn(root);
  const [parent, name] = places[at % places.length] as [Parent, string];
  if (how === 'replace') withOwn(parent, name, value);
  else if (how === 'wrap') withOwn(parent, name, [parent[name]]);
  else if (how === 'double') withOwn(parent, name, [parent[name], parent[name]]);
  else if (how === 'add') withOwn(parent, key, value);
  else if (name !== 'value') Reflect.deleteProperty(parent, name);
}

/** A value as JSON.parse gives it: a sample with up to four places changed, or anything. */
export function mangledValue(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  return mangled(samples).map((value): unknown => {
    const json = jsonOf(value);
    return json === '' ? undefined : JSON.parse(json);
  });
}

function mangled(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  const almost = fc
    .tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 4 }))
    .map(([sample, edits]): unknown => {
      const root = { value: structuredClone(sample) };
      for (const each of edits) edited(root, each);
      return root.value;
    });
  return fc.oneof({ arbitrary: almost, weight: 12 }, { arbitrary: fc.anything({ maxDepth: 3 }), weight: 1 });
}

/** JSON of such a value as it comes off a socket, or with its text changed as well. */
export function mangledJson(samples: readonly unknown[]): fc.Arbitrary<Buffer> {
  const text = (value: unknown): Buffer => Buffer.from(jsonOf(value));
  return fc.oneof(
    { arbitrary: mangled(samples).map(text), weight: 3 },
    { arbitrary: mangledBytes(samples.map((sample) => jsonOf(sample))), weight: 1 },
  );
}

/** What cannot be written is nothing. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}
