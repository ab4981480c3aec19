// Words as the conversation compares them, in any language.

/** The words of a text in small letters: letters and digits with what joins them inside ("don't", "john@example.com"). */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}'@.-]*[\p{L}\p{N}]/gu) ?? [];
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
