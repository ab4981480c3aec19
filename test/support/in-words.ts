const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen ' +
  'nineteen'
).split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** A whole number under a million as the local voice says it: "one hundred thirty one". */
export function inWords(number: number): string {
  if (number < 20) return SMALL[number] ?? '';
  if (number < 100) return [TENS[Math.floor(number / 10) - 2], ...rest(number % 10)].join(' ');
  if (number < 1000) return [SMALL[Math.floor(number / 100)], 'hundred', ...rest(number % 100)].join(' ');
  return [inWords(Math.floor(number / 1000)), 'thousand', ...rest(number % 1000)].join(' ');
}

const rest = (number: number): string[] => (number === 0 ? [] : [inWords(number)]);
