// Words as the conversation compares them, in any language.

/** Letters, digits and signs up to the last letter; looked for only where they begin, or a row of signs costs its square. */
const WORD = /(?<!['@.-])['@.-]*[\p{L}\p{N}]+(?:['@.-]+[\p{L}\p{N}]+)*/gu;

/** The words of a text in small letters: letters and digits with what joins them inside ("don't", "john@example.com"). */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
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
