// What to do next in a turn: call tools, or say something. Only the caller's words and which calls have been made decide
// that; what stands in a tool's result is read out, and decides no more than whether it answered the question.
import { OFFER, type Asked, type ToolPlan } from '../plan.port.js';
import type { Day } from '../../spoken/calendar.js';
import { missingOf, wanted, type Goal, type Plans, type WantedCall } from './goal.js';
import type { DoneCall, Memory, Turn } from './memory.js';
import { argumentsOf, callKey, UNREADABLE, type Failure, type Outcome } from './outcome.js';
import { abilities, greeting, notUnderstood, PHRASES, smallTalk, type AgentIdentity } from './talk.js';

export type Step =
  { readonly type: 'say'; readonly text: string } | { readonly type: 'call'; readonly calls: readonly WantedCall[] };

export interface PlanContext {
  readonly plans: Plans;
  /** Names of the tools of this call, and the most rows each gives at once. */
  readonly offered: ReadonlyMap<string, number>;
  readonly agent: AgentIdentity;
  readonly today: Day;
}

/** The next step of the turn. */
export function plan(turn: Turn, context: PlanContext): Step {
  const { move, before } = turn;
  const able = abilities(context.plans.planner, context.offered);
  switch (move.type) {
    case 'do':
      return pursue(turn, move.goals, move.again ?? false, context);
    case 'more':
      return readOn(turn, context);
    case 'repeat':
      return say(again(before, context));
    case 'cancel':
      return say(PHRASES.cancelled);
    case 'say':
      return say(move.text);
    case 'small-talk':
      return say(smallTalk(move.topic, context.agent, able, context.today));
    case 'unclear':
    default:
      return say(turn.text === '' ? greeting(context.agent) : notUnderstood(before.unclear + 1, able));
  }
}

const say = (text: string): Step => ({ type: 'say', text });
const PENDING: Failure = { ok: false, code: 'pending', message: 'I am still working on that.' };
const unable = ({ unable: what }: ToolPlan): string => `I am sorry, I cannot ${what} in this call.`;

/** Rows that a tool may be asked for when its schema names no bound. */
const MAX_ROWS = 50;

const askedOf = ({ plan: { tool }, values, question }: Goal, answers: number, context: PlanContext): Asked => ({
  values,
  ...(question === undefined ? {} : { question }),
  maxRows: context.offered.get(tool) ?? MAX_ROWS,
  today: context.today,
  answers,
});

/** Makes the calls that the goals need, all at once, and says what came of them. */
function pursue(turn: Turn, goals: readonly Goal[], again: boolean, context: PlanContext): Step {
  const left = [...turn.calls];
  const calls: WantedCall[] = [];
  const parts: string[] = [];
  for (const goal of goals) {
    const step = goal.question === undefined ? act(goal, left, goals, context) : answer(goal, left, context);
    if (step.type === 'call') calls.push(...step.calls);
    else if (step.text !== '') parts.push(step.text);
  }
  if (calls.length > 0) return { type: 'call', calls };
  const waiting = goals.find((goal) => missingOf(goal) !== undefined);
  const questions = waiting?.plan.ask?.[missingOf(waiting) ?? ''];
  if (questions !== undefined) parts.push(questions[again ? 1 : 0]);
  // One question at a time: an offer in the middle of several answers would get lost. "More" still works.
  const text = parts.length > 1 ? parts.join(' ').replaceAll(` ${OFFER}`, '') : parts.join('');
  return say(text === '' ? PHRASES.beforeThat : text);
}

/** Takes the results of these calls out of `left`; undefined when not all of them have been made. */
function take(left: DoneCall[], calls: readonly WantedCall[]): DoneCall[] | undefined {
  const taken: DoneCall[] = [];
  for (const call of calls) {
    const same = left.findIndex((done) => callKey(done.call) === callKey(call));
    // Midnight may have passed since the call was made, and "yesterday" be another day. What the caller has declined says
    // nothing of what is wanted instead.
    const at = same >= 0 ? same : left.findIndex((done) => done.call.name === call.name && !isDeclined(done));
    const [done] = at < 0 ? [] : left.splice(at, 1);
    if (done === undefined) return undefined;
    taken.push(done);
  }
  return taken;
}

