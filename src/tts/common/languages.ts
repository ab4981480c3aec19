import { primaryLanguage } from '../../bounds/language-tag.port.js';

/** Whether a language (BCP-47) is one of these: primary subtags with spaces between them. */
export const isOneOf = (language: string, tags: string): boolean => tags.split(' ').includes(primaryLanguage(language));
