// What an agent must say before anything else, in its language.
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';

/** As the agent's file has it: `true` for the usual words, words of its own, or the same by language. */
export interface Disclosure {
  /** Its own words, or its words by language (BCP-47, or the language alone); they stand for all that is said. */
  readonly text?: string | Readonly<Record<string, string>>;
  /** The call is recorded, by whomever: the usual words say so too. */
  readonly recorded: boolean;
}

/** What is said in this language; undefined when the file has no words for it, and there are no usual ones. */
export function disclosureIn(language: string, { text, recorded }: Disclosure): string | undefined {
  if (typeof text === 'string') return text;
  const primary = language.split('-')[0] ?? language;
  const own = text?.[language] ?? text?.[primary];
  if (own !== undefined) return own;
  const { disclosure } = lexiconFor(language);
  if (disclosure === undefined) return undefined;
  return recorded ? `${disclosure.ai} ${disclosure.recorded}` : disclosure.ai;
}
