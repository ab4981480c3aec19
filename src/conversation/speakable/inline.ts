// Markdown within a line: links, emphasis, code, HTML. Every repetition is bounded, so that no text makes it slow.

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '...',
};

const RULES: readonly (readonly [RegExp, string])[] = [
  // Footnotes and citations: "[^1]", "[2, 3]", "【4:0†source】". Not the "[1]" of "[1](https://...)".
  [/\[\^[^[\]\s]{1,40}\]:?|(?<=\S) ?\[\d{1,3}(?:[,–-] ?\d{1,3}){0,5}\](?![([])|【[^【】]{0,80}】/gu, ''],
  // Images and links give their text; one that the bound has cut in two, too.
  [/!?\[([^[\]]{0,600})\]\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,200})?\)/gu, '$1'],
  [/!?\[([^[\]]{1,600})\]\([^()\s]{0,2000}$/gu, '$1'],
  [/!?\[([^[\]]{1,600})\]\[[^[\]]{0,100}\]/gu, '$1'],
  [/<((?:https?:\/\/|mailto:)[^<>\s]{1,2000}|[^<>\s@]{1,64}@[^<>\s@]{1,255})>/gu, '$1'],
  [/<!--[^<>]{0,1000}-->/gu, ''],
  [/<br ?\/?>/giu, ' '],
  [/<\/?[a-z][a-z0-9:-]{0,20}(?: [^<>=]{1,60}=[^<>]{0,400})?\s?\/?>/giu, ''],
  [/(?<=\d) ?\*{1,2} ?(?=\d)/gu, ' × '],
  // "snake_case" keeps its underscore for now: it may be part of an address.
  [/(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\p{L}\p{N}_@])/gu, ''],
  [/==([^=]{1,300})==/gu, '$1'],
  [/[*`]+|~~/gu, ''],
];

const ANY_MARK = /[[<_*`~=&\\【]/u;

/** The text of a line without its markup. */
export function withoutMarkup(line: string): string {
  if (!ANY_MARK.test(line)) return line;
  const unescaped = line
    .replace(/&(#?\w{2,6});/gu, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\\([!-/:-@[-`{-~])/gu, '$1');
  return RULES.reduce((text, [pattern, words]) => text.replace(pattern, words), unescaped).replace(/[[\]]/gu, '');
}
