// A time of day as people say it: "at seven", "half past seven", "quarter to eight", "seven thirty p m", "19 30", "noon".
import type { Slot } from './spoken.port.js';

type Words = readonly string[];

const HOURS = new Map(
  'one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, n) => [word, n + 1]),
);
const MINUTES = new Map([
  ['five', 5],
  ['ten', 10],
  ['quarter', 15],
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['half', 30],
  ['forty', 40],
  ['fifty', 50],
]);
const INTRODUCES = /^(at|around|about|by|from|until|till)$/;
/** What follows a number that is no time. */
const COUNTS =
  /^(people|persons|person|guests|adults|kids|children|seats|of|dollars|percent|days?|weeks?|months?|hours?)$/;

export interface TimeOptions {
  /** Hours below it that are said without "a m" are after noon. */
  readonly afternoonBelow: number;
  /** A time was asked for: a number alone is one. */
  readonly expected: boolean;
}

/** Every time of day in the words, left to right, as HH:MM of 24 hours. */
export function findTimes(words: Words, options: TimeOptions): Slot<string>[] {
  const found: Slot<string>[] = [];
  for (let at = 0; at < words.length;) {
    const slot = named(words, at) ?? relative(words, at, options) ?? clock(words, at, options);
    if (slot === undefined) at += 1;
    else {
      found.push(slot);
      at = slot.end;
    }
  }
  return found;
}

function named(words: Words, at: number): Slot<string> | undefined {
  const hour = words[at] === 'noon' || words[at] === 'midday' ? 12 : words[at] === 'midnight' ? 0 : undefined;
  return hour === undefined ? undefined : { value: written(hour, 0), start: at, end: at + 1 };
}

/** "half past seven", "a quarter to eight", "half seven". */
function relative(words: Words, at: number, options: TimeOptions): Slot<string> | undefined {
  const minutes = MINUTES.get(words[at] ?? '') ?? (/^\d{1,2}$/.test(words[at] ?? '') ? Number(words[at]) : undefined);
  const way = words[at + 1] ?? '';
  const isHalf = words[at] === 'half' && hourAt(words, at + 1) !== undefined;
  const from = isHalf ? at + 1 : at + 2;
  const hour = hourAt(words, from);
  if (minutes === undefined || hour === undefined || !(isHalf || /^(past|to|before|after)$/.test(way)))
    return undefined;
  const part = dayPart(words, from + 1);
  const day = onClock(hour, part?.pm, options);
  const back = way === 'to' || way === 'before';
  const total = (day * 60 + (back ? -minutes : minutes) + 1440) % 1440;
  return { value: written(Math.floor(total / 60), total % 60), start: at, end: part?.end ?? from + 1 };
}

/** "at seven", "seven thirty", "seven o clock", "7 p m", "19 30". */
function clock(words: Words, at: number, options: TimeOptions): Slot<string> | undefined {
  const hour = hourAt(words, at);
  if (hour === undefined) return undefined;
  const minutes = minutesAt(words, at + 1);
  let end = minutes?.end ?? at + 1;
  const oClock = words[end] === 'oclock' ? 1 : words[end] === 'o' && words[end + 1] === 'clock' ? 2 : 0;
  end += oClock;
  const part = dayPart(words, end);
  end = part?.end ?? end;
  const introduced = INTRODUCES.test(words[at - 1] ?? '') && !COUNTS.test(words[end] ?? '');
  const sure = oClock > 0 || part !== undefined || introduced || minutes?.isWritten === true;
  if (!sure && (!options.expected || COUNTS.test(words[end] ?? ''))) return undefined;
  return { value: written(onClock(hour, part?.pm, options), minutes?.value ?? 0), start: at, end };
}

/** 0 to 23, written or said. */
function hourAt(words: Words, at: number): number | undefined {
  const word = words[at] ?? '';
  if (!/^\d{1,2}$/.test(word)) return HOURS.get(word);
  const hour = Number(word);
  return hour < 24 ? hour : undefined;
}

function minutesAt(words: Words, at: number): { value: number; end: number; isWritten: boolean } | undefined {
  const word = words[at] ?? '';
  if (/^[0-5]\d$/.test(word))
    return { value: Number(word), end: at + 1, isWritten: /^\d{1,2}$/.test(words[at - 1] ?? '') };
  if (word === 'half' || word === 'quarter' || word === 'five' || word === 'ten') return undefined;
  const tens = MINUTES.get(word);
  if (tens === undefined) return undefined;
  const five = words[at + 1] === 'five' && tens % 10 === 0 ? 5 : 0;
  return { value: tens + five, end: at + (five > 0 ? 2 : 1), isWritten: false };
}

/** "p m", "in the evening", "tonight" is a day. */
function dayPart(words: Words, at: number): { pm: boolean; end: number } | undefined {
  const [first = '', second = '', third = ''] = words.slice(at, at + 3);
  if (first === 'am' || first === 'pm') return { pm: first === 'pm', end: at + 1 };
  if ((first === 'a' || first === 'p') && second === 'm') return { pm: first === 'p', end: at + 2 };
  if (first !== 'in' || second !== 'the') return undefined;
  if (third === 'morning') return { pm: false, end: at + 3 };
  return third === 'evening' || third === 'afternoon' ? { pm: true, end: at + 3 } : undefined;
}

function onClock(hour: number, pm: boolean | undefined, { afternoonBelow }: TimeOptions): number {
  if (hour > 12) return hour;
  if (pm === undefined) return hour < afternoonBelow ? hour + 12 : hour;
  return (hour % 12) + (pm ? 12 : 0);
}

const written = (hour: number, minutes: number): string =>
  `${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
