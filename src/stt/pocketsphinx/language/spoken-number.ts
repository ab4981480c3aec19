// The ways in which people say a number in English, as words.

const ONES = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const ORDINALS = (
  '- first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
  'sixteenth seventeenth eighteenth nineteenth'
).split(' ');

function belowHundred(value: number): string {
  if (value < 20) return ONES[value] ?? '';
  const ones = value % 10;
  const tens = TENS[Math.floor(value / 10)] ?? '';
  return ones === 0 ? tens : `${tens} ${ONES[ones] ?? ''}`;
}

/** Cardinal of 0 to 999,999; `and` is the word before the last two digits ("five thousand and one"), or ''. */
export function cardinal(value: number, and = ''): string {
  if (value < 100) return belowHundred(value);
  const joined = (head: string, rest: number): string => {
    if (rest === 0) return head;
    return rest < 100 && and !== '' ? `${head} ${and} ${belowHundred(rest)}` : `${head} ${cardinal(rest, and)}`;
  };
  if (value < 1000) return joined(`${ONES[Math.floor(value / 100)] ?? ''} hundred`, value % 100);
  return joined(`${cardinal(Math.floor(value / 1000), and)} thousand`, value % 1000);
}

/** Ordinal of 1 to 31. */
export function ordinal(value: number): string {
  if (value < 20) return ORDINALS[value] ?? '';
  if (value === 20) return 'twentieth';
  if (value === 30) return 'thirtieth';
  return `${TENS[Math.floor(value / 10)] ?? ''} ${ORDINALS[value % 10] ?? ''}`;
}

/** Digit by digit, a zero said as `zero` ("zero" or "oh"); two equal digits in a row as "double" when asked. */
function digits(value: string, zero: string, double: boolean): string {
  const words: string[] = [];
  for (let at = 0; at < value.length; at += 1) {
    const word = value[at] === '0' ? zero : (ONES[Number(value[at])] ?? '');
    if (double && value[at] === value[at + 1]) {
      words.push('double', word);
      at += 1;
    } else words.push(word);
  }
  return words.join(' ');
}

/** Two digits at a time: 5001 is "fifty oh one", 5012 "fifty twelve". Only for four digits. */
function pairs(value: string): string[] {
  const head = Number(value.slice(0, 2));
  const tail = Number(value.slice(2));
  if (value.length !== 4 || head < 10) return [];
  if (tail === 0) return [`${belowHundred(head)} hundred`];
  if (tail < 10) return ['oh', 'zero'].map((zero) => `${belowHundred(head)} ${zero} ${belowHundred(tail)}`);
  return [`${belowHundred(head)} ${belowHundred(tail)}`];
}

/** All the usual ways to say an account-like number (0 to 999,999), without repeats. */
export function spokenForms(value: number): string[] {
  const text = String(value);
  return [
    ...new Set([
      cardinal(value, 'and'),
      cardinal(value),
      ...pairs(text),
      ...['zero', 'oh'].flatMap((zero) => [digits(text, zero, false), digits(text, zero, true)]),
    ]),
  ];
}

/** A year as it is said: 2026 is "twenty twenty six" or "two thousand and twenty six". */
export function spokenYear(year: number): string[] {
  const head = Math.floor(year / 100);
  const tail = year % 100;
  const paired = tail < 10 ? [] : [`${belowHundred(head)} ${belowHundred(tail)}`];
  return [...paired, cardinal(year), cardinal(year, 'and')];
}
