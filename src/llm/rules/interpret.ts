// What a turn means in the light of the conversation: follow-ups, corrections, answers to our questions, a yes or a no.
// Whether a yes lets something be done is not decided here: the platform's gate does that for every model.
import { filled } from '../../spoken/small-talk.js';
import { OFFER } from '../plan.port.js';
import { callsOf, missingOf, repeated, type Goal, type Scene } from './goal.js';
import type { Memory, Pending } from './memory.js';
import { callKey, isFailure, type Outcome } from './outcome.js';
import { PHRASES } from './phrases.js';
import { names, Requests } from './requests.js';
import { understand, type Utterance } from './understand.js';

export interface Doing {
  readonly type: 'do';
  readonly goals: readonly Goal[];
  /** The caller is asked once more. */
  readonly again?: boolean;
  /** Of words that are no wish but may be about something that we know: said when the first tool knows nothing. */
  readonly otherwise?: string;
}

export type Move =
  | Doing
  | { readonly type: 'more' | 'repeat' }
  /** `cancel` gives up a goal that waits for a detail. */
  | { readonly type: 'say' | 'cancel' | 'unclear'; readonly text: string };

const MAX_NO_WORDS = 6;
/** A question in these words only is about what we have just asked: "is that the right address". */
const ABOUT_ASKING = 'address addresses number name day date time right correct'.split(' ');

/** Decides what to do about the caller's words. `settled`: what came of the call that the caller was asked about. */
export function interpret(memory: Memory, text: string, scene: Scene, settled?: Outcome): Move {
  const { planner } = scene;
  const waiting = memory.goals.map(missingOf).find((missing) => missing !== undefined);
  const said = understand(text, waiting, scene, memory.latest?.values);
  const requests = new Requests(said, memory, scene);
  const goals = requests.goals();
  const say = (phrase: string): Move => ({ type: 'say', text: filled(phrase, scene.words) });
  const { social } = said;
  if (memory.pending !== undefined) return answered(memory.pending, said, goals, scene, settled);
  const isAnswer = goals.length === 0 && said.yes !== said.no;
  const meant = isAnswer ? planner.guessed?.(memory.last?.said ?? '', said.yes) : undefined;
  if (meant !== undefined) return interpret(memory, meant, scene);
  if (said.refuses && !said.clauses.some(({ values }) => planner.slots.some((slot) => names(slot, values)))) {
    const able = [...memory.goals.map(({ plan }) => plan).toReversed(), ...planner.tools];
    return say(able.find(({ declined }) => declined !== undefined)?.declined?.[0] ?? PHRASES.declined);
  }
  if (goals.length > 0 && social?.certain !== true) return { type: 'do', goals };
  if (requests.refusal !== undefined && social?.certain !== true) return say(requests.refusal);
  const isMore = social?.name === 'more';
  if (social?.name === 'repeat' || (isMore && memory.reading !== undefined)) return { type: social.name };
  const reply = isMore ? PHRASES.nothingToContinue : social?.say;
  if (waiting !== undefined) {
    if (reply !== undefined && social?.name !== 'wait') return say(reply);
    if (said.no) return { type: 'cancel', text: PHRASES.cancelled };
    return { type: 'do', goals: memory.goals, again: true };
  }
  // No wish: small talk, an answer to what we have said, or perhaps something that there is a text about.
  const agrees = said.yes && !said.no;
  if (reply === undefined && agrees && memory.last?.said.includes(OFFER) === true) return { type: 'more' };
  const isFine = !agrees && said.no && said.words.length <= MAX_NO_WORDS;
  const unclear = memory.last?.move.type === 'unclear' ? PHRASES.stillUnclear : PHRASES.unclear;
  const answer = agrees ? PHRASES.ready : isFine ? PHRASES.fine : text === '' ? PHRASES.opening : undefined;
  const phrase = filled(reply ?? answer ?? unclear, scene.words);
  const statement = social?.plain === true ? undefined : requests.statement(reply !== undefined);
  if (statement !== undefined) return { type: 'do', goals: [statement], otherwise: phrase };
  return { type: reply === undefined && answer === undefined ? 'unclear' : 'say', text: phrase };
}

/**
 * The turn after "I will send ... Shall I?": what to do or to say. Whether it was a yes is not for us to say: then there is a
 * result to tell. Without one, anything new is done instead, and what is unclear is asked about once more.
 */
function answered(
  pending: Pending,
  said: Utterance,
  goals: readonly Goal[],
  scene: Scene,
  settled: Outcome | undefined,
): Move {
  const again = pending.calls.flatMap((call) => repeated(scene.planner, call));
  const asked = new Set(pending.calls.map(callKey));
  const fresh = goals.filter((goal) => !isAbout(goal, asked, scene));
  const [no = PHRASES.declined, unclear = PHRASES.dropped] = again[0]?.plan.declined ?? [];
  const declined = isFailure(settled, 'declined');
  if (settled !== undefined && !declined) {
    const next = pending.next.flatMap((call) => repeated(scene.planner, call));
    return { type: 'do', goals: [...again, ...next, ...fresh] };
  }
  const repeats = goals.length > fresh.length && goals.some(({ question }) => question === undefined);
  const agrees = (said.yes || repeats) && !said.no;
  if (fresh.length > 0) {
    const isChange = ({ plan, question }: Goal) => question !== undefined || again.some((goal) => goal.plan === plan);
    // "Yes, and draw a chart": asked about once more, after the chart.
    return { type: 'do', goals: agrees && !fresh.some(isChange) ? [...again, ...fresh] : fresh };
  }
  if (declined || (said.no && !said.surely && said.social?.name !== 'wait')) return { type: 'say', text: no };
  if (said.social?.name === 'goodbye') return { type: 'say', text: said.social.say ?? '' };
  return pending.isRepeated && !agrees ? { type: 'say', text: unclear } : { type: 'do', goals: again, again: true };
}

/** Whether the goal is what was asked about anyway, or a question about that. */
function isAbout(goal: Goal, asked: ReadonlySet<string>, scene: Scene): boolean {
  const { slots, verbs = [] } = scene.planner;
  if (goal.question === undefined) {
    return missingOf(goal) === undefined && callsOf(goal, scene).every((call) => asked.has(callKey(call)));
  }
  const words = [...ABOUT_ASKING, ...slots.map(({ name }) => name), ...verbs.flatMap((verb) => [verb, `${verb}ing`])];
  return goal.question.topic.every((word) => words.includes(word));
}
