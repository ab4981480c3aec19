// Spanish: what is written in signs, digits and abbreviations becomes words.
import { apply, BANK_ACCOUNT, type Figures, figures, isCode, type Rules, spell } from '../figures.js';
import { sayAbbreviations } from './abbreviations.js';
import { sayDates, sayTimes } from './dates.js';
import { cardinal, counting, digitByDigit } from './numbers.js';

type Gender = 'm' | 'f';
/** One of it, more of it, and its gender. */
type Unit = readonly [one: string, many: string, gender?: Gender];
interface Currency {
  readonly unit: Unit;
  readonly cent?: readonly [one: string, many: string];
}

const CENTS = ['centavo', 'centavos'] as const;
const euro: Currency = { unit: ['euro', 'euros'], cent: ['céntimo', 'céntimos'] };
const dollar: Currency = { unit: ['dólar', 'dólares'], cent: CENTS };
const pound: Currency = { unit: ['libra', 'libras', 'f'], cent: ['penique', 'peniques'] };
const yen: Currency = { unit: ['yen', 'yenes'] };
const pesos = (whose: string): Currency => ({ unit: [`peso ${whose}`, `pesos ${whose}s`], cent: CENTS });
const CURRENCIES: Readonly<Record<string, Currency>> = {
  EUR: euro,
  '€': euro,
  USD: dollar,
  US$: dollar,
  $: dollar,
  GBP: pound,
  '£': pound,
  JPY: yen,
  '¥': yen,
  MXN: pesos('mexicano'),
  ARS: pesos('argentino'),
  COP: pesos('colombiano'),
  CLP: pesos('chileno'),
  CHF: { unit: ['franco suizo', 'francos suizos'], cent: ['céntimo', 'céntimos'] },
};
const CURRENCY = Object.keys(CURRENCIES)
  .map((mark) => mark.replace('$', String.raw`\$`))
  .join('|');
const SCALE = '(?: (mil|millones|millón)(?: de)?)?';

const UNITS: Readonly<Record<string, Unit>> = {
  mm: ['milímetro', 'milímetros'],
  cm: ['centímetro', 'centímetros'],
  m: ['metro', 'metros'],
  km: ['kilómetro', 'kilómetros'],
  'km/h': ['kilómetro por hora', 'kilómetros por hora'],
  'm²': ['metro cuadrado', 'metros cuadrados'],
  g: ['gramo', 'gramos'],
  kg: ['kilo', 'kilos'],
  l: ['litro', 'litros'],
  ml: ['mililitro', 'mililitros'],
  '°C': ['grado', 'grados'],
  '°': ['grado', 'grados'],
  min: ['minuto', 'minutos'],
  h: ['hora', 'horas', 'f'],
  s: ['segundo', 'segundos'],
  ms: ['milisegundo', 'milisegundos'],
  kB: ['kilobyte', 'kilobytes'],
  MB: ['megabyte', 'megabytes'],
  GB: ['gigabyte', 'gigabytes'],
  TB: ['terabyte', 'terabytes'],
  W: ['vatio', 'vatios'],
  kW: ['kilovatio', 'kilovatios'],
  kWh: ['kilovatio hora', 'kilovatios hora'],
};
const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .join('|');

/** What names something by a number: read digit by digit. */
const NAMED =
  'clientes?|cuentas?|pedidos?|facturas?|reservas?|números?|referencias?|códigos?|pin|tarjetas?|vuelos?|habitación|' +
  'tickets?|casos?|expedientes?|id|termina(?:da)? en|acaba(?:da)? en|código postal|extensión|póliza';
const ID = String.raw`#?\d{4,15}(?!\d|[.,:/]\d)`;
const IDENTIFIER = new RegExp(
  String.raw`(?<!\p{L})(?:${NAMED})(?: (?:es|número|de cliente))?:? ${ID}(?:(?:, (?:y |o )?| (?:y|o|a) )${ID}){0,20}`,
  'giu',
);
const HASH = /(?<![\w&])#(\d{1,15})(?!\d|[.,]\d)/gu;
const LETTERS_AND_DIGITS = /\b([A-Z]{1,6})-?(\d{3,15})(?!\d|[.,]\d)/gu;
const ABROAD = /(?<![\w+.,])\+(\d[\d ()/-]{5,22}\d)(?!\w)/gu;
/** "91 123 45 67", "600 123 456", "4242 4242 4242 4242". */
const GROUPS =
  /(?<![\d.,])(?:\d{2} \d{3} \d{2} \d{2}|\d{3} \d{2} \d{2} \d{2}|[689]\d{2} \d{3} \d{3}|\d{4}(?: \d{4}){2,4})(?![\d]|[.,]\d)/gu;

