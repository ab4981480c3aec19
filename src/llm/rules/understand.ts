// One turn of the caller as wishes: split into clauses, each with at most one wish, its details and its topic.
import { leaning, plainQuestion, refusesTo, yesOrNo, type YesOrNo } from '../../spoken/answers.js';
import { clausesOf, LONGEST_TURN } from '../../spoken/clauses.js';
import type { Talk } from '../../spoken/small-talk.js';
import { isContentWord, isFiller, isFunctionWord, stretches, wordsOf } from '../../spoken/words.js';
import type { SlotPlan, ToolPlan } from '../plan.port.js';
import { findDetails, type Details, type Hints, type Known, type Span } from './details.js';
import type { Scene, Values } from './goal.js';
import { isWish, type Intent } from './intent.js';

type Words = readonly string[];

export interface Clause {
  readonly words: Words;
  readonly intent: Intent | undefined;
  /** Details by slot. */
  readonly values: Values;
  /** It leans on what was said before: "and ...", "what about ...". */
  readonly elliptical: boolean;
  /** Words that carry the topic of a question. */
  readonly topic: Words;
  /** The question without politeness. */
  readonly question: string;
  /** How much it speaks for the plan too, whatever its intent; `topical`: there is more in it than that intent understands. */
  readonly weightFor: (plan: ToolPlan, topical: boolean) => number;
  /** The same of what is in it beside what its intent is known by; 0 without a content word there. */
  readonly weightBeside: (plan: ToolPlan) => number;
  /** What is in it beside its details, read as a request for one of these tools. */
  readonly rest: (plans: readonly ToolPlan[], known: Known) => Rest;
}

export interface Rest {
  /** By slots of the rest. */
  readonly values: Values;
  /** What nothing has understood, and what the first of the plans has no slot for. */
  readonly left: readonly string[];
}

export interface Utterance extends YesOrNo {
  /** In the order said; all but the first have a wish. */
  readonly clauses: readonly Clause[];
  /** The first is no wish, but this. */
  readonly social: Talk | undefined;
  /** "do not send it". */
  readonly refuses: boolean;
  readonly words: Words;
}

/** What the words of a turn mean on their own; what they refer to is decided elsewhere. */
export function understand(text: string, given: Omit<Hints, 'written'>, scene: Scene): Utterance {
  const { verbs = [] } = scene.planner;
  const hints = { ...given, written: text.slice(0, LONGEST_TURN) };
  const names = Object.values(scene.vocabulary).flatMap((some) => some.flatMap(wordsOf));
  const pieces = clausesOf(hints.written, scene.agentName, verbs, (words) => scene.spelled(words, names));
  const words = pieces.flat();
  const clauses = merge(pieces, hints, scene);
  const intent = clauses[0]?.intent;
  const social = isWish(intent) ? undefined : intent;
  return { clauses, social, ...yesOrNo(words), refuses: refusesTo(words, verbs), words };
}

/** Joins parts without a wish of their own to their neighbours, "Draw a chart. For client 5001. Show me a chart." is one. */
function merge(pieces: readonly Words[], hints: Hints, scene: Scene): readonly Clause[] {
  const clauses: Clause[] = [];
  let wished = false;
  for (const words of pieces) {
    const clause = analyse(words, hints, scene);
    const wishes = isWish(clause.intent);
    const adds = clause.intent !== clauses.at(-1)?.intent || Object.keys(clause.values).length > 0;
    const before = wishes && wished && adds ? undefined : clauses.pop();
    clauses.push(before === undefined ? clause : analyse([...before.words, ...words], hints, scene));
    wished ||= wishes;
  }
  return clauses;
}

function analyse(words: Words, hints: Hints, scene: Scene): Clause {
  const { planner, intents } = scene;
  const lead = leaning(words);
  const own = words.slice(lead);
  const slots = planner.slots.filter(({ rest }) => rest !== true);
  const details = findDetails(own, own, slots, hints, scene);
  const { values, masked, spans } = details;
  const masksOf = (some: readonly SlotPlan[]) => new Set(some.map(({ name }) => `#${name}`));
  const topical = masksOf(planner.slots.filter((slot) => slot.topical === true));
  const named = masksOf(spans.map(({ slot }) => slot));
  const intent = intents.of(masked, named, masked.some(isContentWord));
  const known = intents.cuesIn(masked, intent === undefined ? [] : [intent]);
  const beside = masked.map((word, at) => (covers(known, at) ? '' : word));
  return {
    words,
    intent,
    weightFor: (plan, isTopical) => intents.weightOf(plan, masked, named, isTopical),
    weightBeside: (plan) => (beside.some(isContentWord) ? intents.weightOf(plan, beside, named, true) : 0),
    values,
    elliptical: lead > 0,
    topic: own.filter((word, at) => (masked[at] === word || topical.has(masked[at] ?? '')) && isContentWord(word)),
    question: plainQuestion(own),
    rest: (plans, known) => restOf(own, details, plans, known, hints, scene),
  };
}

/** Stands for a word that is understood and is no detail. */
const UNDERSTOOD = '~';

type Stretch = Pick<Span, 'start' | 'end'>;
const covers = (spans: readonly Stretch[], start: number, end = start + 1): boolean =>
  spans.some((span) => span.start <= start && span.end >= end);

function restOf(
  own: Words,
  { masked, spans }: Details,
  plans: readonly ToolPlan[],
  known: Known,
  hints: Hints,
  scene: Scene,
): Rest {
  const { slots, filler = [] } = scene.planner;
  const understood = [...scene.intents.cuesIn(masked, plans), ...spans];
  const words = masked.map((word, at) => {
    if (word === '' || word.startsWith('#') || isFunctionWord(word)) return word;
    const isUnderstood = covers(understood, at) || isFiller(word) || !isContentWord(word) || filler.includes(word);
    return isUnderstood ? UNDERSTOOD : word;
  });
  const resting = slots.filter(({ rest }) => rest === true);
  const found = findDetails(words, own, resting, hints, scene, known);
  const unread = stretches(found.masked.map((word) => word !== UNDERSTOOD && isContentWord(word)));
  // "Shop hours": the noun before what is not understood belongs to it, as long as it asks for nothing itself.
  const belongs = (at: number): boolean => filler.includes(masked[at] ?? '') && !covers(understood, at);
  for (const stretch of unread) while (belongs(stretch.start - 1)) stretch.start -= 1;
  const usable = plans.slice(0, 1).flatMap(({ slots, ignores = [] }) => [...slots, ...ignores].map(({ name }) => name));
  const used = spans.filter(({ slot }) => usable.includes(slot.name));
  const unusable = spans.filter(({ start, end }) => end > start && !covers(used, start, end));
  const left = [...unread, ...unusable].toSorted((a, b) => a.start - b.start);
  return { values: found.values, left: left.map(({ start, end }) => own.slice(start, end).join(' ')) };
}
