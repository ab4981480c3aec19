// Whether words are a clear yes, or a no. English; a lexicon of the agent's language takes its place.
import { wordsOf } from './turn/words.js';

const setOf = (words: string) => new Set(words.split(' '));

/** One of these has to be said. */
const YES = setOf(
  'yes yeah yep yup sure okay ok correct right absolutely definitely certainly affirmative confirmed confirm proceed',
);
const YES_PHRASES = [
  'go ahead',
  'do it',
  'do that',
  'send it',
  'send that',
  'send them',
  'please do',
  'sounds good',
  'of course',
  'that works',
  'go for it',
];
/** What may be said besides. Any other word may change the request: "yes to mary", "yes but", "actually". */
const HARMLESS = setOf(
  "both all please thank thanks you that's that is it it's them those the a this one and so then just now go ahead do for of course " +
    'send mail email report sounds works good great fine perfect exactly i am we agree julia uh um oh well',
);
/** "Is that correct" asks; it does not agree. */
const ASKS = setOf('is are was does did can could would will shall should what who when where why how which');

/** Whether the words are a clear yes: something affirmative, and nothing that asks, takes it back or changes it. */
export function isClearYes(text: string): boolean {
  const words = wordsOf(text.replaceAll('’', "'"));
  const first = words[0];
  if (first === undefined || words.length > 12 || text.includes('?') || ASKS.has(first)) return false;
  const joined = words.join(' ');
  const agrees = words.some((word) => YES.has(word)) || YES_PHRASES.some((phrase) => joined.includes(phrase));
  return agrees && words.every((word) => YES.has(word) || HARMLESS.has(word));
}

/** "No", and nothing that asks for something else instead. */
const NO = setOf('no nope nah never not cancel stop');
const HARMLESS_IN_NO = setOf(
  "don't do send it that please thank thanks you mind that's all right wait oh uh um julia i want to",
);

export function isNo(text: string): boolean {
  const words = wordsOf(text.replaceAll('’', "'"));
  if (words.length === 0 || words.length > 8 || text.includes('?')) return false;
  return (
    words.some((word) => NO.has(word) || word === "don't") &&
    words.every((word) => NO.has(word) || HARMLESS_IN_NO.has(word))
  );
}
