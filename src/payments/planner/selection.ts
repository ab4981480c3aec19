// Which transactions are meant: amounts, the direction of the money, shops, and what is to be left out.
import type { SlotPlan } from '../../llm/plan.port.js';
import { findNumbers } from '../../spoken/numbers.js';
import type { Slot } from '../../spoken/words.js';
import { nearNames } from './known-names.js';
import { findMerchants } from './names.js';
import { phraseReader } from '../../spoken/phrases.js';
import { MONTHS, WEEKDAYS } from '../../spoken/date-words.js';
import { CATEGORY_NAMES, findCategories } from './categories.js';
import { mayName } from './vocabulary.js';

type Words = readonly string[];
type Arguments = Readonly<Record<string, unknown>>;

/** Bounds of an amount, both included. */
export interface Amount {
  readonly min?: number;
  readonly max?: number;
}

const MONEY = /^(dollar|dollars|bucks|usd|cents|percent)$/;
const readBound = phraseReader<'min' | 'max' | 'both' | 'between'>([
  [
    'min',
    'over|above|exceeding|exceeds|(?:more|greater|bigger|larger|higher) than|at least|from|upwards of|starting at|minimum of',
  ],
  ['max', 'under|below|beneath|(?:less|fewer|smaller|lower|cheaper) than|at most|up to|maximum of|max'],
  ['both', 'exactly|equal to|of exactly'],
  ['between', 'between'],
]);

/** An amount in the words, with its sign or its word of money; `sure` when it has one. */
interface Money {
  readonly value: number;
  readonly start: number;
  readonly end: number;
  readonly sure: boolean;
}

function moneyIn(words: Words): readonly Money[] {
  const written = words.flatMap((word, at): Money[] => {
    if (!/^\$?\d+(?:\.\d+)?$/.test(word) || (/^\d+$/.test(word) && !word.startsWith('$'))) return [];
    const isNamed = MONEY.test(words[at + 1] ?? '');
    return [{ value: Number(word.replace('$', '')), start: at, end: isNamed ? at + 2 : at + 1, sure: true }];
  });
  const round = words.flatMap((word, at): Money[] => {
    const value = { hundred: 100, thousand: 1000 }[word];
    if (value === undefined || !/^(a|an)$/.test(words[at - 1] ?? '')) return [];
    const isNamed = MONEY.test(words[at + 1] ?? '');
    return [{ value, start: at - 1, end: isNamed ? at + 2 : at + 1, sure: isNamed }];
  });
  const spoken = findNumbers(words).map(({ value, start, end }): Money => {
    const isNamed = MONEY.test(words[end] ?? '');
    return { value, start, end: isNamed ? end + 1 : end, sure: isNamed };
  });
  return [...written, ...round, ...spoken].toSorted((a, b) => a.start - b.start);
}

const NO_AMOUNT =
  /^(day|days|week|weeks|month|months|year|years|quarter|quarters|times|transactions?|purchases?|payments?|clients?|largest|biggest|smallest|percent|st|nd|rd|th)$/;

