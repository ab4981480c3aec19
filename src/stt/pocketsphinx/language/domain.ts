// The sentences that a language model is made of: a business's own and everyday ones, filled and drawn at random.
import type { SpeechDomain, TemplateSection } from '../../domain.port.js';
import { SECTIONS, SLOTS } from './everyday.js';
import { cardinal, spokenForms } from './spoken-number.js';
import { sampleSentences, seededRandom } from './template.js';

/** Stands for any name of a kind in the sentences; "'s" behind it makes a class of its own. */
export const classTag = (kind: string): string => `@${kind}`;
export const isClassTag = (word: string): boolean => word.startsWith('@');

/** For a recogniser that is made for no business. */
export const EVERYDAY: SpeechDomain = { sections: [], slots: {}, numbers: {}, keyTerms: [] };

/** Enough for the frequent pairs of slot values to be seen together; more changes the recognition no further. */
const SENTENCES = 20_000;
const SEED = 5001;

/** Words as the recogniser's dictionary writes them: lower case, no digits, no punctuation but the apostrophe. */
export function speakable(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/\d+/gu, (digits) => (digits.length <= 6 ? ` ${cardinal(Number(digits))} ` : ' '))
    .replaceAll('&', ' and ')
    .replaceAll('’', "'")
    .replaceAll(/[^a-z' ]/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** What the sentences of a domain depend on, as a text: two domains with the same key have the same sentences. */
export function domainKey(domain: SpeechDomain): string {
  return JSON.stringify([SENTENCES, SEED, SECTIONS, SLOTS, domain]);
}

/** The templates of a domain and of everyday talk, and what their slots stand for. */
export function domainGrammar(domain: SpeechDomain): {
  readonly sections: readonly TemplateSection[];
  readonly slots: Readonly<Record<string, readonly string[]>>;
} {
  const keyTerms = domain.keyTerms.map(speakable).filter((term) => term !== '');
  const numbers = Object.entries(domain.numbers).map(([slot, values]) => [slot, values.flatMap(spokenForms)] as const);
  const slots: Record<string, readonly string[]> = {
    ...SLOTS,
    ...domain.slots,
    ...Object.fromEntries(numbers),
    keyterm: keyTerms.length === 0 ? ['that'] : keyTerms,
    ...Object.fromEntries((domain.names ?? []).map((kind) => [`${kind} name`, [classTag(kind)]])),
  };
  return { sections: [...domain.sections, ...SECTIONS], slots };
}

/**
 * Sentences that callers of this domain may say, for the language model. Deterministic: the same domain gives the same
 * sentences. Throws SyntaxError, while it is read, when a line of the domain is not a valid template.
 */
export function domainSentences(domain: SpeechDomain, count = SENTENCES): Iterable<string> {
  const { sections, slots } = domainGrammar(domain);
  return sampleSentences(sections, slots, count, seededRandom(SEED));
}
