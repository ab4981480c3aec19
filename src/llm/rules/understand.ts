// One turn of the caller as wishes: split into clauses, each with at most one wish, its details and its topic.
import { splitClauses } from '../../spoken/clauses.js';
import { withoutVocative } from '../../spoken/vocative.js';
import { isContentWord, isFiller, isFunctionWord, stretches, wordsOf } from '../../spoken/words.js';
import type { ToolPlan } from '../plan.port.js';
import { findDetails, type Details, type Hints, type Known, type Span } from './details.js';
import type { Scene, Values } from './goal.js';
import { isWish, type Intent } from './intent.js';
import type { Talk } from './talk.js';

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
  weightFor(plan: ToolPlan, topical: boolean): number;
  /** The same of what is in it beside what its intent is known by; 0 without a content word there. */
  weightBeside(plan: ToolPlan): number;
  /** What is in it beside its details, read as a request for one of these tools. */
  rest(plans: readonly ToolPlan[], known: Known): Rest;
}

export interface Rest {
  /** By slots of the rest. */
  readonly values: Values;
  /** What nothing has understood, and what the first of the plans has no slot for. */
  readonly left: readonly string[];
}

export interface Utterance {
  /** In the order said; all but the first have a wish. */
  readonly clauses: readonly Clause[];
  /** The first is no wish, but this. */
  readonly social: Talk | undefined;
  /** Something affirmative was said. */
  readonly yes: boolean;
  /** Something was refused, taken back or corrected. */
  readonly no: boolean;
  /** A word that hardly means anything but yes: next to a no it leaves the answer open. */
  readonly surely: boolean;
  /** "do not send it". */
  readonly refuses: boolean;
  /** All of them, with a space between two. */
  readonly joined: string;
  readonly words: Words;
}

/** Longest turn that is looked at, characters and words: more than a minute of speech. */
const MAX_CHARS = 1500;
const MAX_WORDS = 200;
/** Most parts of a turn that are looked at one by one; the rest belongs to the last of them. */
const MAX_PIECES = 12;

const YES =
  /\b(yes|yeah|yep|yup|sure|okay|ok|correct|right|absolutely|definitely|certainly|affirmative|confirm|confirmed|proceed|go ahead|do it|do that|please do|sounds good|alright|all right|exactly|of course|that works|go for it)\b/;
const SURELY = /\b(yes|yeah|yep|yup|sure|correct|absolutely|definitely|certainly)\b/;
const NO =
  /\b(no|not|nope|nah|never|nothing|stop|cancel|wait|hold on|wrong|instead|change|actually|but|rather|forget|unless)\b/;
const ELLIPTICAL =
  /^(?:(?:okay|ok|so|then|now|and|also|plus|but|thanks|thank you|great) )*(?:(?:what|how) about|and|also|plus|same for|the same for)\b ?/;
const POLITE =
  /^(?:(?:hello|hi|hey|please|thanks|thank you|okay|ok|so|well|um|uh|and|then|also|can you|could you|would you|will you|tell me|do you know|i want to know|i would like to know) )+/;
/** What the words of a turn mean on their own; what they refer to is decided elsewhere. */
export function understand(text: string, { asked, shown }: Omit<Hints, 'written'>, scene: Scene): Utterance {
  const { verbs = [] } = scene.planner;
  const hints: Hints = { asked, shown, written: text.slice(0, MAX_CHARS) };
  const sentences = text.slice(0, MAX_CHARS).split(/[.?!;]+\s+|\n+/);
  const pieces: Words[] = [];
  let left = MAX_WORDS;
  for (const sentence of sentences) {
    const words = wordsOf(sentence).slice(0, left);
    left -= words.length;
    pieces.push(...splitClauses(withoutVocative(words, scene.agentName, hints.written), verbs));
  }
  if (pieces.length > MAX_PIECES) pieces.push(pieces.splice(MAX_PIECES - 1).flat());
  const words = pieces.flat();
  const joined = words.join(' ');
  const clauses = merge(pieces, hints, scene);
  const intent = clauses[0]?.intent;
  return {
    clauses,
    social: isWish(intent) ? undefined : intent,
    yes: YES.test(joined),
    no: NO.test(joined),
    surely: SURELY.test(joined),
    refuses: words.some((word, at) => verbs.includes(word) && /^(not|never)$/.test(words[at - 1] ?? '')),
    joined,
    words,
  };
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
  const prefix = ELLIPTICAL.exec(`${words.join(' ')} `)?.[0] ?? '';
  const own = words.slice(prefix.split(' ').filter((word) => word !== '').length);
  const slots = planner.slots.filter(({ rest }) => rest !== true);
  const details = findDetails(own, own, slots, hints, scene);
  const { values, masked, spans } = details;
  const topical = new Set(planner.slots.filter((slot) => slot.topical === true).map(({ name }) => `#${name}`));
  const named = new Set(spans.map(({ slot }) => `#${slot.name}`));
  const intent = intents.of(masked, named, masked.some(isContentWord));
  const known = intents.cuesIn(masked, intent === undefined ? [] : [intent]);
  const beside = masked.map((word, at) => (known.has(at) ? '' : word));
  return {
    words,
    intent,
    weightFor: (plan, topical) => intents.weightFor(plan, masked, named, topical),
    weightBeside: (plan) => (beside.some(isContentWord) ? intents.weightFor(plan, beside, named, true) : 0),
    values,
    elliptical: prefix !== '',
    topic: own.filter((word, at) => (masked[at] === word || topical.has(masked[at] ?? '')) && isContentWord(word)),
    question: own.join(' ').replace(POLITE, ''),
    rest: (plans, known) => restOf(own, details, plans, known, hints, scene),
  };
}

/** Stands for a word that is understood and is no detail. */
const UNDERSTOOD = '~';

function restOf(
  own: Words,
  { masked, spans }: Details,
  plans: readonly ToolPlan[],
  known: Known,
  hints: Hints,
  scene: Scene,
): Rest {
  const { slots, filler = [] } = scene.planner;
  const cues = scene.intents.cuesIn(masked, plans);
  const isRead = (at: number): boolean => spans.some(({ start, end }) => at >= start && at < end);
  const words = masked.map((word, at) => {
    if (word === '' || word.startsWith('#') || isFunctionWord(word)) return word;
    const isUnderstood = cues.has(at) || isRead(at) || isFiller(word) || !isContentWord(word) || filler.includes(word);
    return isUnderstood ? UNDERSTOOD : word;
  });
  const found = findDetails(
    words,
    own,
    slots.filter(({ rest }) => rest === true),
    hints,
    scene,
    known,
  );
  // "Shop hours": the noun before what is not understood belongs to it, as long as it asks for nothing itself.
  const belongs = (at: number): boolean => filler.includes(masked[at] ?? '') && !cues.has(at) && !isRead(at);
  const unread = stretches(found.masked.map((word) => word !== UNDERSTOOD && isContentWord(word))).map(
    ({ start, end }) => {
      let from = start;
      while (belongs(from - 1)) from -= 1;
      return { start: from, end };
    },
  );
  const usable = plans.slice(0, 1).flatMap(({ slots, ignores = [] }) => [...slots, ...ignores].map(({ name }) => name));
  const used = spans.filter(({ slot }) => usable.includes(slot.name));
  const isUsed = ({ start, end }: Span): boolean => used.some((other) => other.start <= start && other.end >= end);
  const unusable = spans.filter((span) => span.end > span.start && !isUsed(span));
  const left = [...unread, ...unusable].toSorted((a, b) => a.start - b.start);
  return { values: found.values, left: left.map(({ start, end }) => own.slice(start, end).join(' ')) };
}
