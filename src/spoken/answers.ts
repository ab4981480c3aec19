// What makes words an answer to others: yes, no, taking back, going on from what was said before.
import type { Slot } from './words.js';

type Words = readonly string[];

const YES =
  /\b(yes|yeah|yep|yup|sure|okay|ok|correct|right|absolutely|definitely|certainly|affirmative|confirm|confirmed|proceed|go ahead|do it|do that|please do|sounds good|alright|all right|exactly|of course|that works|go for it)\b/;
const SURELY = /\b(yes|yeah|yep|yup|sure|correct|absolutely|definitely|certainly)\b/;
const NO =
  /\b(no|not|nope|nah|never|nothing|stop|cancel|wait|hold on|wrong|instead|change|actually|but|rather|forget|unless)\b/;

export interface YesOrNo {
  /** Something affirmative was said. */
  readonly yes: boolean;
  /** Something was refused, taken back or corrected. */
  readonly no: boolean;
  /** A word that hardly means anything but yes: next to a no it leaves the answer open. */
  readonly surely: boolean;
}

export function yesOrNo(words: Words): YesOrNo {
  const text = words.join(' ');
  return { yes: YES.test(text), no: NO.test(text), surely: SURELY.test(text) };
}

/** "Do not send it", of these verbs. */
export const refusesTo = (words: Words, verbs: readonly string[]): boolean =>
  words.some((word, at) => verbs.includes(word) && /^(not|never)$/.test(words[at - 1] ?? ''));

const CORRECTS = /^(no|not|sorry|actually|mean|meant|wait|rather|make|correction|scratch|hang|oops|whoops|wrong|typo)$/;

/** Whether what follows the word may replace what was said before it. */
export const isCorrection = (word: string): boolean => CORRECTS.test(word);

const TAKEN_BACK =
  /^(?:(?:one|guy|man|chap|woman|lady|person|name|client|customer|number|month|quarter|year|week|date|day|address|shop|store|merchant|category)s?)$/;
const AS_BEFORE = /^(again|for|but|with|please|as|and|too|also|only)$/;
/** What is named by "same" alone: the thing itself has been named before. */
const KIND_OF_THING =
  /^(things?|address|period|category|time|way|sort|kind|stretch|span|range|months?|weeks?|quarters?|years?|days?|dates?|client|customer|person|one|ones|shop|store|place|merchant|question|request|report|chart|graph|list|figures?|numbers?|fashion|basis)$/;

/** "Wrong quarter", "same again": words that say how a request differs from the one before, and nothing of their own. */
export function takesBack(words: Words, at: number): boolean {
  const [before = '', word = '', after = ''] = [words[at - 1], words[at], words[at + 1]];
  const isLast = at === words.length - 1;
  return (
    (before === 'wrong' && TAKEN_BACK.test(word)) ||
    (word === 'wrong' && TAKEN_BACK.test(after)) ||
    (word === 'same' && (isLast || AS_BEFORE.test(after) || KIND_OF_THING.test(after))) ||
    (before === 'same' && KIND_OF_THING.test(word))
  );
}

/** "January I mean to say", "February it ought to be", "March is the one": said behind what replaces all before it. */
const REPLACES =
  /^(?:i (?:mean|meant)|it (?:ought to|should|must|was meant to|is meant to|is supposed to|has to) (?:have )?(?:be|been|read|say)|is (?:the one|what i (?:mean|meant|want|wanted|need|am after)))\b/;
const LONGEST_REPLACES = 5;

/** What is left of things of one kind: those before the last correction that another one follows were taken back. */
export function corrected<S extends Slot<unknown>>(words: Words, slots: readonly S[]): readonly S[] {
  const [last, ...others] = slots.toReversed();
  const end = last?.start ?? 0;
  if (last !== undefined && REPLACES.test(words.slice(last.end, last.end + LONGEST_REPLACES).join(' '))) {
    // "March and April, I mean": both.
    const isJoined = ({ end: from }: S, at: number): boolean =>
      words.slice(from, (at === 0 ? last : others[at - 1])?.start).some((word) => /^(and|or)$/.test(word));
    const replaced = others.findIndex((slot, at) => !isJoined(slot, at));
    if (replaced >= 0) return slots.slice(others.length - replaced);
  }
  const isTaken = (at: number): boolean => slots.some((slot) => slot.start <= at && at < slot.end);
  const marker = words.findLastIndex((word, at) => at < end && isCorrection(word) && !isTaken(at));
  const after = slots.filter((slot) => slot.start > marker);
  const before = slots.slice(0, slots.length - after.length);
  // "June, not July": what follows was never meant. An empty word is part of something that was understood.
  const between = words.slice(before.at(-1)?.end ?? marker, marker);
  const isNext = before.length > 0 && between.every((word) => /^(|it|is|was|please|then)$/.test(word));
  if (words[marker] === 'not' && isNext) return corrected(words, before);
  // "not 5001, 5002": the one right after "not" is the wrong one, when another follows.
  return words[marker] === 'not' && after.length > 1 ? after.slice(1) : after;
}

/** What is said before the point, and says nothing of it: thanks, surprise, a word that begins. */
const LEADS_IN =
  '(?:okay|ok|so|then|now|right|well|oh|ah|aye|um|uh|er|erm|hm|hmm|gosh|wow|goodness|blimey|interesting|lovely|great|good|nice|perfect|cool|brilliant|excellent|super|thanks|thank you|ta|cheers|got it|i see|fine|sure|yes|yeah|please)';
const ASKS =
  '(?:(?:can|could|may) i (?:have|get|see|hear)|(?:can|could|would|will) you (?:do|give me|tell me|show me)|give me|show me|tell me|do|let us have|i want|i would like|i need)';
const LEANS = new RegExp(
  `^(?:(?:${LEADS_IN}|and|also|plus|but) )*(?:(?:what|how) about|and|also|plus|(?:${ASKS} )?(?:(?:the )?same|(?:us |me )?another(?: one)?(?: of (?:them|those|these))?) for)\\b ?`,
);

/** How many words at the beginning say that the others lean on what was said before: "and what about ...". */
export const leaning = (words: Words): number =>
  (LEANS.exec(`${words.join(' ')} `)?.[0] ?? '').split(' ').filter((word) => word !== '').length;

const POLITE =
  /^(?:(?:hello|hi|hey|please|thanks|thank you|okay|ok|so|well|um|uh|and|then|also|can you|could you|would you|will you|tell me|do you know|i want to know|i would like to know) )+/;

/** A question without its politeness. */
export const plainQuestion = (words: Words): string => words.join(' ').replace(POLITE, '');

/** Whether the words point to something that was named before. */
export const hasPronoun = (text: string): boolean => /\b(it|that|this|they|them|those|these)\b/.test(text);
