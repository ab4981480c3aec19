// What to do next in a turn: call tools, or say something. Only the caller's words and which calls have been made decide
// that; what stands in a tool's result is read out, and decides no more than whether it answered the question.
import { OFFER, type Planner, type ToolPlan } from '../plan.port.js';
import { askedOf, callsOf, missingOf, planOf, wanted, type Goal, type Scene, type WantedCall } from './goal.js';
import type { DoneCall, Memory, Turn } from './memory.js';
import { argumentsOf, callKey, isFailure, UNREADABLE, type Failure, type Outcome } from './outcome.js';
import { PHRASES } from './phrases.js';

export type Step =
  | { readonly type: 'say'; readonly text: string }
  /** `text` is said before them. */
  | { readonly type: 'call'; readonly calls: readonly WantedCall[]; readonly text?: string };

/** The next step of the turn. */
export function plan(turn: Turn, scene: Scene): Step {
  const { move } = turn;
  if ('text' in move) return say(move.text);
  if ('goals' in move) return pursue(turn, move.goals, move.again ?? false, scene);
  return move.type === 'more' ? readOn(turn, scene) : say(again(turn.before, scene));
}

const say = (text: string): Step => ({ type: 'say', text });
const PENDING: Failure = { ok: false, code: 'pending', message: 'I am still working on that.' };

/** Makes the calls that the goals need, all at once, and says what came of them. */
function pursue(turn: Turn, goals: readonly Goal[], again: boolean, scene: Scene): Step {
  const left = [...turn.calls];
  const calls: WantedCall[] = [];
  const parts: string[] = [];
  const before: string[] = [];
  for (const goal of goals) {
    const alike = goals.filter((other) => other.plan === goal.plan);
    const step = follow(goal, left, alike.flatMap((other) => callsOf(other, scene)).length, scene);
    if (step.type === 'call') {
      calls.push(...step.calls);
      // Whoever is asked whether something shall be done hears first what it leaves out.
      if (goal.plan.declined !== undefined) before.push(...leftOut(goal));
      // A short yes is what recognisers lose: who is asked once more is told what will be heard.
      if (again && before.length === 0) before.push(PHRASES.yesOrNo);
    } else if (step.text !== '') parts.push(step.text);
  }
  if (calls.length > 0) return { type: 'call', calls, text: before.map((text) => `${text} `).join('') };
  const waiting = goals.find((goal) => missingOf(goal) !== undefined);
  const questions = waiting?.plan.ask?.[missingOf(waiting) ?? ''];
  if (questions !== undefined) parts.push(questions[again ? 1 : 0]);
  // One question at a time: an offer in the middle of several answers would get lost. "More" still works.
  const text = parts.length > 1 ? parts.join(' ').replaceAll(` ${OFFER}`, '') : parts.join('');
  return say(text === '' ? PHRASES.beforeThat : text);
}

/**
 * One goal: its calls, or what came of them. A question goes from one tool to the next until one has an answer; its result
 * decides only whether the next is needed. `answers`: how many calls are told about together.
 */
function follow(goal: Goal, left: DoneCall[], answers: number, scene: Scene): Step {
  const parts: string[] = [];
  let nearest: string | undefined;
  for (const plan of placesOf(goal, scene.planner)) {
    const one: Goal = { ...goal, plan };
    const calls = callsOf(one, scene);
    if (calls.length === 0) return say('');
    const made = take(left, calls);
    if (made === undefined && scene.offered.has(plan.tool)) return { type: 'call', calls };
    const asked = askedOf(one, scene, answers);
    for (const { outcome = PENDING } of made ?? []) {
      const answer = outcome.ok ? plan.say(outcome.data, asked) : undefined;
      if (answer !== undefined && goal.question !== undefined) return say(answer);
      if (outcome.ok) nearest ??= plan.nearest?.(outcome.data, asked);
      if (goal.perhaps !== undefined) return say(nearest ?? goal.perhaps);
      parts.push(answer ?? unanswered(plan, outcome, parts.length === 0));
    }
  }
  if (parts.length === 0 && goal.perhaps !== undefined) return say(goal.perhaps);
  if (parts.length === 0) return say(`I am sorry, I cannot ${goal.plan.unable} in this call.`);
  if (nearest !== undefined) return say(nearest);
  // A place that could not be looked at is not one where nothing was found.
  const answer = parts.filter((text) => text !== '').join(' ');
  const isSaid = answer === '' || goal.plan.declined !== undefined;
  return say(isSaid ? answer : [...leftOut(goal), answer].join(' '));
}

