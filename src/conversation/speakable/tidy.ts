// White space and punctuation after pieces have been taken out of a text.

const RULES: readonly (readonly [RegExp, string])[] = [
  [/\s+/gu, ' '],
  [/ (?=[,.;:!?](?: |$))/gu, ''],
  [/([,;:])(?: ?[,;:])+(?= |$)/gu, '$1'],
  [/[,;:] ?(?=[.!?](?: |$))/gu, ''],
  [/([.!?])(?: [.!?])+(?= |$)/gu, '$1'],
  [/^(?:[ ,;:!?)\]—–]|\.(?!\d)|-(?![\d.$€£¥₹₩]))+/u, ''],
  [/[ ,;—–-]+$/u, ''],
];

/** Single spaces, none before a punctuation mark, no mark twice, none at the beginning. */
export const tidy = (text: string): string =>
  RULES.reduce((so, [pattern, mark]) => so.replace(pattern, mark), text).trim();
