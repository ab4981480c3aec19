// Sums of money in English.
import { cardinal, NUMBER, spoken, valueOf, wholeInWords } from './numbers.js';

interface Currency {
  /** One, and more than one. */
  readonly unit: readonly [string, string];
  /** The hundredth part, one and more; absent where there is none. */
  readonly cent?: readonly [string, string];
}

const CENTS = ['cent', 'cents'] as const;
const dollars = (whose = ''): Currency => ({ unit: [`${whose}dollar`, `${whose}dollars`], cent: CENTS });

const CURRENCIES: Readonly<Record<string, Currency>> = {
  USD: dollars(),
  CAD: dollars('Canadian '),
  AUD: dollars('Australian '),
  NZD: dollars('New Zealand '),
  HKD: dollars('Hong Kong '),
  SGD: dollars('Singapore '),
  EUR: { unit: ['euro', 'euros'], cent: CENTS },
  GBP: { unit: ['pound', 'pounds'], cent: ['penny', 'pence'] },
  INR: { unit: ['rupee', 'rupees'], cent: ['paisa', 'paise'] },
  CHF: { unit: ['Swiss franc', 'Swiss francs'], cent: ['centime', 'centimes'] },
  JPY: { unit: ['yen', 'yen'] },
  CNY: { unit: ['yuan', 'yuan'] },
  KRW: { unit: ['won', 'won'] },
  MXN: { unit: ['Mexican peso', 'Mexican pesos'], cent: ['centavo', 'centavos'] },
  SEK: { unit: ['Swedish krona', 'Swedish kronor'] },
  NOK: { unit: ['Norwegian krone', 'Norwegian kroner'] },
  DKK: { unit: ['Danish krone', 'Danish kroner'] },
  PLN: { unit: ['zloty', 'zlotys'] },
  BRL: { unit: ['real', 'reais'], cent: ['centavo', 'centavos'] },
};

const SYMBOLS: Readonly<Record<string, string>> = {
  $: 'USD',
  US$: 'USD',
  C$: 'CAD',
  CA$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  S$: 'SGD',
  R$: 'BRL',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  Rs: 'INR',
  '₩': 'KRW',
};

/** What multiplies a sum: "$3.5M", "$5k". A small "m" is a million here, not a metre. */
const MULTIPLIERS: Readonly<Record<string, string>> = {
  k: 'thousand',
  m: 'million',
  mn: 'million',
  b: 'billion',
  bn: 'billion',
  lakhs: 'lakh',
  crores: 'crore',
  cr: 'crore',
  l: 'lakh',
};

const CODE = Object.keys(CURRENCIES).join('|');
const SYMBOL = String.raw`(?:US|CA|C|AU|A|NZ|HK|S|R)?\$|[€£¥₹₩]|\bRs\b\.?`;
const SCALE = String.raw`(?: ?(thousand|million|billion|trillion|lakhs?|crores?|mn|bn|Cr|[kKmMbBL])\b)?`;
const SIGN = String.raw`(?<![\w.])(?:(-) ?)?`;

const ANY_MONEY = new RegExp(`[$€£¥₹₩¢]|\\bRs\\b|${CODE}`, 'u');
const SYMBOL_FIRST = new RegExp(
  `${SIGN}(${SYMBOL}) ?(-)?(${NUMBER})${SCALE}(?: ?[-–—] ?(?:${SYMBOL})?(${NUMBER})${SCALE})?(?: ?(?:${CODE})\\b|\\/-)?`,
  'gu',
);
const CODE_FIRST = new RegExp(`${SIGN}\\b(${CODE}) ?(-)?(${NUMBER})${SCALE}`, 'gu');
const CODE_LAST = new RegExp(`${SIGN}(${NUMBER})${SCALE} ?(?:(${CODE})\\b|(${SYMBOL})(?![\\d]))`, 'gu');
const CENTS_ONLY = new RegExp(`(${NUMBER}) ?¢`, 'gu');

/** "$1,234.50" -> "one thousand two hundred thirty-four dollars and fifty cents". */
export function sayMoney(text: string): string {
  if (!ANY_MONEY.test(text)) return text;
  return text
    .replace(
      SYMBOL_FIRST,
      (_, sign, symbol: string, inner, from: string, scale?: string, to?: string, toScale?: string) => {
        const currency = currencyOf(symbol);
        const minus = sign === undefined && inner === undefined ? '' : 'minus ';
        if (to === undefined) return minus + sum(from, scale, currency);
        // "$5-10k" means thousands on both sides.
        return `${minus}${amount(from, scale ?? toScale)} to ${sum(to, toScale, currency)}`;
      },
    )
    .replace(CODE_FIRST, (_, sign, code: string, inner, written: string, scale?: string) => {
      const minus = sign === undefined && inner === undefined ? '' : 'minus ';
      return minus + sum(written, scale, currencyOf(code));
    })
    .replace(CODE_LAST, (_, sign, written: string, scale?: string, code?: string, symbol?: string) => {
      return (sign === undefined ? '' : 'minus ') + sum(written, scale, currencyOf(code ?? symbol ?? ''));
    })
    .replace(CENTS_ONLY, (_, written: string) => `${spoken(written)} ${valueOf(written) === 1 ? 'cent' : 'cents'}`);
}

const currencyOf = (mark: string): Currency => {
  const plain = mark.replace('.', '');
  return CURRENCIES[SYMBOLS[plain] ?? plain] ?? dollars();
};

function amount(written: string, scale: string | undefined): string {
  if (scale === undefined) return spoken(written);
  return `${spoken(written)} ${MULTIPLIERS[scale.toLowerCase()] ?? scale}`;
}

function sum(written: string, scale: string | undefined, { unit, cent }: Currency): string {
  const [one, many] = unit;
  const [whole = '', fraction = ''] = written.replaceAll(',', '').split('.');
  if (scale !== undefined || fraction.length > 2 || (cent === undefined && Number(fraction) > 0)) {
    return `${amount(written, scale)} ${many}`;
  }
  const units = Number(whole);
  const cents = Number(fraction.padEnd(2, '0'));
  const parts: string[] = [];
  if (units > 0 || cents === 0) parts.push(`${wholeInWords(written)} ${units === 1 ? one : many}`);
  if (cents > 0 && cent !== undefined) parts.push(`${cardinal(cents)} ${cents === 1 ? cent[0] : cent[1]}`);
  return parts.join(' and ');
}
