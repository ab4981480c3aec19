// Abbreviations in English.

/** Before a name, with or without a period. */
const TITLES: Readonly<Record<string, string>> = {
  Mr: 'Mister',
  Mrs: 'Missus',
  Ms: 'Miz',
  Dr: 'Doctor',
  Prof: 'Professor',
  Rev: 'Reverend',
  Capt: 'Captain',
  Lt: 'Lieutenant',
  Sgt: 'Sergeant',
  Sen: 'Senator',
  Gov: 'Governor',
  St: 'Saint',
  Mt: 'Mount',
};
/** After a name; the period may end the sentence as well. */
const STREETS: Readonly<Record<string, string>> = {
  St: 'Street',
  Ave: 'Avenue',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Dr: 'Drive',
  Ln: 'Lane',
  Ct: 'Court',
  Hwy: 'Highway',
};
/** Anywhere; the period belongs to them. */
const WORDS: Readonly<Record<string, string>> = {
  vs: 'versus',
  etc: 'et cetera',
  approx: 'approximately',
  dept: 'department',
  govt: 'government',
  incl: 'including',
  excl: 'excluding',
  avg: 'average',
  misc: 'miscellaneous',
  acct: 'account',
  amt: 'amount',
  qty: 'quantity',
  max: 'maximum',
  tel: 'telephone',
  inc: 'incorporated',
  ltd: 'limited',
  corp: 'corporation',
  co: 'company',
  jr: 'junior',
  sr: 'senior',
  ave: 'avenue',
  blvd: 'boulevard',
  est: 'established',
  jan: 'January',
  feb: 'February',
  apr: 'April',
  aug: 'August',
  sep: 'September',
  sept: 'September',
  oct: 'October',
  nov: 'November',
  dec: 'December',
};

/** Those that end sentences; after the others a capital is only a name: "Smith vs. Jones". */
const LAST = new Set('etc inc ltd corp co jr sr jan feb apr aug sep sept oct nov dec'.split(' '));

const LATIN = /\b(e\.g|i\.e)\./giu;
const HALF_DAY = /(?<=\d ?)([ap])\.\s?m\b(\.?)/giu;
const TITLE = new RegExp(String.raw`\b(${Object.keys(TITLES).join('|')})\.?(?= \p{Lu})`, 'gu');
/** After a house number and a name. */
const STREET = new RegExp(
  String.raw`\b(${Object.keys(STREETS).join('|')})\b(?<=\b\d{1,6} (?:[A-Z][\w']{0,20} ){1,3}[A-Z][a-z]{1,3})(\.?)`,
  'gu',
);
const WORD = new RegExp(String.raw`\b(${Object.keys(WORDS).join('|')})\.`, 'giu');
/** Clear without their period, too. */
const BARE = /\b(vs|etc|approx)\b(?!\.)/gu;
const BEFORE_NUMBER = /\b(no|nos|p|pp|vol|fig|sec|ch)\.\s?(?=\d)/giu;
const NUMBERED: Readonly<Record<string, string>> = {
  no: 'number',
  nos: 'numbers',
  p: 'page',
  pp: 'pages',
  vol: 'volume',
  fig: 'figure',
  sec: 'section',
  ch: 'chapter',
};
const DOTTED = /\b(\p{L}{1,2}(?:\.\p{L}){1,5})\.(?!\p{L})/gu;
const WITH = /(?<![\w/])(w\/o|w\/|b\/c|n\/a)(?!\/)/giu;
const SLASHED: Readonly<Record<string, string>> = {
  'w/o': 'without ',
  'w/': 'with ',
  'b/c': 'because ',
  'n/a': 'not applicable',
};

/** A capital at the beginning of the abbreviation is one of the words, too. */
const likeCase = (words: string, written: string): string =>
  /^\p{Lu}/u.test(written) ? words.charAt(0).toUpperCase() + words.slice(1) : words;

/** The period of an abbreviation also ends the sentence when nothing follows, or a new sentence does. */
const stop = (whole: string, end: number): string =>
  /^["')\]]?(?:\s|$)\s?(?:\p{Lu}|$)/u.test(whole.slice(end, end + 4)) ? '.' : '';

/** "U.S." is often followed by a capital letter in mid-sentence. */
const stopAtEnd = (whole: string, end: number): string => (end === whole.length ? '.' : '');

export function sayAbbreviations(text: string): string {
  return text
    .replace(STREET, (_, word: string, dot: string, at: number, whole: string) => {
      const words = STREETS[word] ?? word;
      return dot === '' ? words : words + stopAtEnd(whole, at + word.length + 1);
    })
    .replace(TITLE, (_, title: string) => TITLES[title] ?? title)
    .replace(LATIN, (_, latin: string) => likeCase(latin.toLowerCase() === 'e.g' ? 'for example' : 'that is', latin))
    .replace(HALF_DAY, (found, half: string, dot: string, at: number, whole: string) => {
      return `${half.toUpperCase()}M${dot === '' ? '' : stop(whole, at + found.length)}`;
    })
    .replace(BEFORE_NUMBER, (_, word: string) => `${likeCase(NUMBERED[word.toLowerCase()] ?? word, word)} `)
    .replace(WORD, (found, word: string, at: number, whole: string) => {
      return (
        likeCase(WORDS[word.toLowerCase()] ?? word, word) +
        (LAST.has(word.toLowerCase()) ? stop : stopAtEnd)(whole, at + found.length)
      );
    })
    .replace(BARE, (word) => WORDS[word] ?? word)
    .replace(DOTTED, (found, letters: string, at: number, whole: string) => {
      return letters.replaceAll('.', ' ') + stopAtEnd(whole, at + found.length);
    })
    .replace(WITH, (word) => SLASHED[word.toLowerCase()] ?? word);
}
