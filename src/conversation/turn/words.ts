// What can be told from a turn's words alone. English first; other languages fall back to the safe answer.

/** Sounds of listening, not of wanting to speak. "Yes" and "no" are answers and are not among them. */
const BACKCHANNELS = new Set([
  'uh',
  'huh',
  'uhuh',
  'mhm',
  'mm',
  'mmm',
  'hm',
  'hmm',
  'um',
  'ah',
  'oh',
  'okay',
  'ok',
  'right',
  'yeah',
  'sure',
  'i',
  'see',
  'got',
  'it',
  'cool',
  'wow',
  'aha',
]);

/** "i see" and "got it" are backchannels, but "see it" is not: words of these that need company. */
const PHRASES = new Set(['i see', 'got it', 'i got it', 'oh i see', 'okay got it']);
const ONLY_IN_PHRASES = new Set(['i', 'see', 'got', 'it']);

/** Words that a sentence does not end with: whoever stops there goes on after a breath. */
const DANGLING = new Set(
  (
    'and or but so because the a an to for of in on at with from by my your our their his her its this that these those ' +
    'is are was were do does did can could would should will what which who when where how if then than about between ' +
    'um uh er erm dot client number'
  ).split(' '),
);

const DIGITS = new Set('zero oh one two three four five six seven eight nine double triple'.split(' '));

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}'@.-]*[\p{L}\p{N}]/gu) ?? [];
}

/** Whether the words only show that the caller is listening ("uh-huh", "okay", "I see"). */
export function isBackchannel(text: string): boolean {
  const words = wordsOf(text.replaceAll('-', ' '));
  if (words.length === 0 || words.length > 4) return false;
  if (PHRASES.has(words.join(' '))) return true;
  return words.every((word) => BACKCHANNELS.has(word) && !ONLY_IN_PHRASES.has(word));
}

/**
 * How finished a turn's words sound, 0 (surely goes on) to 1 (complete). A rule of thumb: dangling function words and
 * a client number that is still being dictated ("five zero") ask for patience.
 */
export function completeness(text: string): number {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined) return 0;
  if (DANGLING.has(last)) return 0;
  let digits = 0;
  while (digits < words.length && DIGITS.has(words[words.length - 1 - digits] ?? '')) digits += 1;
  if (digits > 0 && digits < 4) return 0.3;
  // An address that is being spelled, or that has no end yet.
  if (/^\p{L}$/u.test(last)) return 0.3;
  if (words.at(-2) === 'at') return 0.5;
  if (/[,;:]$/.test(text.trim())) return 0.3;
  return 1;
}

/** Whether two transcripts say the same, whatever their punctuation and capitals. */
export function sameWords(a: string, b: string): boolean {
  return a === b || wordsOf(a).join(' ') === wordsOf(b).join(' ');
}

export function joinWords(a: string, b: string): string {
  if (a === '') return b;
  if (b === '') return a;
  return `${a} ${b}`;
}
