// How words sound, by a dictionary in CMUdict's format.
import { readFileSync } from 'node:fs';

/** Words, each with its pronunciations: phones with blanks between them. */
export type Sounds = ReadonlyMap<string, readonly string[]>;

export function readSounds(dictionary: string): Sounds {
  const words = new Map<string, string[]>();
  for (const line of readFileSync(dictionary, 'utf8').split('\n')) {
    const [entry = '', ...sounds] = line.trim().split(' ');
    const word = entry.replace(/\(\d+\)$/, '');
    if (word !== '') words.set(word, [...(words.get(word) ?? []), sounds.join(' ')]);
  }
  return words;
}

/** Whether two words differ in one sound at most. */
export function soundAlike(one: string, other: string, sounds: Sounds): boolean {
  const said = (word: string) => (sounds.get(word) ?? []).map((phones) => phones.split(' '));
  return said(one).some((a) => said(other).some((b) => differInOne(a, b)));
}

/** Whether one sound more, less or another makes the one into the other. */
function differInOne(a: readonly string[], b: readonly string[]): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  const rests = [
    [same + 1, same + 1],
    [same + 1, same],
    [same, same + 1],
  ] as const;
  return rests.some(([from, to]) => a.slice(from).join(' ') === b.slice(to).join(' '));
}

/** Words of at most `longest` sounds that are none of `words`, and do not sound the same as one. */
export function shortWordsBeside(words: readonly string[], longest: number, sounds: Sounds): string[] {
  const own = new Set(words.flatMap((word) => sounds.get(word) ?? []));
  return [...sounds].flatMap(([word, said]) => {
    const isShort = said.some((one) => one.split(' ').length <= longest);
    return /^[a-z']+$/.test(word) && isShort && !said.some((one) => own.has(one)) ? [word] : [];
  });
}
