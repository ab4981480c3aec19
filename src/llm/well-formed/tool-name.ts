// Names of tools as models write them, and as every server takes them back.

const ACCEPTABLE = /^[\w-]{1,64}$/;
/** A longer one is no name. */
const LONGEST = 300;

/**
 * The tool that a name means: its letters and digits say which, alone or as one piece of the name
 * (`functions.query_transactions:0`, `Query Transactions`, `query_transactions<|channel|>commentary`). Undefined when they
 * say none, or several.
 */
export function toolNamed(written: string, names: readonly string[]): string | undefined {
  if (names.includes(written)) return written;
  if (written.length > LONGEST) return undefined;
  const whole = bare(written);
  const pieces = [whole, ...written.split(/[^\w\s-]+|__|[\r\n]+/).map(bare)].filter((piece) => piece !== '');
  const meant = names.filter((name) => pieces.some((piece) => isRepeated(piece, bare(name))));
  return meant.length === 1 ? meant[0] : undefined;
}

/** A name that no server refuses, as near to what was written as that can be. */
export function acceptableName(written: string): string {
  if (ACCEPTABLE.test(written)) return written;
  const near = written
    .slice(0, 64)
    .replaceAll(/[^\w-]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return near === '' ? 'unknown_tool' : near;
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Some servers send the name with every piece of a call, and whoever joins the pieces joins the names too. */
const isRepeated = (piece: string, name: string): boolean => name !== '' && piece.replaceAll(name, '') === '';
