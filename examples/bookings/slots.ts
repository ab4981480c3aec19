// The details of a booking that callers name.
import type { SlotPlan } from '../../src/llm/plan.port.js';
import { findDaysAhead } from '../../src/spoken/day-ahead.js';
import { findNumbers } from '../../src/spoken/numbers.js';
import { findTimes } from '../../src/spoken/time-of-day.js';
import { isContentWord, type Slot } from '../../src/spoken/words.js';

/** Dinner is in the evening: "at seven" is seven p m, and so is everything below eleven. */
const AFTERNOON_BELOW = 11;

export const time: SlotPlan = {
  name: 'time',
  read: (words, { expected }) => findTimes(words, { afternoonBelow: AFTERNOON_BELOW, expected }),
  carry: 'latest',
  wrong: /\b(wrong|different|another|other|not the right|change the) time\b/,
};

export const date: SlotPlan = {
  name: 'date',
  read: (words, { today }) => findDaysAhead(words, today),
  carry: 'latest',
  wrong: /\b(wrong|different|another|other|not the right|change the) (day|date)\b/,
};

const PEOPLE = /^(people|persons|person|guests|guest|adults|of|seats|friends|diners)$/;
const BEFORE = /^(for|of|be|are|with|we|us|party|group|do)$/;
const COUPLE = /^(both|couple)$/;
/** More than any table holds: the tool says so. */
const MOST = 500;

/** "for four", "six people", "there will be five of us", "the two of us". */
export const guests: SlotPlan = {
  name: 'guests',
  carry: 'latest',
  read(words, { expected }) {
    const found = findNumbers(words)
      .filter(({ value, start, end }) => {
        const named = PEOPLE.test(words[end] ?? '') || BEFORE.test(words[start - 1] ?? '');
        return value >= 1 && value <= MOST && (named || expected);
      })
      .map((slot): Slot<number> => slot);
    const couples = words.flatMap((word, at) => (COUPLE.test(word) ? [{ value: 2, start: at, end: at + 1 }] : []));
    return [...found, ...couples].toSorted((a, b) => a.start - b.start);
  },
};

const INTRODUCES =
  /(?:\b(?:my name is|the name is|name is|the name of|name of|under|it is for|this is|i am called|call me|for mister|for misses|for mr|for mrs|for ms) )$/;
const NO_NAME =
  /^(#.*|a|an|the|please|thanks|thank|you|and|on|at|for|today|is|it|in|name|my|i|we|us|me|yes|no|okay|table|booking|wait|book)$/;
const MOST_WORDS = 3;

/** "my name is moreno", "under garcia"; after the question any words that could be one. */
export const name: SlotPlan = {
  name: 'name',
  carry: 'latest',
  read(words, { expected }) {
    for (let at = 1; at < words.length; at += 1) {
      if (!INTRODUCES.test(`${words.slice(Math.max(0, at - 4), at).join(' ')} `)) continue;
      const end = nameEnd(words, at);
      if (end > at) return [{ value: titled(words.slice(at, end)), start: at, end }];
    }
    if (!expected) return [];
    const from = words.findIndex((word) => word !== '' && !NO_NAME.test(word) && isContentWord(word));
    const end = from < 0 ? from : nameEnd(words, from);
    const answer = words.filter((word) => word !== '' && !NO_NAME.test(word)).length <= MOST_WORDS;
    return end > from && answer ? [{ value: titled(words.slice(from, end)), start: from, end }] : [];
  },
  wrong: /\b(wrong|different|another|other|not the right|change the) name\b/,
};

function nameEnd(words: readonly string[], from: number): number {
  let end = from;
  while (end < words.length && end - from < MOST_WORDS && words[end] !== '' && !NO_NAME.test(words[end] ?? ''))
    end += 1;
  return end;
}

const titled = (words: readonly string[]): string =>
  words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join(' ');

/** The surest first: the seven of "at seven" is no number of guests. */
export const SLOTS: readonly SlotPlan[] = [time, date, guests, name];

export const ASK_DATE = [
  'For which day?',
  'I am sorry, I did not catch the day. You can say it like next Friday.',
] as const;
export const ASK_TIME = [
  'At what time?',
  'I am sorry, I did not catch the time. You can say it like half past seven.',
] as const;
export const ASK_GUESTS = ['For how many people?', 'I am sorry, I did not catch how many people will come.'] as const;
export const ASK_NAME = [
  'In what name shall I book it?',
  'I am sorry, I did not catch the name. You can say: my name is Garcia.',
] as const;
