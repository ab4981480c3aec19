// German: what is written in signs, digits and abbreviations becomes words.
import { apply, BANK_ACCOUNT, type Figures, figures, isCode, type Rules, spell } from '../figures.js';
import { sayAbbreviations } from './abbreviations.js';
import { sayDates, sayTimes } from './dates.js';
import { cardinal, counting, digitByDigit } from './numbers.js';

/** They are the same for one and for many. */
const CURRENCIES: Readonly<Record<string, { readonly unit: string; readonly cent?: string }>> = {
  EUR: { unit: 'Euro', cent: 'Cent' },
  '€': { unit: 'Euro', cent: 'Cent' },
  USD: { unit: 'Dollar', cent: 'Cent' },
  US$: { unit: 'Dollar', cent: 'Cent' },
  $: { unit: 'Dollar', cent: 'Cent' },
  CHF: { unit: 'Franken', cent: 'Rappen' },
  GBP: { unit: 'Pfund', cent: 'Pence' },
  '£': { unit: 'Pfund', cent: 'Pence' },
  JPY: { unit: 'Yen' },
  '¥': { unit: 'Yen' },
  PLN: { unit: 'Zloty' },
};
const CURRENCY = Object.keys(CURRENCIES)
  .map((mark) => mark.replace('$', String.raw`\$`))
  .join('|');

/** One of it, more of it, and its gender where "ein" becomes "eine". */
type Unit = readonly [one: string, many: string, gender?: 'f'];
const UNITS: Readonly<Record<string, Unit>> = {
  mm: ['Millimeter', 'Millimeter'],
  cm: ['Zentimeter', 'Zentimeter'],
  m: ['Meter', 'Meter'],
  km: ['Kilometer', 'Kilometer'],
  'km/h': ['Kilometer pro Stunde', 'Kilometer pro Stunde'],
  'm²': ['Quadratmeter', 'Quadratmeter'],
  qm: ['Quadratmeter', 'Quadratmeter'],
  g: ['Gramm', 'Gramm'],
  kg: ['Kilogramm', 'Kilogramm'],
  l: ['Liter', 'Liter'],
  ml: ['Milliliter', 'Milliliter'],
  '°C': ['Grad Celsius', 'Grad Celsius'],
  '°': ['Grad', 'Grad'],
  min: ['Minute', 'Minuten', 'f'],
  Min: ['Minute', 'Minuten', 'f'],
  h: ['Stunde', 'Stunden', 'f'],
  s: ['Sekunde', 'Sekunden', 'f'],
  ms: ['Millisekunde', 'Millisekunden', 'f'],
  kB: ['Kilobyte', 'Kilobyte'],
  MB: ['Megabyte', 'Megabyte'],
  GB: ['Gigabyte', 'Gigabyte'],
  TB: ['Terabyte', 'Terabyte'],
  W: ['Watt', 'Watt'],
  kW: ['Kilowatt', 'Kilowatt'],
  kWh: ['Kilowattstunde', 'Kilowattstunden', 'f'],
  Mio: ['Million', 'Millionen', 'f'],
  Mrd: ['Milliarde', 'Milliarden', 'f'],
};
const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');
const SCALE = '(?: (Millionen|Million|Milliarden|Milliarde|Tausend|tausend))?';

/** What names something by a number: read digit by digit. */
const NAMED =
  'kund(?:e|en|in)|kundennummern?|kontonummern?|konto|konten|bestellung|bestellnummer|auftrags?|auftragsnummer|' +
  'rechnung|rechnungsnummer|ticket|vorgangs?|vorgangsnummer|nummern?|pin|codes?|postleitzahl|plz|zimmer|flug|karten?|' +
  'kartennummer|referenz|buchung|buchungsnummer|reservierung|reservierungsnummer|id|endet auf|endend auf|endung';
const ID = String.raw`#?\d{4,15}(?!\d|[.,:/]\d)`;
const IDENTIFIER = new RegExp(
  String.raw`(?<!\p{L})(?:${NAMED})(?: lautet| ist)?:? ${ID}(?:(?:, (?:und |oder )?| (?:und|oder|bis) )${ID}){0,20}`,
  'giu',
);
const HASH = /(?<![\w&])#(\d{1,15})(?!\d|[.,]\d)/gu;
const LETTERS_AND_DIGITS = /\b([A-Z]{1,6})-?(\d{3,15})(?!\d|[.,]\d)/gu;
const PHONE = /(?<![\w+.,])(?:\+(\d[\d ()/-]{5,22}\d)|(0\d{1,5})[ /-](\d{3,10}))(?!\w)/gu;
const GROUPS = /(?<!\d)\d{4}(?: \d{4}){2,4}(?!\d)/gu;

