// The name of a language that comes from outside: an agent's file, a client, a request.
import { z } from 'zod';

/** RFC 5646, 4.4.1: so much is enough for every tag that is in use, characters. */
const MAX_CHARS = 35;

/** Whether it is a BCP-47 tag by its form: "de", "en-GB"; not "de-de-de". It may name a language that nobody speaks. */
function isLanguageTag(tag: string): boolean {
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag)) return false;
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // a RangeError: no language tag
  }
}

export const languageSchema = z
  .string()
  .max(MAX_CHARS)
  .refine(isLanguageTag, { error: 'must be a BCP-47 tag such as en-US' });

/** The language without its region and script, in small letters: "de" of "de-AT". */
export const primaryLanguage = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';
