// Abbreviations in German. A period that also ends the sentence is kept.

/** The period belongs to them. */
const WORDS: Readonly<Record<string, string>> = {
  bzw: 'beziehungsweise',
  ca: 'circa',
  inkl: 'inklusive',
  zzgl: 'zuzüglich',
  ggf: 'gegebenenfalls',
  evtl: 'eventuell',
  bzgl: 'bezüglich',
  vgl: 'vergleiche',
  Dr: 'Doktor',
  Prof: 'Professor',
  Hr: 'Herr',
  Tel: 'Telefon',
  Nr: 'Nummer',
  Str: 'Straße',
  St: 'Sankt',
  Std: 'Stunden',
  Mio: 'Millionen',
  Mrd: 'Milliarden',
  max: 'maximal',
  Abs: 'Absatz',
};
/** They may end a sentence. */
const LAST: Readonly<Record<string, string>> = { usw: 'und so weiter', etc: 'et cetera', MwSt: 'Mehrwertsteuer' };

const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/\bz\. ?B\./gu, 'zum Beispiel'],
  [/\bd\. ?h\./gu, 'das heißt'],
  [/\bu\. ?a\./gu, 'unter anderem'],
  [/\bo\. ?ä\./gu, 'oder ähnlich'],
  [/\bi\. ?d\. ?R\./gu, 'in der Regel'],
  [/\bv\. ?a\./gu, 'vor allem'],
  [/\bZ\. ?B\./gu, 'Zum Beispiel'],
  [/\bD\. ?h\./gu, 'Das heißt'],
  [/\bFr\. (?=\p{Lu})/gu, 'Frau '],
  [/\bS\. ?(?=\d)/gu, 'Seite '],
  [/(?<=\p{Ll})str\.(?= ?\d)/gu, 'straße'],
];
const WORD = new RegExp(String.raw`(?<![\p{L}\p{N}])(${Object.keys(WORDS).join('|')})\.`, 'gu');
const LAST_WORD = new RegExp(String.raw`(?<![\p{L}\p{N}])(${Object.keys(LAST).join('|')})\.`, 'gu');

const DAYS: Readonly<Record<string, string>> = {
  Mo: 'Montag',
  Di: 'Dienstag',
  Mi: 'Mittwoch',
  Do: 'Donnerstag',
  Fr: 'Freitag',
  Sa: 'Samstag',
  So: 'Sonntag',
};
const DAY = Object.keys(DAYS).join('|');
const DAY_RANGE = new RegExp(String.raw`\b(${DAY})\.? ?[-–] ?(${DAY})\b\.?`, 'gu');
const DAY_DATE = new RegExp(String.raw`\b(${DAY})\.?, (?=(?:den )?\d)`, 'gu');

export function sayAbbreviations(text: string): string {
  const said = LETTERS.reduce((so, [pattern, words]) => so.replace(pattern, words), text);
  return said
    .replace(DAY_RANGE, (_, from: string, to: string) => `${DAYS[from] ?? from} bis ${DAYS[to] ?? to}`)
    .replace(DAY_DATE, (_, day: string) => `${DAYS[day] ?? day}, `)
    .replace(WORD, (_, word: string) => WORDS[word] ?? word)
    .replace(LAST_WORD, (found, word: string, at: number, whole: string) => {
      const ends = /^(?:$|["')]?\s\p{Lu})/u.test(whole.slice(at + found.length, at + found.length + 3));
      return `${LAST[word] ?? word}${ends ? '.' : ''}`;
    });
}
