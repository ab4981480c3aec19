// Words that no dictionary has (names of people, products) are said the way flite's letter-to-sound rules say them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 2000;
/** A deployment's key terms, not a text: more than this is a mistake. */
const MOST_WORDS = 100;

/** flite's phones are CMUdict's in lower case, with these names of its own. */
const OWN_NAMES: Readonly<Record<string, string>> = { ax: 'AH', axr: 'ER' };
const PAUSE = 'pau';

/** The phones that CMUdict knows, stress marks left out. */
const PHONES = new Set(
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' '),
);

/** Phones of one word out of flite's `-ps` line; undefined when they are not English phones. */
export function phonesOf(line: string): string | undefined {
  const phones = line
    .trim()
    .split(/\s+/u)
    .filter((phone) => phone !== PAUSE)
    .map((phone) => OWN_NAMES[phone] ?? phone.toUpperCase());
  return phones.length > 0 && phones.every((phone) => PHONES.has(phone)) ? phones.join(' ') : undefined;
}

/**
 * Dictionary lines for words (letters and apostrophes only). Words that cannot be pronounced, and all of them where flite
 * is not installed, are left out: the recogniser does not listen for them then.
 */
export async function pronounce(words: readonly string[], program = 'flite'): Promise<string[]> {
  const lines: string[] = [];
  for (const word of words.slice(0, MOST_WORDS)) {
    try {
      const { stdout } = await run(program, ['-ps', '-voice', 'kal', '-t', word, '-o', 'none'], {
        timeout: TIMEOUT_MS,
      });
      const phones = phonesOf(stdout);
      if (phones !== undefined) lines.push(`${word} ${phones}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return lines;
    }
  }
  return lines;
}