const leftOut = ({ plan, left = [] }: Goal): readonly string[] =>
  left.length === 0 || plan.leftOut === undefined ? [] : [plan.leftOut(left)];

/** The tools that are asked one after the other. */
function placesOf({ plan, question }: Goal, planner: Planner): readonly ToolPlan[] {
  const places = new Set<ToolPlan>();
  let at: ToolPlan | undefined = plan;
  while (at !== undefined && !places.has(at)) {
    places.add(at);
    at = question === undefined ? undefined : planOf(planner, at.otherwise);
  }
  return [...places];
}

function unanswered({ answers, nothing }: ToolPlan, outcome: Outcome, isFirst: boolean): string {
  // What the caller is asked before something is done is not ours to ask.
  if (isFailure(outcome, 'confirmation_required', 'postponed')) return '';
  if (!outcome.ok) return outcome.message;
  return nothing?.[isFirst ? 0 : 1] ?? (answers === undefined ? UNREADABLE.message : PHRASES.nothingFound);
}

/** Takes the results of these calls out of `left`; undefined when not all of them have been made. */
function take(left: DoneCall[], calls: readonly WantedCall[]): readonly DoneCall[] | undefined {
  const taken: DoneCall[] = [];
  for (const call of calls) {
    const same = left.findIndex((done) => callKey(done.call) === callKey(call));
    // Midnight may have passed since the call was made, and "yesterday" be another day. What the caller has declined says
    // nothing of what is wanted instead.
    const isLike = (done: DoneCall) => done.call.name === call.name && !isFailure(done.outcome, 'declined');
    const [done] = left.splice(same >= 0 ? same : left.findIndex(isLike), same >= 0 || left.some(isLike) ? 1 : 0);
    if (done === undefined) return undefined;
    taken.push(done);
  }
  return taken;
}

/** Goes on reading where the caller stopped hearing. */
function readOn({ calls, before: { reading } }: Turn, scene: Scene): Step {
  const goal = reading?.goals.find(({ plan }) => plan.more !== undefined);
  if (reading === undefined || goal === undefined) return say(PHRASES.nothingToContinue);
  const { tool } = goal.plan;
  const source = calls.at(-1) ?? reading.calls.findLast(({ call }) => call.name === tool);
  if (source === undefined) return say(PHRASES.noMore);
  const { call, outcome = PENDING } = source;
  if (!outcome.ok) return say(outcome.message);
  const more = goal.plan.more?.(outcome.data, askedOf(goal, scene), reading.heard);
  if (more !== undefined && 'text' in more) return say(more.text);
  if (more === undefined || calls.length > 0 || !scene.offered.has(tool)) return say(PHRASES.noMore);
  return { type: 'call', calls: [wanted(tool, [argumentsOf(call.arguments), more.fetch])] };
}

/** The last answer once more; one that was cut off is worked out again, in full. */
function again({ last }: Memory, scene: Scene): string {
  if (last === undefined) return PHRASES.nothingToRepeat;
  if (last.said !== '' && !last.interrupted) return last.said;
  const step = plan(last, { ...scene, offered: new Set() });
  return step.type === 'say' && step.text !== '' ? step.text : last.said || PHRASES.nothingToRepeat;
}
