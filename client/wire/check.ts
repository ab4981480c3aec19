// Looks at a message without a library: a page that talks loads 1 kB for it. What messages hold is in shapes.ts, which is
// made from the server's own schemas.

/** A number at least so large, or the kinds that are named. */
export type Shape =
  | 'any'
  | 'boolean'
  | 'null'
  | 'number'
  | 'string'
  | number
  /** Text of so many characters. */
  | { readonly chars: readonly [least: number, most: number] }
  | { readonly is: readonly (string | number | boolean)[] }
  | { readonly each: Shape }
  | { readonly values: Shape }
  | { readonly either: readonly Shape[] }
  /** The keys of an object, those that may be absent with a "?" behind. `exact`: it has no others. */
  | { readonly of: Readonly<Record<string, Shape>>; readonly exact?: true };

/** What is wrong with the value, as "audio.input.sampleRate: must be one of ..."; undefined when nothing is. */
export function faultOf(value: unknown, shape: Shape, path = ''): string | undefined {
  const wrong = (must: string): string => `${path === '' ? 'message' : path}: must be ${must}`;
  const inside = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  const first = (entries: Iterable<readonly [string | number, unknown]>, each: Shape): string | undefined => {
    for (const [key, one] of entries) {
      const fault = faultOf(one, each, inside(key));
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
  if (shape === 'any') return value === undefined ? wrong('there') : undefined;
  if (shape === 'null') return value === null ? undefined : wrong('null');
  if (typeof shape === 'number')
    return typeof value === 'number' && value >= shape ? undefined : wrong(`${shape} or more`);
  if (typeof shape === 'string') return typeof value === shape ? undefined : wrong(`a ${shape}`);
  if ('is' in shape) return shape.is.includes(value as never) ? undefined : wrong(`one of ${shape.is.join(', ')}`);
  if ('either' in shape) {
    const faults = shape.either.map((one) => faultOf(value, one, path));
    return faults.includes(undefined) ? undefined : faults.join(' or ');
  }
  if ('each' in shape) return Array.isArray(value) ? first(value.entries(), shape.each) : wrong('a list');
  if ('chars' in shape) {
    const [least, most] = shape.chars;
    const fits = typeof value === 'string' && value.length >= least && value.length <= most;
    return fits ? undefined : wrong(`text of ${least} to ${most} characters`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('an object');
  if ('values' in shape) return first(Object.entries(value), shape.values);
  const known = new Set<string>();
  for (const [name, one] of Object.entries(shape.of)) {
    const key = name.replace('?', '');
    known.add(key);
    const held = (value as Record<string, unknown>)[key];
    const fault = held === undefined && key !== name ? undefined : faultOf(held, one, inside(key));
    if (fault !== undefined) return fault;
  }
  const other = shape.exact === true ? Object.keys(value).find((key) => !known.has(key)) : undefined;
  return other === undefined ? undefined : `${inside(other)}: is not known here`;
}
