// One turn of the caller as wishes: split into clauses, each with at most one task, its details and its topic.
import { findAddresses } from './email-address.js';
import { bestIntent, score, type Intent, type Social, type Task } from './intent.js';
import { findSlots, type SlotContext, type Slots } from './slots.js';
import { isContentWord, wordsOf } from './words.js';

export type Focus = 'list' | 'total' | 'breakdown';
export type ChartKind = 'by_month' | 'by_category';

export interface Clause {
  readonly task?: Task;
  readonly slots: Slots;
  readonly focus?: Focus;
  readonly chartKind?: ChartKind;
  /** It leans on what was said before: "and ...", "what about ...". */
  readonly elliptical: boolean;
  /** An amount of money was named: no tool can filter by it. */
  readonly amount: boolean;
  /** Words that carry the topic of a question. */
  readonly topic: readonly string[];
  /** The question without politeness. */
  readonly question: string;
}

export interface Utterance {
  /** In the order said; at least one, and when it is the only one it may be without a task. */
  readonly clauses: readonly [Clause, ...Clause[]];
  readonly social?: Social;
  /** Something affirmative was said. */
  readonly yes: boolean;
  /** Something was refused, taken back or corrected. */
  readonly no: boolean;
  /** A word that hardly means anything but yes: next to a no it leaves the answer open. */
  readonly surely: boolean;
  /** "that is the wrong address": the detail that has to be asked for again. */
  readonly rejects?: 'client' | 'recipient';
  readonly wordCount: number;
}

export interface UnderstandContext extends SlotContext {
  /** The agent's own name, lower-case: "hello julia" is not about a julia. */
  readonly agentName: string;
}

type Words = readonly string[];

const YES =
  /\b(yes|yeah|yep|yup|sure|okay|ok|correct|right|absolutely|definitely|certainly|affirmative|confirm|confirmed|proceed|go ahead|do it|do that|send it|send that|send them|please do|sounds good|of course|that works|go for it)\b/;
const SURELY = /\b(yes|yeah|yep|yup|sure|correct|absolutely|definitely|certainly)\b/;
const REJECTS_RECIPIENT =
  /\b(wrong|different|another|other|not the right|change the) (email |e mail )?(address|email|recipient)\b/;
const REJECTS_CLIENT = /\b(wrong|different|another|other|not the right|change the) (client|customer|one)\b/;
const NO =
  /\b(no|not|nope|nah|never|stop|cancel|wait|hold on|wrong|instead|change|actually|but|rather|forget|unless)\b/;
const ELLIPTICAL =
  /^(?:(?:okay|ok|so|then|now|and|also|plus|but) )*(?:(?:what|how) about|and|also|plus|same for|the same for)\b ?/;
const POLITE =
  /^(?:(?:hello|hi|hey|please|thanks|thank you|okay|ok|so|well|um|uh|and|then|also|can you|could you|would you|will you|tell me|do you know|i want to know|i would like to know) )+/;
const CONNECTOR = /^(and|then|also|plus)$/;
const CLAUSE_START =
  /^(send|email|mail|forward|draw|plot|chart|graph|generate|make|create|show|list|tell|read|what|how|when|where|who|is|do|does|can|could|search|give|look|find)$/;

/** What the words of a turn mean on their own; what they refer to is decided elsewhere. */
export function understand(text: string, context: UnderstandContext): Utterance {
  const pieces = text
    .split(/[.?!;]+\s+|\n+/)
    .map((sentence) => wordsOf(sentence).filter((word) => word !== context.agentName))
    .flatMap(splitClauses);
  const clauses = merge(pieces, context);
  const all = pieces.flat();
  const joined = all.join(' ');
  const intent = bestIntent(score(findSlots(all, context).masked, false));
  const rejects = REJECTS_RECIPIENT.test(joined) ? 'recipient' : REJECTS_CLIENT.test(joined) ? 'client' : undefined;
  return {
    clauses,
    ...(intent === undefined || isTask(intent) ? {} : { social: intent }),
    yes: YES.test(joined),
    no: NO.test(joined),
    surely: SURELY.test(joined),
    ...(rejects === undefined ? {} : { rejects }),
    wordCount: all.length,
  };
}

const isTask = (intent: Intent): intent is Task => /^(query|email|chart|ask|web)$/.test(intent);

/** Cuts before "and send ...", "then draw ...": each part may be a task of its own. */
function splitClauses(words: Words): Words[] {
  const addresses = findAddresses(words);
  const inAddress = (at: number): boolean => addresses.some(({ start, end }) => at >= start && at < end);
  const cuts = words.flatMap((word, at) => {
    if (at === 0 || !CONNECTOR.test(word) || CONNECTOR.test(words[at - 1] ?? '') || inAddress(at)) return [];
    const next = words.slice(at + 1).find((other) => !CONNECTOR.test(other) && other !== 'please');
    return next !== undefined && CLAUSE_START.test(next) ? [at] : [];
  });
  return [0, ...cuts].map((from, n) => words.slice(from, cuts[n] ?? words.length));
}

/** Joins parts without a task of their own to their neighbours: "Draw a chart. For client 5001." */
function merge(pieces: readonly Words[], context: SlotContext): readonly [Clause, ...Clause[]] {
  const groups: Words[] = [];
  let open = false;
  for (const piece of pieces) {
    const tasked = analyse(piece, context).task !== undefined;
    const last = groups.at(-1);
    if (last === undefined || (tasked && open)) groups.push(piece);
    else groups[groups.length - 1] = [...last, ...piece];
    open ||= tasked;
  }
  const [first, ...rest] = groups.map((words) => analyse(words, context));
  return [first ?? analyse([], context), ...rest];
}

function analyse(words: Words, context: SlotContext): Clause {
  const said = words.join(' ');
  const prefix = ELLIPTICAL.exec(`${said} `)?.[0] ?? '';
  const own = words.slice(prefix.split(' ').filter((word) => word !== '').length);
  const { slots, masked, amount } = findSlots(own, context);
  const topic = topicOf(own, masked);
  const intent = bestIntent(score(masked, masked.some(isContentWord)));
  const focus = focusOf(said);
  const chartKind = chartKindOf(said);
  return {
    ...(intent !== undefined && isTask(intent) ? { task: intent } : {}),
    slots,
    ...(focus === undefined ? {} : { focus }),
    ...(chartKind === undefined ? {} : { chartKind }),
    elliptical: prefix !== '',
    amount,
    topic,
    question: own.join(' ').replace(POLITE, ''),
  };
}

/** Content words; the name of a category counts, other details do not. */
function topicOf(words: Words, masked: Words): string[] {
  return words.filter((word, at) => {
    const seen = masked[at] ?? '';
    return seen === word || seen === '#category' ? isContentWord(word) : false;
  });
}

function focusOf(said: string): Focus | undefined {
  if (/\b(by category|per category|categories|breakdown|break (it |that )?down|most on|mostly)\b/.test(said))
    return 'breakdown';
  if (/\b(how much|total|sum|altogether|amount)\b/.test(said)) return 'total';
  return /\b(transactions?|list|show|purchases|which|read)\b/.test(said) ? 'list' : undefined;
}

function chartKindOf(said: string): ChartKind | undefined {
  if (/\b(category|categories|pie|breakdown)\b/.test(said)) return 'by_category';
  return /\b(by month|per month|monthly|over time|trend|each month)\b/.test(said) ? 'by_month' : undefined;
}
