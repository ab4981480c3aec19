// What a reply says, as far as it can be told from its words: figures, clients, and whether it owns up or asks back.
import { centsOf, merchantOf, type Row } from '../ledger.js';

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** "$1,234.50" and where it stands. */
export interface Amount {
  /** Never negative: the sign is said by words. */
  readonly cents: number;
  readonly from: number;
  readonly to: number;
}

const MONEY = /\$\s?(\d[\d,]*(?:\.\d{1,2})?)/g;
const CLIENT = /\b(5\d{3})\b/g;
const DAY = new RegExp(`\\b(?:${MONTHS.join('|')}) (\\d{1,2})(?:st|nd|rd|th)?\\b`, 'g');
const YEAR = /\b(?:19|20)\d\d\b/g;
const ADDRESS = /\S+@\S+/g;
const NUMBER = /(?<![\w.])\d[\d,]*(?![\w])/g;
const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

const THINGS = 'transactions?|purchases?|payments?|refunds?|charges?|expenses?|times';
/** "14 transactions", "2 travel purchases"; not "the latest 3 transactions", which counts what is read out. */
const COUNTED = new RegExp(`(\\w+)? ?(?<![\\w.$,])(\\d[\\d,]*) (?:[a-z]+ ){0,2}(?:${THINGS})\\b`, 'gi');
const RANK =
  /^(latest|newest|last|next|first|oldest|earliest|largest|biggest|highest|smallest|lowest|top|these|those)$/i;

/** Says that something is not possible, not known or was not understood. */
const OWNS_UP = new RegExp(
  [
    "\\b(?:I|we)(?: \\w+)? (?:can(?:not|['’]t| not| only)|could(?: not|n['’]t)|am (?:unable|not able)|do(?: not|n['’]t) (?:know|have))\\b",
    "\\b(?:I|we)(?: still)? did(?: not|n['’]t) (?:understand|catch|get|hear)\\b",
    '\\b(?:I|we) (?:also )?(?:have no|found nothing)\\b|\\bnothing (?:in our|that answers)\\b|\\bnot something (?:that )?I\\b',
    '\\b(?:records?|data|documents?|transactions) (?:do(?:es)? not|hold no|have no|say nothing|show no)\\b',
  ].join('|'),
  'i',
);
/** Says that there are no such rows. */
const NONE = new RegExp(
  `\\b(?:no|not any|zero) (?:[a-z'&-]+ ){0,4}(?:${THINGS}|spending)\\b|(?<!\\b(?:I|we) (?:also )?)\\b(?:has|have|had|spent|there is|there was) (?:no|nothing|none)\\b|(?<!\\b(?:I|we) )\\bdid not (?:spend|buy|pay|have|get)\\b|\\bnone of\\b`,
  'i',
);
/** Small change of any talk: it asks for nothing that is missing. */
const PLEASANTRY =
  /\b(?:how can i help|what (?:can|else can) i (?:do|look up)|what would you like to know|(?:is there )?anything else|shall i (?:go on|read (?:more|on)|continue)|would you like (?:to hear )?(?:more|the rest|another|me to go on))[^?]*\?/gi;

const QUESTION =
  /[^.!?]*\?|[^.!?]*\b(?:please (?:tell|name|say|give|spell)|I need (?:the|a|to know)|you can say it)\b[^.!?]*/gi;

export class Said {
  readonly amounts: readonly Amount[];
  /** Whole numbers that are no money, no days, no years and no clients. */
  readonly numbers: ReadonlySet<number>;
  /** Of rows: "14 transactions". */
  readonly counts: readonly number[];
  readonly clients: ReadonlySet<number>;
  readonly ownsUp: boolean;
  readonly none: boolean;
  /** The questions in it that want something. */
  readonly questions: string;

  /** `names` of the clients, by number. */
  constructor(
    readonly text: string,
    names: ReadonlyMap<number, string> = new Map(),
  ) {
    this.amounts = [...text.matchAll(MONEY)].map((match) => ({
      cents: centsOf(numberOf(match[1])),
      from: match.index,
      to: match.index + match[0].length,
    }));
    const withoutMoney = text.replaceAll(MONEY, '$').replaceAll(ADDRESS, '@');
    const named = [...names].filter(([, name]) => text.includes(name)).map(([id]) => id);
    this.clients = new Set([...[...withoutMoney.matchAll(CLIENT)].map(([, id]) => Number(id)), ...named]);
    const bare = withoutMoney.replaceAll(CLIENT, '#').replaceAll(DAY, '#').replaceAll(YEAR, '#');
    const words = bare.toLowerCase().split(/[^a-z]+/);
    this.numbers = new Set([
      ...[...bare.matchAll(NUMBER)].map(([number]) => numberOf(number)),
      ...words.flatMap((word) => (NUMBER_WORDS.includes(word) ? [NUMBER_WORDS.indexOf(word)] : [])),
      ...(words.includes('once') ? [1] : []),
      ...(words.includes('twice') ? [2] : []),
    ]);
    this.counts = [...bare.matchAll(COUNTED)]
      .filter(([, before = '']) => !RANK.test(before))
      .map(([, , number]) => numberOf(number));
    this.ownsUp = OWNS_UP.test(text);
    this.none = NONE.test(text);
    this.questions = (text.replaceAll(PLEASANTRY, '').match(QUESTION) ?? []).join(' ').trim();
  }

  /** Says how much or how many, or that there is nothing. */
  get hasFigures(): boolean {
    return this.amounts.length > 0 || this.counts.length > 0 || this.none;
  }

  has(cents: number): boolean {
    return this.amounts.some((amount) => amount.cents === Math.abs(cents));
  }

  names(word: string): boolean {
    return new RegExp(`\\b${word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\\b`, 'i').test(this.text);
  }

  /** Names a row's amount, or no amount and its day. */
  tells(row: Row): boolean {
    return this.amounts.length === 0 ? isDaySaid(row, this.text) : this.has(centsOf(row.amount));
  }

  /** The rows that are read out, in the order in which they are: an amount with its merchant or its day beside it. */
  mentions(rows: readonly Row[]): Row[] {
    const left = new Set(rows);
    return this.amounts.flatMap(({ cents, to }, n) => {
      const next = this.amounts[n + 1]?.from ?? this.text.length;
      const beside = this.text.slice(this.amounts[n - 1]?.to ?? 0, next);
      const saysDay = new RegExp(DAY.source).test(this.text.slice(to, Math.min(next, to + NEAR)));
      const same = [...left].filter(({ amount }) => Math.abs(centsOf(amount)) === cents);
      const onDay = same.filter((row) => isDaySaid(row, beside));
      const row =
        onDay.find((one) => beside.includes(merchantOf(one))) ??
        onDay[0] ??
        (saysDay ? undefined : same.find((one) => beside.includes(merchantOf(one))));
      if (row === undefined) return [];
      left.delete(row);
      return [row];
    });
  }
}

/** How far behind an amount its day may stand, characters. */
const NEAR = 60;

const numberOf = (text = ''): number => Number(text.replaceAll(',', ''));

/** "March 3rd", "March 3". */
function isDaySaid({ bookedOn }: Row, text: string): boolean {
  const month = MONTHS[Number(bookedOn.slice(5, 7)) - 1] ?? '';
  return new RegExp(`\\b${month} ${Number(bookedOn.slice(8))}(?:st|nd|rd|th)?\\b`).test(text);
}
