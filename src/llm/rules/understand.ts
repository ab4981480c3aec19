// One turn of the caller as wishes: split into clauses, each with at most one wish, its details and its topic.
import type { SlotPlan, ToolPlan } from '../plan.port.js';
import { findAddresses } from '../../spoken/email-address.js';
import { isContentWord, wordsOf } from '../../spoken/words.js';
import { findDetails, type DetailContext } from './details.js';
import type { Values } from './goal.js';
import type { Intents } from './intent.js';
import type { Social } from './talk.js';

export interface Clause {
  readonly wish?: ToolPlan;
  /** Details by slot. */
  readonly values: Values;
  /** It leans on what was said before: "and ...", "what about ...". */
  readonly elliptical: boolean;
  /** Words that carry the topic of a question. */
  readonly topic: readonly string[];
  /** The question without politeness. */
  readonly question: string;
}

export interface Utterance {
  /** In the order said; at least one, and when it is the only one it may be without a wish. */
  readonly clauses: readonly [Clause, ...Clause[]];
  readonly social?: Social;
  /** Something affirmative was said. */
  readonly yes: boolean;
  /** Something was refused, taken back or corrected. */
  readonly no: boolean;
  /** A word that hardly means anything but yes: next to a no it leaves the answer open. */
  readonly surely: boolean;
  /** "do not send it". */
  readonly refuses: boolean;
  /** "that is the wrong address": the slots that have to be asked for again. */
  readonly rejects: readonly string[];
  readonly words: readonly string[];
}

export interface UnderstandContext extends DetailContext {
  /** The agent's own name, lower-case: "hello julia" is not about a julia. */
  readonly agentName: string;
  readonly slots: readonly SlotPlan[];
  readonly intents: Intents;
  /** Verbs that begin a wish. */
  readonly verbs: ReadonlySet<string>;
}

/** Longest turn that is looked at, characters and words: more than a minute of speech. */
const MAX_CHARS = 1500;
const MAX_WORDS = 200;

type Words = readonly string[];

const YES =
  /\b(yes|yeah|yep|yup|sure|okay|ok|correct|right|absolutely|definitely|certainly|affirmative|confirm|confirmed|proceed|go ahead|do it|do that|please do|sounds good|alright|all right|exactly|of course|that works|go for it)\b/;
const SURELY = /\b(yes|yeah|yep|yup|sure|correct|absolutely|definitely|certainly)\b/;
const NO =
  /\b(no|not|nope|nah|never|nothing|stop|cancel|wait|hold on|wrong|instead|change|actually|but|rather|forget|unless)\b/;
const ELLIPTICAL =
  /^(?:(?:okay|ok|so|then|now|and|also|plus|but) )*(?:(?:what|how) about|and|also|plus|same for|the same for)\b ?/;
const POLITE =
  /^(?:(?:hello|hi|hey|please|thanks|thank you|okay|ok|so|well|um|uh|and|then|also|can you|could you|would you|will you|tell me|do you know|i want to know|i would like to know) )+/;
const CONNECTOR = /^(and|then|also|plus)$/;
const CLAUSE_START =
  /^(make|create|show|list|tell|read|what|how|when|where|who|is|do|does|can|could|search|give|look|find)$/;

/** What the words of a turn mean on their own; what they refer to is decided elsewhere. */
export function understand(text: string, context: UnderstandContext): Utterance {
  let left = MAX_WORDS;
  const pieces = text
    .slice(0, MAX_CHARS)
    .split(/[.?!;]+\s+|\n+/)
    .map((sentence) => {
      const words = wordsOf(sentence).slice(0, left);
      left -= words.length;
      return withoutName(words, context.agentName);
    })
    .flatMap((words) => splitClauses(words, context.verbs));
  const { clauses, social } = merge(pieces, context);
  const all = pieces.flat();
  const joined = all.join(' ');
  return {
    clauses,
    ...(social === undefined ? {} : { social }),
    yes: YES.test(joined),
    no: NO.test(joined),
    surely: SURELY.test(joined),
    refuses: all.some((word, at) => context.verbs.has(word) && /^(not|never)$/.test(all[at - 1] ?? '')),
    rejects: context.slots.filter(({ wrong }) => wrong?.test(joined) === true).map(({ name }) => name),
    words: all,
  };
}

/** Whoever talks to Julia says her name; in an address it is somebody's. */
function withoutName(words: Words, name: string): Words {
  if (name === '' || !words.includes(name)) return words;
  const addresses = findAddresses(words);
  const named = (at: number): boolean => addresses.some(({ start, end }) => at >= start && at < end);
  return words.filter((word, at) => word !== name || named(at));
}

/** Cuts before "and send ...", "then draw ...": each part may be a wish of its own. */
function splitClauses(words: Words, verbs: ReadonlySet<string>): Words[] {
  const cuts = words.flatMap((word, at) => {
    if (at === 0 || !CONNECTOR.test(word) || CONNECTOR.test(words[at - 1] ?? '')) return [];
    const next = words.slice(at + 1, at + 8).find((other) => !CONNECTOR.test(other) && other !== 'please');
    return next !== undefined && (CLAUSE_START.test(next) || verbs.has(next)) ? [at] : [];
  });
  if (cuts.length === 0) return [[...words]];
  const addresses = findAddresses(words); // "john and mail dot example dot com" is one
  const outside = cuts.filter((cut) => !addresses.some(({ start, end }) => cut >= start && cut < end));
  return [0, ...outside].map((from, n) => words.slice(from, outside[n] ?? words.length));
}

interface Analysis {
  readonly words: Words;
  readonly clause: Clause;
  readonly social?: Social;
}

/** Most parts of a turn that are looked at one by one; the rest belongs to the last of them. */
const MAX_PIECES = 12;

/** Joins parts without a wish of their own to their neighbours: "Draw a chart. For client 5001." */
function merge(
  pieces: readonly Words[],
  context: UnderstandContext,
): { clauses: readonly [Clause, ...Clause[]]; social: Social | undefined } {
  const groups: Analysis[] = [];
  let wishes = 0;
  const single = pieces.slice(0, MAX_PIECES - 1);
  const rest = pieces.slice(MAX_PIECES - 1).flat();
  for (const words of rest.length === 0 ? single : [...single, rest]) {
    const piece = analyse(words, context);
    const last = groups.at(-1);
    if (last === undefined || (piece.clause.wish !== undefined && wishes > 0)) groups.push(piece);
    else groups[groups.length - 1] = analyse([...last.words, ...words], context);
    wishes += piece.clause.wish === undefined ? 0 : 1;
  }
  const [first = analyse([], context), ...others] = groups;
  return { clauses: [first.clause, ...others.map(({ clause }) => clause)], social: first.social };
}

function analyse(words: Words, context: UnderstandContext): Analysis {
  const prefix = ELLIPTICAL.exec(`${words.join(' ')} `)?.[0] ?? '';
  const own = words.slice(prefix.split(' ').filter((word) => word !== '').length);
  const { values, masked } = findDetails(own, context.slots, context);
  const topical = new Set(context.slots.filter((slot) => slot.topical === true).map(({ name }) => `#${name}`));
  const intent = context.intents.of(masked, masked.some(isContentWord));
  const clause = {
    ...(typeof intent === 'object' ? { wish: intent } : {}),
    values,
    elliptical: prefix !== '',
    topic: own.filter((word, at) => (masked[at] === word || topical.has(masked[at] ?? '')) && isContentWord(word)),
    question: own.join(' ').replace(POLITE, ''),
  };
  return { words, clause, ...(typeof intent === 'string' ? { social: intent } : {}) };
}
