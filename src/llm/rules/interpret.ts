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

export type Move =
  | { readonly type: 'do'; readonly goals: readonly Goal[]; readonly again?: boolean }
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
  const said = understand(text, { asked: waiting, shown: memory.shown }, scene);
  const requests = new Requests(said, memory, scene);
  const goals = requests.goals();
  const say = (phrase: string, type: 'say' | 'cancel' | 'unclear' = 'say'): Move => ({
    type,
    text: filled(phrase, scene.words),
  });
  const { social } = said;
  if (memory.pending !== undefined) {
    const answer = answered(memory.pending, said, goals, scene, settled);
    if (typeof answer === 'string') return say(answer);
    const again = settled === undefined && answer.every(({ call }) => call !== undefined);
    return { type: 'do', goals: answer, again };
  }
  const isAnswer = goals.length === 0 && said.yes !== said.no;
  const meant = isAnswer ? planner.guessed?.(memory.last?.said ?? '', said.yes) : undefined;
  if (meant !== undefined) return interpret(memory, meant, scene);
  if (said.refuses && !said.clauses.some(({ values }) => planner.slots.some((slot) => names(slot, values)))) {
    const able = [...memory.goals.map(({ plan }) => plan).toReversed(), ...planner.tools];
    return say(able.find(({ declined }) => declined !== undefined)?.declined?.[0] ?? PHRASES.declined);
  }
  const isSmallTalk = /^(change|date|refusal)$/.test(social?.name ?? ''); // whatever details are in it
  if (goals.length > 0 && !isSmallTalk) return { type: 'do', goals };
  if (requests.refusal !== undefined && !isSmallTalk) return say(requests.refusal);
  const isIdle = social?.name === 'more' && memory.reading === undefined && waiting === undefined;
  const mentions = isIdle ? requests.beside(PHRASES.nothingToContinue) : undefined;
  if (mentions !== undefined) return { type: 'do', goals: [mentions] };
  if (social?.name === 'more' || social?.name === 'repeat') return { type: social.name };
  if (social?.say !== undefined && !(social.name === 'wait' && waiting !== undefined)) {
    const asked = waiting === undefined ? requests.beside(filled(social.say, scene.words)) : undefined;
    return asked === undefined ? say(social.say) : { type: 'do', goals: [asked] };
  }
  if (waiting !== undefined && said.no) return say(PHRASES.cancelled, 'cancel');
  if (waiting !== undefined) return { type: 'do', goals: memory.goals, again: true };
  // No wish and no small talk: an answer to what we have said, or perhaps something that there is a text about.
  const agrees = said.yes && !said.no;
  if (agrees && memory.last?.said.includes(OFFER) === true) return { type: 'more' };
  const isFine = !agrees && said.no && said.words.length <= MAX_NO_WORDS;
  const unclear = memory.last?.move.type === 'unclear' ? PHRASES.stillUnclear : PHRASES.unclear;
  const phrase = agrees ? PHRASES.ready : isFine ? PHRASES.fine : text === '' ? PHRASES.opening : unclear;
  const statement = requests.statement(filled(phrase, scene.words));
  if (statement !== undefined) return { type: 'do', goals: [statement] };
  return say(phrase, agrees || isFine ? 'say' : 'unclear');
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
): readonly Goal[] | string {
  const again = pending.calls.flatMap((call) => repeated(scene.planner, call));
  const asked = new Set(pending.calls.map(callKey));
  const fresh = goals.filter((goal) => !isAbout(goal, asked, scene));
  const [no = PHRASES.declined, unclear = PHRASES.dropped] = again[0]?.plan.declined ?? [];
  const declined = isFailure(settled, 'declined');
  if (settled !== undefined && !declined) {
    return [...again, ...pending.next.flatMap((call) => repeated(scene.planner, call)), ...fresh];
  }
  const repeats = goals.length > fresh.length && goals.some(({ question }) => question === undefined);
  const agrees = (said.yes || repeats) && !said.no;
  if (fresh.length > 0) {
    const isChange = ({ plan, question }: Goal) => question !== undefined || again.some((goal) => goal.plan === plan);
    // "Yes, and draw a chart": asked about once more, after the chart.
    return agrees && !fresh.some(isChange) ? [...again, ...fresh] : fresh;
  }
  if (declined || (said.no && !said.surely && said.social?.name !== 'wait')) return no;
  if (said.social?.name === 'goodbye') return said.social.say ?? '';
  return pending.repeated === 0 || agrees ? again : unclear;
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
