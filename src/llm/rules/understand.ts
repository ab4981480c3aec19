// One turn of the caller as wishes: split into clauses, each with at most one task, its details and its topic.
import { findAddresses } from './email-address.js';
import type { Intent, Social, Task } from './grammar.js';
import { intentOf } from './intent.js';
import { findSlots, type SlotContext, type Slots } from './slots.js';
import { isContentWord, wordsOf } from './words.js';

export type Focus = 'list' | 'total' | 'breakdown' | 'largest';
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
  /** It sounds like a question: "is that right" is no yes. */
  readonly asks: boolean;
  /** "do not send it". */
  readonly refuses: boolean;
  /** "that is the wrong address": the detail that has to be asked for again. */
  readonly rejects?: 'client' | 'recipient';
  readonly words: readonly string[];
}

export interface UnderstandContext extends SlotContext {
  /** The agent's own name, lower-case: "hello julia" is not about a julia. */
  readonly agentName: string;
}

/** Longest turn that is looked at, characters: some minutes of speech. */
const MAX_CHARS = 3000;

type Words = readonly string[];

const YES =
  /\b(yes|yeah|yep|yup|sure|okay|ok|correct|right|absolutely|definitely|certainly|affirmative|confirm|confirmed|proceed|go ahead|do it|do that|send it|send that|send them|please do|sounds good|alright|all right|exactly|of course|that works|go for it)\b/;
const SURELY = /\b(yes|yeah|yep|yup|sure|correct|absolutely|definitely|certainly)\b/;
const ASKS =
  /\b(what|who|whom|which|why|how|where|when)\b|^(is|are|was|did|does|do (you|i|we)|should|would|will|can|could)\b/;
const REJECTS_RECIPIENT =
  /\b(wrong|different|another|other|not the right|change the) (email |e mail )?(address|email|recipient)\b/;
const REJECTS_CLIENT = /\b(wrong|different|another|other|not the right|change the) (client|customer)\b/;
const NO =
  /\b(no|not|nope|nah|never|nothing|stop|cancel|wait|hold on|wrong|instead|change|actually|but|rather|forget|unless)\b/;
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
    .slice(0, MAX_CHARS)
    .split(/[.?!;]+\s+|\n+/)
    .map((sentence) => wordsOf(sentence).filter((word) => word !== context.agentName))
    .flatMap(splitClauses);
  const { clauses, social } = merge(pieces, context);
  const all = pieces.flat();
  const joined = all.join(' ');
  const rejects = REJECTS_RECIPIENT.test(joined) ? 'recipient' : REJECTS_CLIENT.test(joined) ? 'client' : undefined;
  return {
    clauses,
    ...(social === undefined ? {} : { social }),
    yes: YES.test(joined),
    no: NO.test(joined),
    surely: SURELY.test(joined),
    asks: ASKS.test(joined),
    refuses: /\b(not|never) (send|email|mail|forward)\b/.test(joined),
    ...(rejects === undefined ? {} : { rejects }),
    words: all,
  };
}

const isTask = (intent: Intent): intent is Task => /^(query|email|chart|ask|web)$/.test(intent);

/** Cuts before "and send ...", "then draw ...": each part may be a task of its own. */
function splitClauses(words: Words): Words[] {
  const cuts = words.flatMap((word, at) => {
    if (at === 0 || !CONNECTOR.test(word) || CONNECTOR.test(words[at - 1] ?? '')) return [];
    const next = words.slice(at + 1).find((other) => !CONNECTOR.test(other) && other !== 'please');
    return next !== undefined && CLAUSE_START.test(next) ? [at] : [];
  });
  if (cuts.length === 0) return [words];
  const addresses = findAddresses(words); // "john and mail dot example dot com" is one
  const outside = cuts.filter((cut) => !addresses.some(({ start, end }) => cut >= start && cut < end));
  return [0, ...outside].map((from, n) => words.slice(from, outside[n] ?? words.length));
}

interface Analysis {
  readonly words: Words;
  readonly clause: Clause;
  readonly social?: Social;
}

/** Joins parts without a task of their own to their neighbours: "Draw a chart. For client 5001." */
function merge(
  pieces: readonly Words[],
  context: SlotContext,
): { clauses: readonly [Clause, ...Clause[]]; social: Social | undefined } {
  const groups: Analysis[] = [];
  let tasks = 0;
  for (const words of pieces) {
    const piece = analyse(words, context);
    const last = groups.at(-1);
    if (last === undefined || (piece.clause.task !== undefined && tasks > 0)) groups.push(piece);
    else groups[groups.length - 1] = analyse([...last.words, ...words], context);
    tasks += piece.clause.task === undefined ? 0 : 1;
  }
  const [first = analyse([], context), ...rest] = groups;
  return { clauses: [first.clause, ...rest.map(({ clause }) => clause)], social: first.social };
}

function analyse(words: Words, context: SlotContext): Analysis {
  const said = words.join(' ');
  const prefix = ELLIPTICAL.exec(`${said} `)?.[0] ?? '';
  const own = words.slice(prefix.split(' ').filter((word) => word !== '').length);
  const { slots, masked, amount } = findSlots(own, context);
  const intent = intentOf(masked, masked.some(isContentWord));
  const focus = focusOf(said);
  const chartKind = chartKindOf(said);
  const clause = {
    ...(intent !== undefined && isTask(intent) ? { task: intent } : {}),
    slots,
    ...(focus === undefined ? {} : { focus }),
    ...(chartKind === undefined ? {} : { chartKind }),
    elliptical: prefix !== '',
    amount,
    topic: topicOf(own, masked),
    question: own.join(' ').replace(POLITE, ''),
  };
  return { words, clause, ...(intent === undefined || isTask(intent) ? {} : { social: intent }) };
}

/** Content words; the name of a category counts, other details do not. */
function topicOf(words: Words, masked: Words): string[] {
  return words.filter((word, at) => {
    const seen = masked[at] ?? '';
    return seen === word || seen === '#category' ? isContentWord(word) : false;
  });
}

const FOCUS: readonly (readonly [Focus, RegExp])[] = [
  [
    'breakdown',
    /\b(by category|per category|categories|breakdown|break (it |that |them )?down|most on|mostly|(which|what) category|the money (go|went))\b/,
  ],
  ['largest', /\b(biggest|largest|highest|most expensive)\b/],
  ['total', /\b(how much|how many|total|sum|altogether|amount|add (it|that|them) up)\b/],
  ['list', /\b(transactions?|list|show|purchases|which|read)\b/],
];

const focusOf = (said: string): Focus | undefined => FOCUS.find(([, pattern]) => pattern.test(said))?.[0];

function chartKindOf(said: string): ChartKind | undefined {
  if (/\b(category|categories|pie|breakdown)\b/.test(said)) return 'by_category';
  return /\b(by month|per month|monthly|over time|trend|each month)\b/.test(said) ? 'by_month' : undefined;
}
