// Which lexicon serves which language.
import { german } from './de.js';
import { english } from './en.js';
import { spanish } from './es.js';
import { general, unionOf } from './general.js';
import type { Dictation, LanguageWords, Lexicon, PieceWords } from './lexicon.js';
import { wordsOf } from '../words.js';

/** For text in a language that nobody has named. */
export const everyPieceWords: PieceWords = unionOf([english('en').pieces, german('de').pieces, spanish('es').pieces]);

/** What an agent adds to its language. */
export interface AgentWords {
  /** What it is called. */
  readonly name?: string;
  readonly dictation?: Dictation;
}

/** Nothing is known of the numbers that callers dictate: only what sounds like a half of one waits. */
const ANY_NUMBER: Dictation = { after: [], digits: 4 };

/** Agents' files name few languages; whoever names them otherwise fills no memory. */
const MOST_LANGUAGES = 100;
const made = new Map<string, LanguageWords>();

/** The lexicon of a language, BCP-47 ("de", "en-GB"); safe general rules for one that has none of its own. Never throws. */
export function lexiconFor(language: string, { name = '', dictation = ANY_NUMBER }: AgentWords = {}): Lexicon {
  const primary = /^[a-z]{2,3}(?=[-_]|$)/iu.exec(language)?.[0].toLowerCase() ?? '';
  return { ...sharedWords(primary, language), language, names: new Set(wordsOf(name)), dictation };
}

/** Every call and every piece of speech asks for them, and they weigh 20 kB. */
function sharedWords(primary: string, language: string): LanguageWords {
  let words = made.get(language);
  if (words === undefined) {
    words = wordsFor(primary, language);
    if (made.size >= MOST_LANGUAGES) made.clear();
    made.set(language, words);
  }
  return words;
}

function wordsFor(primary: string, language: string): LanguageWords {
  switch (primary) {
    case 'en':
      return english(language);
    case 'de':
      return german(language);
    case 'es':
      return spanish(language);
    default:
      return general(primary, everyPieceWords);
  }
}