const SIGNS: Rules = [
  [/ ?(?:->|=>|→) ?/gu, ' zu '],
  [/ ?& ?/gu, ' und '],
  [/\bund\/oder\b/giu, 'und oder'],
  [/ ?≈ ?|~(?=\d)/gu, ' etwa '],
  [/ ?± ?/gu, ' plus minus '],
  [/ ?(?:≤|<=) ?/gu, ' höchstens '],
  [/ ?(?:≥|>=) ?/gu, ' mindestens '],
  [/<(?= ?\d)/gu, ' weniger als '],
  [/>(?= ?\d)/gu, ' mehr als '],
  [/ ?=+ ?/gu, ' gleich '],
  [/ [×*] |(?<=\d) ?[x×] ?(?=\d)/gu, ' mal '],
  [/ ?÷ ?/gu, ' geteilt durch '],
  [/ ?\+ ?/gu, ' plus '],
  [/ ?§ ?/gu, ' Paragraf '],
  [/ ?@ ?/gu, ' at '],
];
const LEFT_OVER: Rules = [
  [/ ?(?:—|–|-{2,10}) ?| - /gu, ', '],
  [/²/gu, ' Quadrat'],
  [/°/gu, ' Grad'],
  [/%/gu, ' Prozent'],
  [/€/gu, ' Euro '],
  [/\$/gu, ' Dollar '],
  [/(?<=\p{Ll}) ?\/ ?(?=\p{Ll})/gu, ' oder '],
  [/ ?\/ ?/gu, ' '],
  [/[#<>^~{}]/gu, ' '],
];

/** "Wählen Sie 112", "Notruf 110". */
const DIALLED =
  /\b((?:Notruf|[Ww]ähl(?:en|e|t)|[Rr]uf(?:en|e|t))(?: Sie)?(?: bitte)?(?: die)? )(\d{3,6})(?![\d.,:]\d| \p{Lu}\p{Ll}+n\b|\d)/gu;
/** "Flug LH 2490". */
const LETTERS_APART = /\b((?:Flug|Flugnummer|Zug|Linie) [A-Z]{1,3}) (\d{2,5})(?![\d.,]\d|\d)/gu;

function sayIdentifiers(text: string): string {
  const inGroups = (groups: readonly string[]) => groups.map(digitByDigit).join(', ');
  return text
    .replace(BANK_ACCOUNT, (code) => spell(code, digitByDigit))
    .replace(DIALLED, (_, before: string, digits: string) => before + digitByDigit(digits))
    .replace(LETTERS_APART, (_, before: string, digits: string) => `${before} ${digitByDigit(digits)}`)
    .replace(PHONE, (_, abroad?: string, area?: string, line?: string) =>
      abroad === undefined ? inGroups([area ?? '', line ?? '']) : `plus ${inGroups(abroad.match(/\d{1,15}/gu) ?? [])}`,
    )
    .replace(GROUPS, (found) => inGroups(found.split(' ')))
    .replace(IDENTIFIER, (found) => found.replace(/#?(\d{4,15})/gu, (_, digits: string) => digitByDigit(digits)))
    .replace(
      HASH,
      (_, digits: string) => `Nummer ${digits.length < 4 ? cardinal(Number(digits)) : digitByDigit(digits)}`,
    )
    .replace(LETTERS_AND_DIGITS, (_, letters: string, digits: string) => `${letters} ${digitByDigit(digits)}`);
}

/** What depends on how figures are written. */
class Numbers {
  private readonly markFirst: RegExp;
  private readonly markLast: RegExp;
  private readonly range: RegExp;
  private readonly measure: RegExp;
  private readonly single: RegExp;
  private readonly any: RegExp;

  constructor(private readonly figures: Figures) {
    const n = figures.pattern;
    this.markFirst = new RegExp(`(?<![\\w.])(-)? ?(${CURRENCY}) ?(-)?(${n})(?: ?[-–] ?(${n}))?${SCALE}`, 'gu');
    this.markLast = new RegExp(
      `(?:(?<![\\w.,])(-) ?)?(${n})(?: ?[-–] ?(${n}))?${SCALE} ?(${CURRENCY})(?![\\p{L}\\d])`,
      'gu',
    );
    this.range = new RegExp(`(${n}) ?[-–] ?(?=${n}(?![\\d-]))`, 'gu');
    this.measure = new RegExp(`(${n}) ?(${UNIT})(?![\\p{L}\\p{N}²])`, 'gu');
    this.single = /(?<![\d.,])1 (?=(\p{Lu}\p{L}*))/gu;
    this.any = new RegExp(`${n}|\\d+`, 'gu');
  }

  /** "1.234,50 €" -> "eintausendzweihundertvierunddreißig Euro fünfzig". */
  sayMoney(text: string): string {
    if (!/[€$£¥]|EUR|USD|CHF|GBP|JPY|PLN/u.test(text)) return text;
    return text
      .replace(this.markFirst, (_, sign, mark: string, inner, from: string, to?: string, scale?: string) =>
        this.sum((sign ?? inner) !== undefined, from, to, scale, mark),
      )
      .replace(
        this.markLast,
        (_, sign, from: string, to: string | undefined, scale: string | undefined, mark: string) =>
          this.sum(sign !== undefined, from, to, scale, mark),
      );
  }

  private sum(
    negative: boolean,
    from: string,
    to: string | undefined,
    scale: string | undefined,
    mark: string,
  ): string {
    const minus = negative ? 'minus ' : '';
    if (to !== undefined) return `${minus}${this.spoken(from)} bis ${this.sum(false, to, undefined, scale, mark)}`;
    const { unit, cent } = CURRENCIES[mark] ?? { unit: mark };
    const { whole, fraction = '' } = this.figures.parts(from);
    if (scale !== undefined || fraction.length > 2 || isCode(whole) || (cent === undefined && Number(fraction) > 0)) {
      return `${minus}${this.spoken(from)}${scale === undefined ? '' : ` ${scale}`} ${unit}`;
    }
    const units = Number(whole);
    const cents = Number(fraction.padEnd(2, '0'));
    if (units === 0 && cents > 0) return `${minus}${counting(cents)} ${cent ?? ''}`;
    return `${minus}${counting(units)} ${unit}${cents === 0 ? '' : ` ${cardinal(cents)}`}`;
  }

  /** Measures, percentages, ranges, and every number that is left. */
  sayQuantities(text: string): string {
    return text
      .replace(/(?<!\d)(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?(?![\d.])/gu, (version) =>
        version
          .split('.')
          .map((part) => cardinal(Number(part)))
          .join(' Punkt '),
      )
      .replace(this.range, '$1 bis ')
      .replace(/(?<![\w)\]%°])-(?=\d)/gu, 'minus ')
      .replace(/(?<=\p{L})-(?=\d)/gu, ' ')
      .replace(/(?<=\d) ?½/gu, ',5')
      .replace(/½|(?<![\d/])1\/2(?![\d/])/gu, ' ein halb')
      .replace(/(?<=\d)\/(?=\d)/gu, ' Schrägstrich ')
      .replace(this.measure, (_, n: string, symbol: string) => {
        const [one = symbol, many = symbol, gender] = UNITS[symbol] ?? [];
        return n === '1' ? `${gender === 'f' ? 'eine' : 'ein'} ${one}` : `${n} ${many}`;
      })
      .replace(/(?<=\d) ?%/gu, ' Prozent')
      .replace(this.single, (_, noun: string) => (isFeminine(noun) ? 'eine ' : 'ein '))
      .replace(this.any, (n, at: number, whole: string) => {
        const before = /\p{L}/u.test(whole[at - 1] ?? '') ? ' ' : '';
        const after = /\p{L}/u.test(whole[at + n.length] ?? '') ? ' ' : '';
        return before + this.spoken(n) + after;
      });
  }

  private spoken(written: string): string {
    const { whole, fraction } = this.figures.parts(written);
    const words = isCode(whole) ? digitByDigit(whole) : cardinal(Number(whole));
    return fraction === undefined ? words : `${words} Komma ${digitByDigit(fraction)}`;
  }
}

/** Good for what is counted on the phone; "eine" before some other noun would be heard as a slip. */
const isFeminine = (noun: string): boolean =>
  /(?:ung|heit|keit|schaft|ion|tät|ik|ur|enz|anz|ei|e)$/u.test(noun) &&
  !/^(?:Name|Kunde|Kollege|Ende|Auge|Interesse)$/u.test(noun);

/** 1.234,50 in Germany and Austria, 1'234.50 in Switzerland. */
const GERMAN = new Numbers(figures('.', ','));
const SWISS = new Numbers(figures("'", '.'));

/** `text` is plain and its white space single; `language`, BCP-47, says how figures are written. */
export function sayGerman(text: string, language: string): string {
  let said = sayAbbreviations(text);
  if (!/\d/u.test(said)) return apply(apply(said, SIGNS), LEFT_OVER);
  const numbers = /^de[-_](?:ch|li)/iu.test(language) ? SWISS : GERMAN;
  said = numbers.sayMoney(sayTimes(sayDates(said)));
  said = apply(sayIdentifiers(said), SIGNS);
  return apply(numbers.sayQuantities(said), LEFT_OVER);
}
