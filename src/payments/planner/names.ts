// Who and where: the words of a request that nothing else has understood, as names of clients and of merchants. Nobody's
// name is known here. How a name is used in the sentence says what it is most likely to be, and the data decide the rest.
import { mask, type Slot } from '../../spoken/words.js';
import { mayName } from './vocabulary.js';

type Words = readonly string[];

interface Run {
  readonly start: number;
  readonly end: number;
  /** What it is likely to be; undefined when nothing tells. */
  readonly role: 'client' | 'merchant' | undefined;
  /** Its role is sure. */
  readonly sure: boolean;
}

/** Longest name, words. */
const LONGEST = 4;
const CALLED = /^(client|clients|customer|customers|mr|mrs|ms|mister|called|named)$/;
/** Before somebody's name. */
const BEFORE_CLIENT = /^(for|of|did|does|has|have|had|by|to|about|is|was|are|were|with|do|on)$/;
const DOES =
  /^(spend|spends|spent|buy|buys|bought|pay|pays|paid|has|have|had|made|make|makes|get|got|blow|blew|did|does|took|go|is|was)$/;
const BEFORE_MERCHANT =
  /^(at|from|in|on|with|by|to|for|via|through|merchant|paid|visit|visits|visited|called|named|near)$/;
/** Endings of words that qualify: "approved", "suspicious". */
const ADJECTIVE = /^.{4,}(?:ly|able|ible|ous|less|ed|ing|ary|ive|ful)$/;
const ITEM =
  /^(transactions?|purchases?|payments?|charges?|bookings?|orders?|refunds?|bills?|tickets?|receipts?|subscriptions?|stuff)$/;
const JOINS = /^(and|or|against|versus|vs|plus)$/;
/** Before "at", "on" or "with" these say that a shop comes next. */
const PAYING =
  /^(spend|spends|spent|spending|pay|pays|paid|paying|buy|buys|bought|shop|shops|shopped|money|much|purchases?|payments?|transactions?|charges?|expenses?|refunds?|orders?|bookings?)$/;
/** "At once", "in the end", "for now": no shops. */
const IDIOM =
  /^(once|last|least|most|present|moment|end|all|short|full|advance|general|particular|mind|hand|scratch|start|time|glance|stretch|go|front|home|work|ease|fact)$/;

export interface Named {
  /** The words as they were said. */
  readonly said: Words;
  /** The turn as it was written. */
  readonly written: string;
}

/** The names in words in which all that is understood is masked, left to right. */
export function runsOf(words: Words, { said, written: text }: Named): Run[] {
  const written = text.toLowerCase();
  const found: Run[] = [];
  for (let at = 0; at < words.length;) {
    if (!mayName(words[at] ?? '')) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < words.length && end - at < LONGEST && mayName(words[end] ?? '') && isNext(said, end, written))
      end += 1;
    found.push({ start: at, end, ...roleOf(at, end, { said, written }, found.at(-1)) });
    at = end;
  }
  return found.filter(({ start, end, sure }) => sure || end - start > 1 || !ADJECTIVE.test(words[start] ?? ''));
}

/** Nothing but blanks stands between the word and the one before it. */
export const isNext = (said: Words, at: number, written: string): boolean =>
  written.includes(`${said[at - 1] ?? ''} ${said[at] ?? ''}`);

function roleOf(
  start: number,
  end: number,
  { said, written }: Named,
  last: Run | undefined,
): Pick<Run, 'role' | 'sure'> {
  const [before, earlier] = [said[start - 1] ?? '', said[start - 2] ?? ''];
  const article = before === 'the' || before === 'a';
  const lead = article ? earlier : before;
  const isOwner = isPossessive(said[end - 1] ?? '', written);
  if (CALLED.test(before)) return { role: 'client', sure: true };
  if (/^(at|from|in|via|through|merchant|near|visited)$/.test(lead)) return { role: 'merchant', sure: true };
  if (isOwner && !article) return { role: 'client', sure: true };
  if (JOINS.test(before) && last?.end === start - 1 && last.role !== undefined)
    return { role: last.role, sure: last.sure };
  if (article) return { role: BEFORE_MERCHANT.test(lead) ? 'merchant' : undefined, sure: false };
  if (DOES.test(said[end] ?? '') && !/^(paid|visits?)$/.test(before)) return { role: 'client', sure: false };
  if (BEFORE_CLIENT.test(before)) return { role: 'client', sure: false };
  if (ITEM.test(said[end] ?? '') || BEFORE_MERCHANT.test(before)) return { role: 'merchant', sure: false };
  return { role: undefined, sure: false };
}

/** "ada's": the apostrophe is in no word. */
export function isPossessive(word: string, text: string): boolean {
  const written = text.toLowerCase();
  return [`${word}'s`, `${word}’s`, `${word}' `, `${word}’ `].some((form) => written.includes(form));
}

const sliced = (said: Words, { start, end }: Run): Slot<string> => ({
  value: said.slice(start, end).join(' '),
  start,
  end,
});

export interface ClientContext extends Named {
  /** The agent has asked for the client. */
  readonly expected: boolean;
  /** Names of the caller's clients are known: another word is one only where it stands for somebody. */
  readonly hasNames: boolean;
  /** One is named by number. */
  readonly numbered: boolean;
  /** The talk is about one already, and this does not lean on it. */
  readonly known: boolean;
}

