// What an agent must say before anything else, in a language.
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import type { AgentVoice } from './agent.schema.js';

/** As the agent's file has it: the usual words, words of its own, or the same by language (BCP-47). */
export interface Disclosure {
  /**
   * Its own words, which stand for all that is said: by language, or one text, which is in the agent's language and said to
   * everybody.
   */
  readonly text?: string | Readonly<Record<string, string>>;
  /** The call is recorded, by whomever: the usual words say so too. */
  readonly recorded: boolean;
  /** Names of voices for languages that the agent's own does not speak; one, or by provider. */
  readonly voice: Readonly<Record<string, AgentVoice>>;
}

/** What is said in this language; undefined when the file has no words for it, and there are no usual ones. */
export function disclosureIn(language: string, { text, recorded }: Disclosure): string | undefined {
  if (typeof text === 'string') return text;
  const own = text === undefined ? undefined : inLanguage(language, text);
  if (own !== undefined) return own;
  const { disclosure } = lexiconFor(language);
  if (disclosure === undefined) return undefined;
  return recorded ? `${disclosure.ai} ${disclosure.recorded}` : disclosure.ai;
}

/** What is there for a language, else for that without its region (RFC 4647, 3.4): `de-AT`, then `de`. */
export function inLanguage<Value>(language: string, values: Readonly<Record<string, Value>>): Value | undefined {
  const byTag = new Map(Object.entries(values).map(([tag, value]) => [tag.toLowerCase(), value]));
  const subtags = language.toLowerCase().split('-');
  for (let count = subtags.length; count > 0; count -= 1) {
    const found = byTag.get(subtags.slice(0, count).join('-'));
    if (found !== undefined) return found;
  }
  return undefined;
}