/** "over 100 dollars", "between 20 and 50", "$20 or less", "exactly $42.50", "less than fifteen dollars". */
export const amount: SlotPlan<Amount> = {
  name: 'amount',
  read(words) {
    const bounds = readBound(words);
    const money = moneyIn(words).filter(({ end, sure }) => sure || !NO_AMOUNT.test(words[end] ?? ''));
    const taken = new Set<Money>();
    const found: Slot<Amount>[] = [];
    for (const { value: bound, start, end } of bounds) {
      const isCovered = found.some((slot) => slot.end > start);
      const first = money.find(
        (one) => one.start === end || (one.start === end + 1 && /^(a|an|the|about)$/.test(words[end] ?? '')),
      );
      if (first === undefined || isCovered) continue;
      const second = money.find((one) => one.start === first.end + 1 && /^(and|to)$/.test(words[first.end] ?? ''));
      const isRange = second !== undefined && (bound === 'between' || words[start] === 'from');
      if ((bound === 'between' || words[start] === 'from') && !isRange) continue;
      // "Not more than", "no less than".
      const flips = /^(no|not)$/.test(words[start - 1] ?? '');
      for (const one of isRange ? [first, second] : [first]) taken.add(one);
      const side = flips && bound === 'min' ? 'max' : flips && bound === 'max' ? 'min' : bound;
      const limits = isRange
        ? { min: Math.min(first.value, second.value), max: Math.max(first.value, second.value) }
        : side === 'both'
          ? { min: first.value, max: first.value }
          : { [side]: first.value };
      found.push({ value: limits, start: flips ? start - 1 : start, end: (isRange ? second : first).end });
    }
    for (const one of money.filter(
      (each) => each.sure && !taken.has(each) && !found.some((slot) => overlaps(slot, each)),
    )) {
      const after = words.slice(one.end, one.end + 2).join(' ');
      const isMin = /^(or|and) (more|over|above|up)$/.test(after);
      const isMax = /^(or|and) (less|under|below)$/.test(after);
      const value = isMin ? { min: one.value } : isMax ? { max: one.value } : { min: one.value, max: one.value };
      found.push({ value, start: one.start, end: isMin || isMax ? one.end + 2 : one.end });
    }
    const all = found.toSorted((a, b) => a.start - b.start);
    // "more than 50 but less than 150" is one condition.
    const [one, two] = all;
    const isJoined =
      one !== undefined && two !== undefined && (one.value.min === undefined) !== (two.value.min === undefined);
    return isJoined && all.length === 2 ? all.map((slot) => ({ ...slot, value: { ...one.value, ...two.value } })) : all;
  },
  toArguments: ({ min, max }) => ({ min_amount: min, max_amount: max }),
  fromArguments({ min_amount: min, max_amount: max }) {
    if (typeof min !== 'number' && typeof max !== 'number') return undefined;
    return { ...(typeof min === 'number' ? { min } : {}), ...(typeof max === 'number' ? { max } : {}) };
  },
  carry: 'along',
  isWeak: () => false,
};

const overlaps = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;

const readSpent = phraseReader<'spent'>([
  [
    'spent',
    '(?:without|excluding|exclude|except|minus|ignoring|ignore|skip|skipping|no|not counting|not including|leave out|leaving out|do not count) (?:the |any |all )?(?:refunds?|returns?|credits?)|(?:leave|leaving) (?:the |any |all )?(?:refunds?|returns?|credits?) (?:out|aside)(?: of it)?|(?:refunds?|returns?|credits?) (?:excluded|aside|not included|left out)',
  ],
]);
/** "Got any of it back", "has had back", "got from the airline back"; "what did she have back in june" is no refund. */
const GOT =
  'got|get|gets|gotten|getting|receive|received|given|give|gives|gave|paid|sent|handed|came|come|comes|coming';
const IT = '(?:(?:any|some|all|of|the|his|her|their|my|it|this|that|money|cash|something|anything|everything) )*';
const NOT_WHEN = '(?! (?:in|on|at|to|during|then|when) )';
const readDirection = phraseReader<'refunded'>([
  [
    'refunded',
    'refund|refunds|refunded|refunding|reimburse|reimbursed|reimbursement|reimbursements|returned|credited|' +
      `(?:money|cash|${GOT}|(?:has|have|had) had) ${IT}back|(?:has|have|had) ${IT}back${NOT_WHEN}|` +
      `(?:${GOT}|has|have|had) (?:(?!going|dating|way|come|coming|go)\\S+ ){1,4}back${NOT_WHEN}|` +
      `(?:return|returns|returning) (?:\\S+ ){0,2}to`,
  ],
]);

const readBought = phraseReader<'bought'>([
  ['bought', 'buy|buys|bought|buying|purchased?|purchases|payments?|expenses?|outgoings'],
]);
const readSpending = phraseReader<'spending'>([['spending', 'spend|spends|spent|spending|paid']]);
const readMailing = phraseReader<'mailing'>([['mailing', '#email|send|mail|email|forward']]);
const readSum = phraseReader<'sum'>([['sum', 'how much|total|sum|average|avg']]);

