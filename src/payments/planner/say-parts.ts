// Parts of a request in the caller's words, as they are said back.
import { plain, sayList } from '../../spoken/say.js';

/** Most parts that are named, and the longest of them, characters: a caller knows what he has said. */
const MOST = 5;
const LONGEST = 60;

export const sayParts = (parts: readonly string[]): string =>
  sayList(
    [...new Set(parts)].slice(0, MOST).map((part) => plain(part, LONGEST)),
    'or',
  );

/** Nobody is told a sum of what he meant to leave out. */
export const sayDoubt = (parts: readonly string[]): string =>
  `I am not sure whether you mean ${sayParts(parts)}, or everything but that. Please ask once more, with "only" or "without" before it.`;
