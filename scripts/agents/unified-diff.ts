// The difference of two texts, line by line, as `diff -u` and patches write it.

/** Lines around a change. */
const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Empty where there is no difference. */
export function unifiedDiff(one: string, other: string, nameOfOne: string, nameOfOther: string): string {
  const lines = compare(linesOf(one), linesOf(other));
  const pieces = piecesOf(lines);
  if (pieces.length === 0) return '';
  const shown = pieces.map(({ from, to }) => pieceOf(lines, from, to));
  return [`--- ${nameOfOne}`, `+++ ${nameOfOther}`, ...shown].join('\n');
}

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

/** A shortest way from one to the other (longest common subsequence), removals before additions. */
function compare(one: readonly string[], other: readonly string[]): readonly Line[] {
  const width = other.length + 1;
  // How many lines the ends of both from here on have in common.
  const common = new Uint32Array((one.length + 1) * width);
  const at = (a: number, b: number): number => common[a * width + b] ?? 0;
  for (let a = one.length - 1; a >= 0; a -= 1) {
    for (let b = other.length - 1; b >= 0; b -= 1) {
      common[a * width + b] = one[a] === other[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  const lines: Line[] = [];
  let [a, b] = [0, 0];
  while (a < one.length || b < other.length) {
    if (a < one.length && b < other.length && one[a] === other[b]) {
      lines.push({ sign: ' ', text: one[a] ?? '' });
      a += 1;
      b += 1;
    } else if (a < one.length && (b === other.length || at(a + 1, b) >= at(a, b + 1))) {
      lines.push({ sign: '-', text: one[a] ?? '' });
      a += 1;
    } else {
      lines.push({ sign: '+', text: other[b] ?? '' });
      b += 1;
    }
  }
  return lines;
}

/** Changes with their context; those that touch are one. */
function piecesOf(lines: readonly Line[]): readonly { readonly from: number; readonly to: number }[] {
  const pieces: { from: number; to: number }[] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    const last = pieces.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else pieces.push({ from, to });
  }
  return pieces;
}

function pieceOf(lines: readonly Line[], from: number, to: number): string {
  const range = (sign: '-' | '+'): string => {
    const has = (line: Line): boolean => line.sign === ' ' || line.sign === sign;
    const before = lines.slice(0, from).filter(has).length;
    const count = lines.slice(from, to).filter(has).length;
    return `${sign}${count === 0 ? before : before + 1},${count}`;
  };
  const body = lines.slice(from, to).map(({ sign, text }) => `${sign}${text}`);
  return [`@@ ${range('-')} ${range('+')} @@`, ...body].join('\n');
}
