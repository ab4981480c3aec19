import { MONTHS, OTHER_NUMBERS, SECTIONS, SLOTS } from './domain-templates.js';
import { cardinal, ordinal, spokenForms, spokenYear } from './spoken-number.js';
import { sampleSentences, seededRandom } from './template.js';

/** What callers of this deployment talk about: the language model's templates are filled from here. Lower-case words. */
export interface SpeechDomain {
  /** Client numbers, said in every usual way ("five thousand and one", "fifty oh one", "five double oh one"). */
  readonly clientNumbers: readonly number[];
  /** Years that may come up in dates. */
  readonly years: readonly number[];
  /** Kinds of transaction, as in "how much did they spend on ...". */
  readonly categories: readonly string[];
  /** Subjects of documents, as in "what is our ... policy". */
  readonly topics: readonly string[];
  /** Plural subjects, as in "how do ... work". */
  readonly pluralTopics: readonly string[];
  /** Cities and countries, as in "the weather in ...". */
  readonly places: readonly string[];
  /** Before the "at" of a spoken mail address. */
  readonly mailNames: readonly string[];
  /** After the "at". */
  readonly mailHosts: readonly string[];
  /** After the "dot"; repeat one to make it likelier. */
  readonly mailEndings: readonly string[];
  /** What callers call the agent. */
  readonly agentNames: readonly string[];
  /** Names and words that may come up anywhere (agents' key terms). */
  readonly keyTerms: readonly string[];
  /** Whole sentences, in template syntax (template.ts), that this deployment expects besides. */
  readonly phrases: readonly string[];
}

/** Enough for the frequent pairs of slot values to be seen together; more changes the recognition no further. */
const SENTENCES = 20_000;
const SEED = 5001;
/** Weight of the deployment's own phrases beside the sections of domain-templates.ts, which sum up to 100. */
const PHRASES_WEIGHT = 20;

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
  return JSON.stringify([SENTENCES, SEED, PHRASES_WEIGHT, SECTIONS, SLOTS, OTHER_NUMBERS, domain]);
}

/**
 * Sentences that callers of this domain may say, for the language model. Deterministic: the same domain gives the same
 * sentences. Throws SyntaxError, while it is read, when a phrase of the domain is not a valid template.
 */
export function domainSentences(domain: SpeechDomain, count = SENTENCES): Iterable<string> {
  const plain = (items: readonly string[]): string[] => items.map(speakable).filter((item) => item !== '');
  const keyTerms = plain(domain.keyTerms);
  const days = Array.from({ length: 31 }, (_, at) => at + 1);
  const slots: Record<string, readonly string[]> = {
    ...SLOTS,
    id: domain.clientNumbers.flatMap(spokenForms),
    otherid: OTHER_NUMBERS.flatMap(spokenForms),
    month: MONTHS,
    day: days.map(ordinal),
    cardinalday: days.map((day) => cardinal(day)),
    year: domain.years.flatMap(spokenYear),
    category: plain(domain.categories),
    topic: plain(domain.topics),
    topics: plain(domain.pluralTopics),
    place: plain(domain.places),
    mailname: plain(domain.mailNames),
    firstname: plain(domain.mailNames),
    mailhost: plain(domain.mailHosts),
    mailending: plain(domain.mailEndings),
    agent: plain(domain.agentNames),
    keyterm: keyTerms.length === 0 ? ['that'] : keyTerms,
  };
  const own = domain.phrases.length === 0 ? [] : [{ weight: PHRASES_WEIGHT, templates: domain.phrases }];
  return sampleSentences([...SECTIONS, ...own], slots, count, seededRandom(SEED));
}
