// What a voice should say for what a model has written. The transcript keeps the written form.
import { lexiconFor } from './lexicon/lexicon-for.js';
import { sayAddresses, shortAddresses } from './speakable/addresses.js';
import { withoutMarkdown } from './speakable/markdown.js';
import { plainCharacters, withoutPictures } from './speakable/symbols.js';
import { tidy } from './speakable/tidy.js';

const SPEAKABLE = /[\p{L}\p{N}]/u;

/**
 * The spoken form of one piece of a reply, in one line; '' when there is nothing to say (only emoji, a code fence).
 * Markdown, pictures and long addresses go in every language. Numbers, money, dates, times, abbreviations and signs
 * become words where `language` (BCP-47) has a lexicon; elsewhere they stay as written, for the voice to read.
 * Any text is allowed; the time it takes grows with its length only.
 */
export function speakable(text: string, language: string): string {
  const plain = withoutPictures(withoutMarkdown(plainCharacters(text)));
  if (!SPEAKABLE.test(plain)) return '';
  const lexicon = lexiconFor(language);
  const said =
    lexicon.signs['@'] === undefined
      ? shortAddresses(plain).replaceAll('→', ', ')
      : lexicon.say(tidy(sayAddresses(plain, lexicon)));
  const result = tidy(withoutJoiners(said));
  return SPEAKABLE.test(result) ? result : '';
}

/** What joins words or cells in writing: not in an address, where it is a letter like any other. */
function withoutJoiners(text: string): string {
  if (!/[|_]/u.test(text)) return text;
  return text
    .replace(/ ?\|+ ?/gu, ', ')
    .replace(/\S+/gu, (word) => (/[@/]/u.test(word) ? word : word.replaceAll('_', ' ')));
}