/** "Leave the refunds out": no word of it is about a refund. */
export const withoutRefunds: SlotPlan<'spent' | 'refunded'> = {
  name: 'direction',
  read: (words) => readSpent(words).slice(0, 1),
  isWeak: () => false,
};

/** What was bought has no refunds in it; a sum of it is what was spent in the end. */
export const direction: SlotPlan<'spent' | 'refunded'> = {
  name: 'direction',
  transparent: true,
  read(words) {
    const found = readDirection(words);
    const [first] = found;
    const isMailed = readMailing(words).length > 0 && readSpending(words).length > 0;
    const isBought = readSum(words).length === 0 && (isMailed || readBought(words).length > 0);
    if (first === undefined && isBought) return [{ value: 'spent', start: 0, end: 0 }];
    return found.filter((slot) => slot === first || slot.start >= (first?.end ?? 0));
  },
  toArguments: (value) => ({ direction: value }),
  fromArguments: ({ direction: value }) => (value === 'spent' || value === 'refunded' ? value : undefined),
  carry: 'along',
  // "A payment", "buying": words that speak of much else.
  isWeak: (value) => value === 'spent',
};

const textOf = (args: Arguments, name: string): string | undefined =>
  typeof args[name] === 'string' ? args[name] : undefined;

export const merchant: SlotPlan<string> = {
  name: 'merchant',
  rest: true,
  read(words, { said, written, names }) {
    const near = nearNames(words, { said, written }, names);
    return near.length > 0 ? near.slice(0, 1) : findMerchants(words, { said, written, hasNames: names.length > 0 });
  },
  fromArguments: (args) => textOf(args, 'merchant'),
  carry: 'along',
  selects: true,
  isWeak: () => false,
};

const readExcluding = phraseReader<'out'>([
  [
    'out',
    // "groceries, not dining", "hold the groceries", "the lot bar software"
    `(?:not|hold|bar|drop|forget)(?= (?:(?:the|any|all|his|her|their) )?(?:${CATEGORY_NAMES.join('|')}) )|` +
      'barring|save for|spar(?:e|ing) (?:me|us|him|her|them)|(?:turn|turning) a blind eye to|leaving aside|' +
      'without|excluding|excludes?|excl|except for|excepting|except|besides|minus|ignoring|ignore|omitting|omit|skipping|skip|' +
      '(?:everything|anything|all) but|but not|other than|apart from|aside from|(?:not|do not) (?:counting|count|including|include)|' +
      '(?:leave|leaving|leaves) out|(?:leave|leaving|leaves)(?= (?:\\S+ ){1,6}(?:out|aside|off) )|not (?:at|from|in|on)|rather than|instead of',
  ],
]);
const LEADS =
  /^(the|any|anything|everything|whatever|all|hold|bar|drop|forget|for|from|at|on|of|ones|his|her|their|my|out|what|payments?|purchases?|transactions?|spending|in|during)$/;
const ENDS =
  /^(in|for|since|from|between|at|to|until|during|last|this|or|by|on|per|of|please|what|how|which|who|i|it|he|she|they|we|you)$/;
const JOINS = /^(and|or|nor)$/;
const LONGEST = 3;

/** "Leave rent out", and not "eating out". */
const isOut = (words: Words, at: number): boolean =>
  /^(out|aside|off)$/.test(words[at] ?? '') && !/^(eating|dining|going)$/.test(words[at - 1] ?? '');

/** The names after "without": "rent and utilities", "harbor hotel". */
function excludedAfter(words: Words, from: number): { readonly names: readonly Words[]; readonly end: number } {
  const names: Words[] = [];
  let end = from;
  for (let at = from; at < words.length; at += 1) {
    while (LEADS.test(words[at] ?? '')) at += 1;
    const start = at;
    // "everything but travel july": the time is a wish of its own, unless nothing else is left out.
    const isName = (word: string | undefined): word is string =>
      word !== undefined &&
      !ENDS.test(word) &&
      !JOINS.test(word) &&
      !isOut(words, at) &&
      (at === start || isTime(words[start] ?? '') || !isTime(word));
    while (at < start + LONGEST && isName(words[at])) at += 1;
    if (!words.slice(start, at).some((word) => mayName(word) || isTime(word))) break;
    names.push(words.slice(start, at));
    end = at;
    if (!JOINS.test(words[at] ?? '')) break;
  }
  return { names, end };
}
/** A time is never left out: it is said back. */
const isTime = (word: string): boolean =>
  MONTHS.has(word) || WEEKDAYS.has(word) || /\d|^(week|month|year)s?$/.test(word);