const isDeclined = ({ outcome }: DoneCall): boolean => outcome?.ok === false && outcome.code === 'declined';

/** A goal with one round of calls. */
function act(goal: Goal, left: DoneCall[], all: readonly Goal[], context: PlanContext): Step {
  const calls = context.plans.callsOf(goal, askedOf(goal, 1, context));
  if (calls.length === 0) return say('');
  const done = take(left, calls);
  if (done === undefined) return context.offered.has(goal.plan.tool) ? { type: 'call', calls } : say(unable(goal.plan));
  const answers = all
    .filter(({ plan }) => plan === goal.plan)
    .reduce((sum, other) => sum + context.plans.callsOf(other, askedOf(other, 1, context)).length, 0);
  const said = done.map(({ outcome }) => told(goal, outcome ?? PENDING, answers, context));
  return say(said.filter((text) => text !== '').join(' '));
}

function told(goal: Goal, outcome: Outcome, answers: number, context: PlanContext): string {
  // What the caller is asked before something is done is not ours to ask.
  if (!outcome.ok && (outcome.code === 'confirmation_required' || outcome.code === 'postponed')) return '';
  if (!outcome.ok) return outcome.message;
  return goal.plan.say(outcome.data, askedOf(goal, answers, context)) ?? UNREADABLE.message;
}

/** A question: one tool after the other, until one has an answer; its result decides only whether the next is needed. */
function answer(goal: Goal, left: DoneCall[], context: PlanContext): Step {
  const reasons: string[] = [];
  const seen = new Set<ToolPlan>();
  for (
    let at: ToolPlan | undefined = goal.plan;
    at !== undefined && !seen.has(at);
    at = context.plans.tool(at.otherwise)
  ) {
    seen.add(at);
    const one: Goal = { ...goal, plan: at };
    const asked = askedOf(one, 1, context);
    const calls = context.plans.callsOf(one, asked);
    const made = take(left, calls)?.[0];
    if (made === undefined) {
      if (context.offered.has(at.tool)) return { type: 'call', calls };
      continue;
    }
    const outcome = made.outcome ?? PENDING;
    const text = outcome.ok ? at.say(outcome.data, asked) : undefined;
    if (text !== undefined) return say(text);
    const [alone = PHRASES.nothingFound, after = alone] = at.nothing ?? [];
    reasons.push(outcome.ok ? (reasons.length === 0 ? alone : after) : outcome.message);
  }
  if (reasons.length === 0) return say(unable(goal.plan));
  // A place that could not be looked at is not one where nothing was found.
  return say(reasons.join(' '));
}

/** Goes on reading where the caller stopped hearing. */
function readOn(turn: Turn, context: PlanContext): Step {
  const { reading } = turn.before;
  const goal = reading?.goals.find(({ plan }) => plan.more !== undefined);
  const name = goal?.plan.tool;
  const source = turn.calls.at(-1) ?? reading?.calls.findLast(({ call }) => call.name === name);
  if (reading === undefined || goal === undefined) return say(PHRASES.nothingToContinue);
  if (source === undefined) return say(PHRASES.noMore);
  const outcome = source.outcome ?? PENDING;
  if (!outcome.ok) return say(outcome.message);
  const more = goal.plan.more?.(outcome.data, askedOf(goal, 1, context), reading.heard);
  if (more === undefined) return say(PHRASES.noMore);
  if ('text' in more) return say(more.text);
  if (turn.calls.length > 0 || !context.offered.has(goal.plan.tool)) return say(PHRASES.noMore);
  return { type: 'call', calls: [wanted(goal.plan.tool, { ...argumentsOf(source.call.arguments), ...more.fetch })] };
}

/** The last answer once more; one that was cut off is worked out again, in full. */
function again(before: Memory, context: PlanContext): string {
  const { last } = before;
  if (last === undefined) return before.opening || PHRASES.nothingToRepeat;
  if (last.said !== '' && !last.interrupted) return last.said;
  const step = plan(last, { ...context, offered: new Map() });
  return step.type === 'say' && step.text !== '' ? step.text : last.said || PHRASES.nothingToRepeat;
}
