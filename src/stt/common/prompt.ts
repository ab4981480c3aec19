import { primaryLanguage } from '../../bounds/language-tag.port.js';

/** Whisper reads the last 224 tokens of a prompt; a token is three characters or more of such words. */
const MAX_PROMPT_CHARS = 600;

/** Terms worth listening for, as the text that Whisper is told came before; undefined when there are none. */
export function promptOf(keyTerms: readonly string[]): string | undefined {
  let prompt = '';
  for (const term of keyTerms) {
    const longer = prompt === '' ? term : `${prompt}, ${term}`;
    if (longer.length > MAX_PROMPT_CHARS) break;
    prompt = longer;
  }
  return prompt === '' ? undefined : prompt;
}

/** The language without its region, which is how the services name it: `en` of `en-US` (ISO 639-1); undefined of `multi`. */
export function baseLanguage(language: string | undefined): string | undefined {
  return language === undefined || language === 'multi' ? undefined : primaryLanguage(language);
}
