/** Letters that no accent explains, as English writes them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'th',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};
const OTHER_LETTER = /[ßæÆœŒøØđĐðþÞłŁı]/gu;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * The text in the bytes that flite reads: accents are dropped, dashes and quotes become plain, a foreign word among others
 * becomes a pause. Undefined when most of its letters are of a script that flite has no sounds for: it would say a fifth of
 * a second of nothing, and report no error.
 */
export function latin(text: string): string | undefined {
  const plain = text
    .replaceAll(OTHER_LETTER, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[‘’]/g, "'");
  const known = count(plain, /[A-Za-z0-9]/g);
  if (count(plain, /[\p{L}\p{N}]/gu) > 2 * known) return undefined;
  return plain.replaceAll(/[^\x20-\x7e]+/g, ' ');
}