const readExcluded = phraseReader<'out'>([
  [
    'out',
    '(?:(?:is|are|all) )?(?:excepted|excluded|(?:left|set|put|leave|leaving) (?:aside|out)|not (?:included|counted))',
  ],
]);

/** "Dining excepted", "rent and travel left aside". */
function excludedBefore(words: Words, to: number): { readonly names: readonly Words[]; readonly start: number } {
  const names: Words[] = [];
  let start = to;
  for (let found = true; found;) {
    const joined = names.length > 0 && JOINS.test(words[start - 1] ?? '') ? start - 1 : start;
    const [name] = findCategories(words.slice(0, joined), { known: [] }).filter(({ end }) => end === joined);
    found = name !== undefined && (names.length === 0 || joined < start);
    if (name !== undefined && found) {
      names.unshift(words.slice(name.start, joined));
      start = name.start;
    }
  }
  return { names, start };
}

const exclusionsIn = (words: Words) =>
  [
    ...readExcluded(words).map(({ start: at, end }) => ({ ...excludedBefore(words, at), end })),
    ...leading(words),
  ].filter(({ names }) => names.length > 0);

const leading = (words: Words) =>
  readExcluding(words)
    .filter(({ start }, n, all) => n === 0 || start >= (all[n - 1]?.end ?? 0))
    .map(({ start, end: from }) => {
      const { names, end } = excludedAfter(words, from);
      return { names, start, end: words[end] === 'out' || words[end] === 'aside' ? end + 1 : end };
    })
    .filter(({ names }) => !names.flat().some((word) => /^(refunds?|returns?|credits?)$/.test(word)));

/** "Travel costs" is a category, and so is "rent, not travel"; "fuel stop" is a shop. */
function categoryOf(name: Words): string | undefined {
  const next = name.findIndex((word) => /^(not|nor|and|or|but)$/.test(word));
  const own = next > 0 ? name.slice(0, next) : name;
  const [found] = findCategories(own, { known: [] });
  const isAll = found !== undefined && own.every((word, at) => (at >= found.start && at < found.end) || !mayName(word));
  return isAll ? found.value : undefined;
}

/** "without travel", "leaving rent and utilities out", "apart from harbor hotel": by the names that callers give them. */
export const except: SlotPlan<string> = {
  name: 'except',
  listed: 12,
  read: (words) =>
    exclusionsIn(words)
      .filter(({ names }) => !names.flat().some(isTime))
      .flatMap(({ names, start, end }) =>
        names.map((name, n) => ({
          value: categoryOf(name) ?? name.join(' '),
          start: n === 0 ? start : end,
          end,
        })),
      ),
  listToArguments: (names) => ({ except: names }),
  fromArguments: ({ except: names }) =>
    Array.isArray(names) ? names.filter((name) => typeof name === 'string') : undefined,
  carry: 'along',
  isWeak: () => false,
};

/** "except in may": nothing can leave it out, so that it is neither dropped nor taken for a filter. */
export const exclusion: SlotPlan<string> = {
  name: 'exclusion',
  read: (words) => exclusionsIn(words).map(({ names, start, end }) => ({ value: names.flat().join(' '), start, end })),
  toArguments: () => ({}),
  fromArguments: () => undefined,
  isWeak: () => true,
  momentary: true,
};

/** The words with which rows are left out, and with which amounts are bounded. */
export const SELECTION_WORDS: readonly string[] =
  'without excluding except excluded excepted above below under over between least most than'.split(' ');
