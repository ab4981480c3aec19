// The name of a language that comes from outside: an agent's file, a client, a request.

/** RFC 5646, 4.4.1: so much is enough for every tag that is in use, characters. */
export const MAX_LANGUAGE_CHARS = 35;

/** Whether it is a BCP-47 tag by its form: "de", "en-GB"; not "de-de-de". It may name a language that nobody speaks. */
export function isLanguageTag(tag: string): boolean {
  if (tag.length > MAX_LANGUAGE_CHARS || !/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(tag)) return false;
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false; // a RangeError: no language tag
  }
}

/** For whoever has sent another. */
export const NO_LANGUAGE_TAG = 'must be a BCP-47 tag such as en-US';

/** The language without its region and script, in small letters: "de" of "de-AT". */
export const primaryLanguage = (tag: string): string => tag.split('-', 1)[0]?.toLowerCase() ?? '';
