// Words that no dictionary has (names of people, products) are said the way flite's letter-to-sound rules say them.
import { Flite } from '../../../flite/flite.js';

/** Words are learnt beside the talk, on machines that do other things besides, ms. */
const TIMEOUT_MS = 60_000;
/** A deployment's key terms, not a text: more than this is a mistake. */
const MOST_WORDS = 100;

/** flite's phones are CMUdict's in lower case, with these names of its own. */
const OWN_NAMES: Readonly<Record<string, string>> = { ax: 'AH', axr: 'ER' };
const PAUSE = 'pau';

/** The phones that CMUdict knows, stress marks left out. */
const PHONES = new Set(
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' '),
);

/** flite's phones of a word as CMUdict writes them; undefined when they are not English phones. */
export function cmuPhones(spoken: readonly string[]): string | undefined {
  const phones = spoken.filter((phone) => phone !== PAUSE).map((phone) => OWN_NAMES[phone] ?? phone.toUpperCase());
  return phones.length > 0 && phones.every((phone) => PHONES.has(phone)) ? phones.join(' ') : undefined;
}

/**
 * Dictionary lines for words (letters and apostrophes only). Words that cannot be pronounced are left out: the recogniser
 * does not listen for them then.
 */
export async function pronounce(words: readonly string[]): Promise<string[]> {
  if (words.length === 0) return [];
  const flite = new Flite({ threads: 1 });
  try {
    const lines: string[] = [];
    for (const word of words.slice(0, MOST_WORDS)) {
      const phones = cmuPhones(await flite.phones(word, TIMEOUT_MS));
      if (phones !== undefined) lines.push(`${word} ${phones}`);
    }
    return lines;
  } finally {
    await flite.close();
  }
}