/** Beside a client that is known another one is only what is listed with him, or called one. */
const isBesideClient = (words: Words, said: Words, { start, end }: Run): boolean =>
  CALLED.test(said[start - 1] ?? '') ||
  (JOINS.test(said[start - 1] ?? '') && words.slice(0, start - 1).findLast((word) => word !== '') === '#client') ||
  (JOINS.test(said[end] ?? '') && words[end + 1] === '#client');

/** Clients by name: the surest, or else whatever might be one while nobody is named. */
export function findClientNames(words: Words, context: ClientContext): Slot<string>[] {
  const { said, numbered, known, expected, hasNames } = context;
  const all = runsOf(words, context).filter(
    (run) => said[run.end] !== 'one' && !(hasNames && numbered && !isBesideClient(words, said, run)),
  );
  // "David Stone, not Nora": she is meant by nobody who names another.
  const meant = all.filter(({ start }) => said[start - 1] !== 'not');
  const runs = meant.length > 0 ? meant : all;
  const ranked = runs.map((run) => ({ run, rank: rankOf(run, said) }));
  const best = Math.max(0, ...ranked.map(({ rank }) => rank));
  if (best < SURE && numbered) return [];
  if (
    best === 0 ||
    (known &&
      best < SURE &&
      isObject(
        ranked.filter(({ rank }) => rank === best).map(({ run }) => run),
        said,
      ))
  ) {
    if (known && !expected) return [];
  }
  const first = ranked.find(
    ({ run, rank }) => rank === best && (best > 0 || (run.role === undefined && !hasNames) || (expected && !run.sure)),
  );
  if (first === undefined) return [];
  // "Ada Park and Victor Hale": those that are listed with it.
  const listed = [first.run];
  for (const run of runs) {
    const last = listed.at(-1);
    const isJoined = last !== undefined && run.start === last.end + 1 && JOINS.test(joiner(said, last.end));
    if (isJoined || (best === SURE && run.role === 'client' && run.sure && run.start > first.run.start))
      listed.push(run);
  }
  return listed.map((run) => sliced(said, run));
}

const joiner = (said: Words, at: number): string => said[at] ?? '';

/** A client for certain: "client ada", "ada's". */
const SURE = 3;

/** How likely it is that it is a client: whose money it is stands before whom it went to. */
function rankOf({ start, role, sure }: Run, said: Words): number {
  if (role !== 'client') return 0;
  if (sure) return SURE;
  return /^(by|with|on)$/.test(said[start - 1] ?? '') ? 1 : 2;
}

/** "for netflix", "on dog toys": what was paid for, when it is known who paid. */
const isObject = (runs: readonly Run[], said: Words): boolean =>
  runs.every(({ start }) => /^(for|on|with|to|by)$/.test(said[start - 1] ?? ''));

/**
 * The merchant: what is left at, from, in, with, by, on or for, or before "transactions". Where shops are known (`hasNames`), only
 * what stands where one must stand: everything else is said back as what it is, a word that was not understood.
 */
export function findMerchants(words: Words, named: Named & { readonly hasNames: boolean }): Slot<string>[] {
  const { said, written, hasNames } = named;
  const runs = runsOf(words, named).filter((run) => !hasNames || mustBeShop(run, said));
  const led = runs.findIndex(({ start, role }) => role === 'merchant' || BEFORE_MERCHANT.test(said[start - 1] ?? ''));
  // A name of two words, and nothing says whose.
  const first = led >= 0 ? led : runs.findIndex(({ start, end, role }) => role === undefined && end - start > 1);
  const [run, next] = [runs[first], runs[first + 1]];
  if (run === undefined) return [];
  // "home and hearth" is one shop.
  const isOne = next?.start === run.end + 1 && said[run.end] === 'and' && next.end === next.start + 1;
  const isWritten = isOne && written.toLowerCase().includes(`${said[run.end - 1] ?? ''} and ${said[next.start] ?? ''}`);
  return [sliced(said, isWritten ? { ...run, end: next.end } : run)];
}

function mustBeShop({ start, end }: Run, said: Words): boolean {
  const isArticle = /^(the|a|an)$/.test(said[start - 1] ?? '');
  const lead = said[isArticle ? start - 2 : start - 1] ?? '';
  if (IDIOM.test(said[start] ?? '')) return false;
  if (/^(at|from|via|near|visited|merchant)$/.test(lead)) return true;
  const isPaid = PAYING.test(said[isArticle ? start - 3 : start - 2] ?? '');
  return (
    (BEFORE_MERCHANT.test(lead) && isPaid) ||
    (!isArticle && said[end] !== 'stuff' && ITEM.test(said[end] ?? '') && end - start < 3)
  );
}

/** The words without those that belong to a name of a shop: "at blue door cafe" is about no cafe in general. */
export function withoutShops(words: Words, isKnown: (at: number) => boolean): Words {
  const shops: Slot<string>[] = [];
  for (const [at, word] of words.entries()) {
    if (!/^(at|from|via|to|with|by)$/.test(word)) continue;
    const start = /^(the|a)$/.test(words[at + 1] ?? '') ? at + 2 : at + 1;
    let end = start;
    while (end < start + LONGEST && (mayName(words[end] ?? '') || isInside(words, end))) end += 1;
    const hasName = words.slice(start, end).some((one, n) => mayName(one) && !isKnown(start + n));
    if (end - start > 1 && hasName) shops.push({ value: '', start, end });
  }
  return mask(words, shops, '#shop');
}

const isInside = (words: Words, at: number): boolean =>
  words[at] === 'and' && mayName(words[at - 1] ?? '') && mayName(words[at + 1] ?? '');
