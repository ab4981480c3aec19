// Numbers as people say them: as a quantity ("five thousand and one"), digit by digit ("five double oh one"), in pairs
// ("fifty oh one") or written, through a recogniser that hears "to" for two and "in" for and.
import type { Slot } from './words.js';

const UNITS = new Map('zero one two three four five six seven eight nine'.split(' ').map((word, n) => [word, n]));
const TEENS = new Map(
  'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, n) => [word, n + 10]),
);
const TENS = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, n) => [word, 10 * (n + 2)]),
);
const ZEROS = new Set(['zero', 'oh', 'o', 'nought', 'owe']);
const REPEATS = new Map([
  ['double', 2],
  ['triple', 3],
]);
const CONNECTORS = new Set(['and', 'an', 'in', 'n']);
/** Heard for a digit; believed only inside a number that they complete to as many digits as such numbers have. */
const HOMOPHONES = new Map([
  ['to', '2'],
  ['too', '2'],
  ['for', '4'],
  ['won', '1'],
  ['ate', '8'],
  ['or', '0'],
  ['w', '00'],
]);
/** Longest number that is read digit by digit. */
const MAX_DIGITS = 15;
const WRITTEN_OR_ZERO = /^(\d|zero)/;
const DURATIONS = /^(day|week|month|year|hour|minute)s?$/;

type Words = readonly string[];
interface Reading {
  readonly value: number;
  /** As it was said, leading zeros kept. */
  readonly text: string;
  readonly end: number;
}

/**
 * All numbers in the words, left to right, each as long as it can be read. Ordinals and amounts with "$" are not numbers.
 * `length` is how many digits the numbers of this business have: it decides whether a doubtful word belongs to one.
 */
export function findNumbers(words: Words, length = 0): Slot<number>[] {
  const found: Slot<number>[] = [];
  for (let at = 0; at < words.length;) {
    const reading = readNumber(words, at, length);
    if (reading === undefined) at += 1;
    else {
      found.push({ value: reading.value, start: at, end: reading.end });
      at = reading.end;
    }
  }
  return found;
}

/** The number that begins at `at`, or undefined. */
export function readNumber(words: Words, at: number, length = 0): Reading | undefined {
  const whole = thousands(words, at);
  const spelled = digits(words, at, length);
  if (whole === undefined) return spelled;
  return spelled !== undefined && spelled.end > whole.end ? spelled : whole;
}

/** "five thousand and one", "twelve thousand", "5 thousand", and whatever is below a thousand. */
function thousands(words: Words, at: number): Reading | undefined {
  const head = hundreds(words, at);
  if (head === undefined || words[head.end] !== 'thousand') return head;
  return withRest(words, head.value * 1000, head.end + 1, (from) => hundreds(words, from), 1000);
}

/** "three hundred and five", "fifty hundred and one", and whatever is below a hundred. */
function hundreds(words: Words, at: number): Reading | undefined {
  const head = below100(words, at);
  if (head === undefined || words[head.end] !== 'hundred') return head;
  return withRest(words, head.value * 100, head.end + 1, (from) => below100(words, from), 100);
}

/** Adds what follows a multiplier, "and" or not, unless it is a number of its own ("five thousand and five thousand two"). */
function withRest(
  words: Words,
  base: number,
  end: number,
  read: (at: number) => Reading | undefined,
  limit: number,
): Reading {
  const connected = CONNECTORS.has(words[end] ?? '');
  const from = connected ? end + 1 : end;
  const rest = read(from) ?? (connected ? homophone(words, from) : undefined);
  if (rest === undefined || rest.value >= limit || rest.value === 0) return quantity(base, end);
  const next = words[rest.end] ?? '';
  const another = next === 'thousand' || next === 'hundred' || (words[end] === 'in' && DURATIONS.test(next));
  return another ? quantity(base, end) : quantity(base + rest.value, rest.end);
}

