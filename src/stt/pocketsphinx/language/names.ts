// Names of one call (people, shops) as classes of the language model: the model says where a name may stand, the call which
// names there are. Nothing of them is written to a file.
import { readFile } from 'node:fs/promises';
import type { SpeechDomain, Vocabulary } from '../../domain.port.js';
import type { Breath } from './breath.js';
import { pronunciationsOf } from './dictionary.js';
import { classTag, speakable } from './domain.js';
import { pronounce } from './pronounce.js';

/** Words that may stand wherever the domain's sentences have `tag`; `share` of its class, 0 to 1. */
export interface NameClass {
  readonly tag: string;
  /** Each in one way to say it or several, as the dictionary writes sounds. */
  readonly words: readonly { readonly word: string; readonly sounds: readonly string[]; readonly share: number }[];
}

/** Of each kind: more would take the recogniser seconds to learn, and make every other word less likely. */
export const MOST_NAMES = 300;
/** Ways to say one name. */
const MOST_WAYS = 2;
/** Words whose sounds are kept. */
const MOST_KEPT = 5000;

const SIBILANT = /(?:S|Z|SH|ZH|CH|JH)$/;
const VOICELESS = /(?:P|T|K|F|TH)$/;
/** What "'s" sounds like after these sounds. */
const ownerOf = (sounds: string): string =>
  `${sounds} ${SIBILANT.test(sounds) ? 'IH Z' : VOICELESS.test(sounds) ? 'S' : 'Z'}`;

/** Makes the classes of a call's names; keeps how words are pronounced. `dictionary`: path of a CMUdict file. */
export class NameClasses {
  private readonly sounds = new Map<string, readonly string[]>();

  constructor(
    private readonly domain: SpeechDomain,
    private readonly dictionary: string,
  ) {}

  /** Names that cannot be pronounced are left out. Rejects with the file system's error. */
  async of(vocabulary: Vocabulary, breath: Breath): Promise<readonly NameClass[]> {
    const taken = new Set<string>();
    const kinds = (this.domain.names ?? []).map((kind) => {
      // What is a name of two kinds stays one of the first: a word cannot be in two classes.
      const names = namesOf(vocabulary[kind] ?? []).filter((name) => !taken.has(name));
      for (const name of names) taken.add(name);
      return { kind, names };
    });
    await this.learn(new Set(kinds.flatMap(({ names }) => names.flatMap((name) => name.split(' ')))), breath);
    return kinds.flatMap(({ kind, names }) => {
      const said = names.flatMap((name) => {
        const ways = this.waysOf(name.split(' '));
        // Nor can a word that the model has anyway: the name is another one, which sounds the same.
        return ways.length === 0 ? [] : [{ word: `_${name.replaceAll(' ', '_')}`, ways }];
      });
      const share = 1 / said.length;
      const classOf = (ending: string, sound: (sounds: string) => string): NameClass => ({
        tag: `${classTag(kind)}${ending}`,
        words: said.map(({ word, ways }) => ({ word: `${word}${ending}`, sounds: ways.map(sound), share })),
      });
      return said.length === 0 ? [] : [classOf('', (sounds) => sounds), classOf("'s", ownerOf)];
    });
  }

  private waysOf(words: readonly string[]): readonly string[] {
    let ways: readonly string[] = [''];
    for (const word of words) {
      const own = this.sounds.get(word) ?? [];
      ways = ways.flatMap((way) => own.map((sounds) => `${way} ${sounds}`.trim())).slice(0, MOST_WAYS);
    }
    return ways;
  }

  private async learn(words: ReadonlySet<string>, breath: Breath): Promise<void> {
    if (this.sounds.size > MOST_KEPT) this.sounds.clear();
    const fresh = [...words].filter((word) => !this.sounds.has(word));
    if (fresh.length === 0) return;
    const { lines, missing } = await pronunciationsOf(fresh, await readFile(this.dictionary, 'utf8'), breath);
    for (const line of [...lines, ...(await pronounce(missing))]) {
      const blank = line.indexOf(' ');
      const word = line.slice(0, blank).replace(/\(\d+\)$/, '');
      this.sounds.set(word, [...(this.sounds.get(word) ?? []), line.slice(blank + 1).trim()]);
    }
  }
}

const namesOf = (terms: readonly string[]): readonly string[] =>
  [...new Set(terms.map(speakable).filter((name) => name !== ''))].slice(0, MOST_NAMES);