const SIGNS: Rules = [
  [/ ?(?:->|=>|→) ?/gu, ' a '],
  [/ ?& ?/gu, ' y '],
  [/\by\/o\b/giu, 'y o'],
  [/ ?≈ ?|~(?=\d)/gu, ' aproximadamente '],
  [/ ?± ?/gu, ' más menos '],
  [/ ?(?:≤|<=) ?/gu, ' como máximo '],
  [/ ?(?:≥|>=) ?/gu, ' como mínimo '],
  [/<(?= ?\d)/gu, ' menos de '],
  [/>(?= ?\d)/gu, ' más de '],
  [/ ?=+ ?/gu, ' igual a '],
  [/ [×*] |(?<=\d) ?[x×] ?(?=\d)/gu, ' por '],
  [/ ?÷ ?/gu, ' entre '],
  [/ ?\+ ?/gu, ' más '],
  [/ ?@ ?/gu, ' arroba '],
];
const LEFT_OVER: Rules = [
  [/ ?(?:—|–|-{2,10}) ?| - /gu, ', '],
  [/²/gu, ' al cuadrado'],
  [/°/gu, ' grados'],
  [/%/gu, ' por ciento'],
  [/€/gu, ' euros '],
  [/\$/gu, ' dólares '],
  [/(?<=\p{Ll}) ?\/ ?(?=\p{Ll})/gu, ' o '],
  [/ ?\/ ?/gu, ' '],
  [/[#<>^~{}]/gu, ' '],
];

/** "Llame al 112", "marque 091". */
const DIALLED =
  /\b((?:[Ll]lam(?:e|a|ar|en)|[Mm]arqu(?:e|en)|[Mm]arc(?:a|ar))(?: al| el)? )(\d{3,6})(?![\d.,:]\d| \p{Ll}+s\b|\d)/gu;
/** "vuelo IB 3170". */
const LETTERS_APART = /\b((?:[Vv]uelo|[Tt]ren|[Ll]ínea) [A-Z]{1,3}) (\d{2,5})(?![\d.,]\d|\d)/gu;

function sayIdentifiers(text: string): string {
  const inGroups = (groups: readonly string[]) => groups.map(digitByDigit).join(', ');
  return text
    .replace(BANK_ACCOUNT, (code) => spell(code, digitByDigit))
    .replace(DIALLED, (_, before: string, digits: string) => before + digitByDigit(digits))
    .replace(LETTERS_APART, (_, before: string, digits: string) => `${before} ${digitByDigit(digits)}`)
    .replace(ABROAD, (_, digits: string) => `más ${inGroups(digits.match(/\d{1,15}/gu) ?? [])}`)
    .replace(GROUPS, (found) => inGroups(found.split(' ')))
    .replace(IDENTIFIER, (found) => found.replace(/#?(\d{4,15})/gu, (_, digits: string) => digitByDigit(digits)))
    .replace(
      HASH,
      (_, digits: string) => `número ${digits.length < 4 ? cardinal(Number(digits)) : digitByDigit(digits)}`,
    )
    .replace(LETTERS_AND_DIGITS, (_, letters: string, digits: string) => `${letters} ${digitByDigit(digits)}`);
}

/** What depends on how figures are written. */
class Numbers {
  private readonly markFirst: RegExp;
  private readonly markLast: RegExp;
  private readonly range: RegExp;
  private readonly measure: RegExp;
  private readonly counted: RegExp;
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
    this.counted = new RegExp(`(?<![\\d.,])(${n}) (?=(\\p{Ll}{3,40}))`, 'gu');
    this.any = new RegExp(`${n}|\\d+`, 'gu');
  }

  /** "1.234,50 €" -> "mil doscientos treinta y cuatro euros con cincuenta". */
  sayMoney(text: string): string {
    if (!/[€$£¥]|EUR|USD|GBP|JPY|MXN|ARS|COP|CLP|CHF/u.test(text)) return text;
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
    const minus = negative ? 'menos ' : '';
    if (to !== undefined) return `${minus}${this.spoken(from)} a ${this.sum(false, to, undefined, scale, mark)}`;
    const { unit, cent } = CURRENCIES[mark] ?? dollar;
    const [one, many, gender] = unit;
    const { whole, fraction = '' } = this.figures.parts(from);
    if (scale !== undefined || fraction.length > 2 || isCode(whole) || (cent === undefined && Number(fraction) > 0)) {
      const scaled = scale === undefined ? '' : ` ${scale}${scale === 'mil' ? '' : ' de'}`;
      return `${minus}${this.spoken(from)}${scaled} ${many}`;
    }
    const units = Number(whole);
    const cents = Number(fraction.padEnd(2, '0'));
    const centWords = cents === 0 ? '' : `${counting(cents)} ${cents === 1 ? (cent?.[0] ?? '') : (cent?.[1] ?? '')}`;
    if (units === 0 && cents > 0) return minus + centWords;
    const sum = `${minus}${counting(units, gender)} ${units === 1 ? one : many}`;
    // "Con cinco" would be heard as fifty.
    return cents === 0 ? sum : `${sum} con ${cents < 10 ? centWords : cardinal(cents)}`;
  }

  /** Measures, percentages, ranges, and every number that is left. */
  sayQuantities(text: string): string {
    return text
      .replace(/(?<!\d)(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?(?![\d.])/gu, (version) =>
        version
          .split('.')
          .map((part) => cardinal(Number(part)))
          .join(' punto '),
      )
      .replace(this.range, '$1 a ')
      .replace(/(?<![\w)\]%°])-(?=\d)/gu, 'menos ')
      .replace(/(?<=\p{L})-(?=\d)/gu, ' ')
      .replace(/(?<=\d) ?½/gu, ' y medio')
      .replace(/½|(?<![\d/])1\/2(?![\d/])/gu, ' medio')
      .replace(/(?<=\d)\/(?=\d)/gu, ' barra ')
      .replace(this.measure, (_, n: string, symbol: string) => {
        const [one = symbol, many = symbol, gender] = UNITS[symbol] ?? [];
        return `${this.count(n, gender)} ${n === '1' ? one : many}`;
      })
      .replace(/(?<=\d) ?%/gu, ' por ciento')
      .replace(this.counted, (whole, n: string, noun: string) =>
        NO_NOUN.test(noun) ? whole : `${this.count(n, genderOf(noun))} `,
      )
      .replace(this.any, (n, at: number, whole: string) => {
        const before = /\p{L}/u.test(whole[at - 1] ?? '') ? ' ' : '';
        const after = /\p{L}/u.test(whole[at + n.length] ?? '') ? ' ' : '';
        return before + this.spoken(n) + after;
      });
  }

  /** Before a noun: "veintiún días", "doscientas mesas". */
  private count(written: string, gender: Gender = 'm'): string {
    const { whole, fraction } = this.figures.parts(written);
    return fraction === undefined && !isCode(whole) ? counting(Number(whole), gender) : this.spoken(written);
  }

  private spoken(written: string): string {
    const { whole, fraction } = this.figures.parts(written);
    const words = isCode(whole) ? digitByDigit(whole) : cardinal(Number(whole));
    return fraction === undefined
      ? words
      : `${words} coma ${fraction.startsWith('0') ? digitByDigit(fraction) : decimals(fraction)}`;
  }
}

/** "3,5" is "tres coma cinco", "3,14" "tres coma catorce"; longer ones are told digit by digit. */
const decimals = (fraction: string): string =>
  fraction.length < 3 ? cardinal(Number(fraction)) : digitByDigit(fraction);

/** What follows a number and is not counted by it. */
const NO_NOUN =
  /^(?:por|con|del|para|las|los|una|uno|que|pero|sin|más|menos|entre|hasta|desde|igual|barra|coma|punto|mil)$/u;

const genderOf = (noun: string): Gender =>
  /(?:as?|ción|ciones|sión|siones|dad|dades)$/u.test(noun) && !/^(?:días?|mapas?|problemas?|programas?)$/u.test(noun)
    ? 'f'
    : 'm';

/** Where the point begins the decimals: Mexico, Central America, the Caribbean, Peru, the United States. */
const DECIMAL_POINT = /^es[-_](?:mx|us|pr|gt|hn|ni|pa|do|sv|pe|cu|419)/iu;
const EUROPE = /^es(?:[-_](?:es|gq))?$/iu;
const WITH_COMMA = new Numbers(figures('.', ','));
const WITH_POINT = new Numbers(figures(',', '.'));

/**
 * `text` is plain and its white space single; `language`, BCP-47, says how figures are written, "1.234,50" or in "es-MX"
 * "1,234.50", and how the first of a month is called.
 */
export function saySpanish(text: string, language: string): string {
  let said = sayAbbreviations(text);
  if (!/\d/u.test(said)) return apply(apply(said, SIGNS), LEFT_OVER);
  const numbers = DECIMAL_POINT.test(language) ? WITH_POINT : WITH_COMMA;
  said = numbers.sayMoney(sayTimes(sayDates(said, EUROPE.test(language) ? 'uno' : 'primero')));
  said = apply(sayIdentifiers(said), SIGNS);
  return apply(numbers.sayQuantities(said), LEFT_OVER);
}