/** "five thousand and to": the last word of the sentence was meant as a digit. */
function homophone(words: Words, at: number): Reading | undefined {
  const digit = HOMOPHONES.get(words[at] ?? '');
  return digit !== undefined && at === words.length - 1 ? quantity(Number(digit), at + 1) : undefined;
}

const quantity = (value: number, end: number): Reading => ({ value, text: String(value), end });

function below100(words: Words, at: number): Reading | undefined {
  const word = words[at] ?? '';
  if (/^\d+$/.test(word)) return { value: Number(word), text: word, end: at + 1 };
  const tens = TENS.get(word);
  if (tens !== undefined) {
    const unit = UNITS.get(words[at + 1] ?? '') ?? 0;
    return quantity(tens + unit, at + (unit > 0 ? 2 : 1));
  }
  const small = UNITS.get(word) ?? TEENS.get(word);
  return small === undefined ? undefined : quantity(small, at + 1);
}

/** Groups read one after another: "five zero zero one", "fifty oh one", "fifty twelve", "5 0 0 1". */
function digits(words: Words, at: number, length: number): Reading | undefined {
  if (!WRITTEN_OR_ZERO.test(words[at] ?? '') && ZEROS.has(words[at] ?? '')) return undefined; // "oh, five thousand"
  let text = '';
  let end = at;
  for (let group = digitGroup(words, end); group !== undefined; group = digitGroup(words, end)) {
    text += group.text;
    end = group.end;
    if (text.length > MAX_DIGITS) return undefined;
  }
  if (text === '') return undefined;
  const doubtful = text.length < length ? completed(words, text, end, length) : undefined;
  return doubtful ?? { value: Number(text), text, end };
}

/** Goes on over words that only sound like digits, as long as that makes exactly one number of that length. */
function completed(words: Words, start: string, from: number, length: number): Reading | undefined {
  let text = start;
  let end = from;
  while (text.length < length) {
    const doubtful = HOMOPHONES.get(words[end] ?? '');
    const group = doubtful === undefined ? digitGroup(words, end) : { text: doubtful, end: end + 1 };
    if (group === undefined) return undefined;
    if (doubtful === '0' && oneDigit(words[end + 1] ?? '') === undefined) return undefined; // "five or ten"
    text += group.text;
    end = group.end;
  }
  return text.length === length ? { value: Number(text), text, end } : undefined;
}

function digitGroup(words: Words, at: number): { text: string; end: number } | undefined {
  const word = words[at] ?? '';
  if (/^\d{1,2}$/.test(word)) return { text: word, end: at + 1 };
  const times = REPEATS.get(word);
  if (times !== undefined) {
    const digit = oneDigit(words[at + 1] ?? '');
    return digit === undefined ? undefined : { text: digit.repeat(times), end: at + 2 };
  }
  const digit = oneDigit(word);
  if (digit !== undefined) return { text: digit, end: at + 1 };
  const pair = below100(words, at);
  return pair === undefined || pair.value > 99 ? undefined : { text: String(pair.value), end: pair.end };
}

function oneDigit(word: string): string | undefined {
  if (ZEROS.has(word)) return '0';
  if (/^\d$/.test(word)) return word;
  const unit = UNITS.get(word);
  return unit === undefined ? undefined : String(unit);
}

const ORDINALS = new Map(
  (
    'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
    'sixteenth seventeenth eighteenth nineteenth twentieth'
  )
    .split(' ')
    .map((word, n) => [word, n + 1]),
);

/** The ordinal that begins at `at` ("fifth", "twenty first", "thirtieth", "5th"), or undefined. */
export function readOrdinal(words: Words, at: number): Reading | undefined {
  const word = words[at] ?? '';
  const written = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1];
  if (written !== undefined) return quantity(Number(written), at + 1);
  if (word === 'thirtieth') return quantity(30, at + 1);
  const small = ORDINALS.get(word);
  if (small !== undefined) return quantity(small, at + 1);
  const tens = TENS.get(word);
  const unit = ORDINALS.get(words[at + 1] ?? '');
  return tens !== undefined && unit !== undefined && unit < 10 ? quantity(tens + unit, at + 2) : undefined;
}
