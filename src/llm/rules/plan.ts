// What to do next in a turn: call tools, or say something. Only the caller's words and which calls have been made decide
// that; what stands in a tool's result is read out, and decides no more than whether it answered the question.
import { OFFER, type ToolPlan } from '../plan.port.js';
import { askedOf, callsOf, missingOf, planOf, wanted, type Goal, type Scene, type WantedCall } from './goal.js';
import type { Doing } from './interpret.js';
import type { DoneCall, Memory, Turn } from './memory.js';
import { argumentsOf, callKey, isFailure, UNREADABLE, type Failure, type Outcome } from './outcome.js';
import { PHRASES } from './phrases.js';

/** What is said, and then called; without calls the turn is over. */
export interface Step {
  readonly text: string;
  readonly calls: readonly WantedCall[];
}

/** The next step of the turn. */
export function plan(turn: Turn, scene: Scene): Step {
  const { move } = turn;
  if ('text' in move) return say(move.text);
  if (move.type === 'do') return pursue(turn, move, scene);
  return move.type === 'more' ? readOn(turn, scene) : say(again(turn.before, scene));
}

const say = (text: string): Step => ({ text, calls: [] });
const PENDING: Failure = { ok: false, code: 'pending', message: 'I am still working on that.' };

/** Makes the calls that the goals need, all at once, and says what came of them. */
function pursue(turn: Turn, move: Doing, scene: Scene): Step {
  const { goals, again = false } = move;
  const left = [...turn.calls];
  const steps = goals.map((goal) => ({ goal, ...follow(goal, left, move, scene) }));
  const calling = steps.filter(({ calls }) => calls.length > 0);
  if (calling.length > 0) {
    // Whoever is asked whether something shall be done hears first what it leaves out.
    const before = calling.flatMap(({ goal }) => (goal.plan.declined === undefined ? [] : leftOut(goal)));
    // A short yes is what recognisers lose: who is asked once more is told what will be heard.
    const all = again && before.length === 0 ? [PHRASES.yesOrNo] : before;
    return { calls: calling.flatMap(({ calls }) => calls), text: all.map((text) => `${text} `).join('') };
  }
  const freed = freedCall(turn);
  if (freed !== undefined) return { text: '', calls: [freed] };
  const waiting = goals.find((goal) => missingOf(goal) !== undefined);
  const missing = waiting === undefined ? '' : (missingOf(waiting) ?? '');
  const isAgain = again || waiting?.unheard?.includes(missing) === true;
  const parts = [...steps.map(({ text }) => text), waiting?.plan.ask?.[missing]?.[isAgain ? 1 : 0] ?? ''].filter(
    (text) => text !== '',
  );
  // One question at a time: an offer in the middle of several answers would get lost. "More" still works.
  const text = parts.length > 1 ? parts.join(' ').replaceAll(` ${OFFER}`, '') : parts.join('');
  return say(text === '' ? PHRASES.beforeThat : text);
}

/** A call that has waited for the answer to a question which was never asked: what stood before it came to nothing. */
function freedCall({ calls }: Turn): WantedCall | undefined {
  if (calls.some(({ outcome }) => outcome === undefined || isFailure(outcome, 'confirmation_required')))
    return undefined;
  const isOnce = (key: string): boolean => calls.filter(({ call }) => callKey(call) === key).length === 1;
  const call = calls.find((one) => isFailure(one.outcome, 'postponed') && isOnce(callKey(one.call)))?.call;
  return call === undefined ? undefined : { name: call.name, arguments: call.arguments };
}

/**
 * One goal: its calls, or what came of them. A question goes from one tool to the next when the first has no answer; the
 * result decides only whether the next is needed.
 */
function follow(goal: Goal, left: DoneCall[], { goals, otherwise }: Doing, scene: Scene): Step {
  const alike = goals.filter(({ plan }) => plan === goal.plan);
  const answers = alike.flatMap((one) => callsOf(one, scene)).length;
  const parts: string[] = [];
  let nearest: string | undefined;
  const next = goal.question === undefined || otherwise !== undefined ? undefined : goal.plan.otherwise;
  for (const plan of [goal.plan, planOf(scene.planner, next)]) {
    if (plan === undefined) continue;
    const one: Goal = { ...goal, plan };
    const calls = callsOf(one, scene);
    if (calls.length === 0) return say('');
    const made = take(left, calls);
    if (made === undefined && scene.offered.has(plan.tool)) return { text: '', calls };
    const asked = askedOf(one, scene, answers);
    for (const { outcome = PENDING } of made ?? []) {
      const answer = outcome.ok ? plan.say(outcome.data, asked) : undefined;
      if (answer !== undefined && goal.question !== undefined) return say(answer);
      if (outcome.ok) nearest ??= plan.nearest?.(outcome.data, asked);
      parts.push(answer ?? otherwise ?? unanswered(plan, outcome, parts.length === 0));
    }
  }
  if (parts.length === 0) return say(otherwise ?? `I am sorry, I cannot ${goal.plan.unable} in this call.`);
  // A place that could not be looked at is not one where nothing was found.
  const answer = nearest ?? parts.filter((text) => text !== '').join(' ');
  const isSaid = answer === '' || goal.plan.declined !== undefined;
  return say(isSaid ? answer : [...leftOut(goal), answer].join(' '));
}

const leftOut = ({ plan, left = [] }: Goal): readonly string[] =>
  left.length === 0 || plan.leftOut === undefined ? [] : [plan.leftOut(left)];

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
    const same = left.find((done) => callKey(done.call) === callKey(call));
    // Midnight may have passed since the call was made, and "yesterday" be another day. What the caller has declined says
    // nothing of what is wanted instead.
    const done =
      same ?? left.find(({ call: { name }, outcome }) => name === call.name && !isFailure(outcome, 'declined'));
    if (done === undefined) return undefined;
    left.splice(left.indexOf(done), 1);
    taken.push(done);
  }
  return taken;
}

/** Goes on reading where the caller stopped hearing. */
function readOn({ calls, before: { reading } }: Turn, scene: Scene): Step {
  if (reading === undefined) return say(PHRASES.nothingToContinue);
  const { goal, heard } = reading;
  const { tool } = goal.plan;
  const { call, outcome = PENDING } = calls.at(-1) ?? reading.source;
  if (!outcome.ok) return say(outcome.message);
  const more = goal.plan.more?.(outcome.data, askedOf(goal, scene), heard);
  if (more !== undefined && 'text' in more) return say(more.text);
  if (more === undefined || calls.length > 0 || !scene.offered.has(tool)) return say(PHRASES.noMore);
  return { text: '', calls: [wanted(tool, [argumentsOf(call.arguments), more.fetch])] };
}

/** The last answer once more; one that was cut off is worked out again, in full. */
function again({ last }: Memory, scene: Scene): string {
  if (last === undefined) return PHRASES.nothingToRepeat;
  if (last.said !== '' && !last.interrupted) return last.said;
  const step = plan(last, { ...scene, offered: new Set() });
  return step.text || last.said || PHRASES.nothingToRepeat;
}
