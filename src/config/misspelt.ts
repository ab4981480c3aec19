import type { Settings } from './env-file.js';

/** Below this, other programs' keys come too near: HOST and HOME. Characters. */
const SHORTEST = 8;
/** Changes of one character, or of two that change places, that a slip may have. */
const SLIPS = 2;

/** A line for each key that is set, is not known, and is a slip away from a known one that is not set. */
export function misspelt(settings: Settings, known: readonly string[]): readonly string[] {
  const isSet = (key: string): boolean => (settings[key] ?? '').trim() !== '';
  const strangers = Object.keys(settings).filter((key) => !known.includes(key) && isSet(key));
  const missing = known.filter((key) => key.length >= SHORTEST && !isSet(key));
  return strangers.flatMap((stranger) => {
    const meant = missing.find((key) => isSlip(stranger.toUpperCase().replaceAll('-', '_'), key));
    return meant === undefined ? [] : [`${stranger}: is not a setting and is not read. Did you mean ${meant}?`];
  });
}

function isSlip(written: string, meant: string): boolean {
  if (Math.abs(written.length - meant.length) > SLIPS) return false;
  // Keys of one family differ by a letter or two as well: half a short word is not a slip.
  return distance(written, meant) <= (meant.length < 10 ? 1 : SLIPS);
}

/** Restricted Damerau-Levenshtein distance. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Infinity) + 1 : Infinity;
      row[j] = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost, swapped);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
