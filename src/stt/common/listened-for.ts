import type { SttOptions } from '../stt.port.js';

/**
 * All names together, characters: Deepgram refuses more than 500 tokens of terms, and a token of a name is two characters or
 * more (developers.deepgram.com/docs/keyterm).
 */
const MOST_CHARS = 1000;

/**
 * What is worth listening for, the likeliest first: the agent's own terms, then the names of the call, of each kind in turn.
 * For recognisers that take a bounded list of terms.
 */
export function listenedFor({ keyTerms, vocabulary }: Pick<SttOptions, 'keyTerms' | 'vocabulary'>): readonly string[] {
  const kinds = Object.values(vocabulary?.() ?? {});
  const longest = Math.max(0, ...kinds.map(({ length }) => length));
  const names = Array.from({ length: longest }, (_, at) => kinds.flatMap((kind) => kind[at] ?? [])).flat();
  const terms = new Set(keyTerms);
  let left = MOST_CHARS;
  for (const name of names) {
    if (terms.has(name)) continue;
    left -= name.length;
    if (left < 0) break;
    terms.add(name);
  }
  return [...terms];
}
