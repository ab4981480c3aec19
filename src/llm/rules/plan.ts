// What to do next in a turn: call tools, or say something. Only the caller's words and which calls have been made decide
// that; what stands in a tool's result is read out, and decides no more than whether it answered the question.
import type { Day } from './calendar.js';
import type { AskGoal, Goal, QueryGoal, WantedCall } from './goal.js';
import { firstCalls, missingOf, TOOL, webCall } from './goal.js';
import { confirmed } from './interpret.js';
import type { DoneCall, Memory, Turn } from './memory.js';
import {
  ASK,
  ASK_AGAIN,
  greeting,
  notUnderstood,
  OFFER,
  PHRASES,
  smallTalk,
  unable,
  type AgentIdentity,
} from './phrases.js';
import {
  ROWS_AT_ONCE,
  rowsHeard,
  sayChart,
  sayDocuments,
  sayEmail,
  sayMoreRows,
  sayNoWeb,
  sayQuery,
  sayWeb,
} from './speak.js';
import { argumentsOf, callKey, queryData, type Failure, type Outcome } from './tool-results.js';

export type Step =
  { readonly type: 'say'; readonly text: string } | { readonly type: 'call'; readonly calls: readonly WantedCall[] };

export interface PlanContext {
  readonly offered: ReadonlySet<string>;
  readonly agent: AgentIdentity;
  readonly today: Day;
  /** Most rows the query tool gives at once. */
  readonly maxRows: number;
}

/** The next step of the turn. */
export function plan(turn: Turn, context: PlanContext): Step {
  const { move, before } = turn;
  if (move.type === 'do') return pursue(turn, move.goals, move.again ?? false, context);
  if (move.type === 'more') return readOn(turn, context);
  if (move.type === 'repeat') return say(again(before, context));
  if (move.type === 'ask-again') return pursue(turn, (before.pending?.calls ?? []).map(confirmed), false, context);
  if (move.type === 'cancel') return say(PHRASES.cancelled);
  if (move.type === 'say') return say(move.text);
  if (move.type === 'small-talk') return say(smallTalk(move.topic, context.agent, context.offered, context.today));
  return say(turn.text === '' ? greeting(context.agent) : notUnderstood(before.unclear + 1, context.offered));
}

const say = (text: string): Step => ({ type: 'say', text });
const PENDING: Failure = { ok: false, code: 'pending', message: 'I am still working on that.' };

/** Makes the calls that the goals need, all at once, and says what came of them. */
function pursue(turn: Turn, goals: readonly Goal[], again: boolean, context: PlanContext): Step {
  // What the caller has declined says nothing of what is wanted instead.
  const left = turn.calls.filter(({ outcome }) => outcome?.ok !== false || outcome.code !== 'declined');
  const wanted: WantedCall[] = [];
  const parts: string[] = [];
  for (const goal of goals) {
    const step = goal.kind === 'ask' ? ask(goal, left, context) : once(goal, left, goals, context);
    if (step.type === 'call') wanted.push(...step.calls);
    else if (step.text !== '') parts.push(step.text);
  }
  if (wanted.length > 0) return { type: 'call', calls: wanted };
  const missing = goals.map(missingOf).find((detail) => detail !== undefined);
  if (missing !== undefined) parts.push(again ? ASK_AGAIN[missing] : ASK[missing]);
  // One question at a time: an offer in the middle of several answers would get lost. "More" still works.
  const text = parts.length > 1 ? parts.join(' ').replaceAll(` ${OFFER}`, '') : parts.join('');
  return say(text === '' ? PHRASES.beforeThat : text);
}

/** Takes the results of these calls out of `left`; undefined when not all of them have been made. */
function take(left: DoneCall[], calls: readonly WantedCall[]): DoneCall[] | undefined {
  const taken: DoneCall[] = [];
  for (const wanted of calls) {
    const same = left.findIndex(({ call }) => callKey(call) === callKey(wanted));
    // Midnight may have passed since the call was made, and "yesterday" be another day.
    const at = same >= 0 ? same : left.findIndex(({ call }) => call.name === wanted.name);
    const [done] = at < 0 ? [] : left.splice(at, 1);
    if (done === undefined) return undefined;
    taken.push(done);
  }
  return taken;
}

/** A goal with one round of calls. */
function once(goal: Goal, left: DoneCall[], all: readonly Goal[], context: PlanContext): Step {
  const calls = firstCalls(goal, context.maxRows);
  const first = calls[0];
  if (first === undefined) return say('');
  const done = take(left, calls);
  if (done === undefined) return context.offered.has(first.name) ? { type: 'call', calls } : say(unable(first.name));
  const clients = all.reduce((sum, other) => sum + (other.kind === 'query' ? other.clients.length : 0), 0);
  const said = done.map(({ call, outcome }) => sayDone(goal, call.name, outcome ?? PENDING, clients, context));
  return say(said.filter((text) => text !== '').join(' '));
}

function sayDone(goal: Goal, name: string, outcome: Outcome, clients: number, context: PlanContext): string {
  if (goal.kind === 'query') return sayQueryOutcome(goal, outcome, clients, context);
  if (goal.kind === 'web') return sayWeb(outcome, goal) ?? sayNoWeb(outcome, true);
  if (name === TOOL.chart) return sayChart(outcome);
  // What the caller is asked before it goes out is not ours to ask.
  if (!outcome.ok && (outcome.code === 'confirmation_required' || outcome.code === 'postponed')) return '';
  return sayEmail(outcome);
}

/** With several clients at once fewer rows of each are read, and none is offered: "more" would not say of whom. */
function sayQueryOutcome(goal: QueryGoal, outcome: Outcome, clients: number, { today }: PlanContext): string {
  if (!outcome.ok) return outcome.message;
  const data = queryData(outcome.data);
  if (data === undefined) return 'I got an answer that I cannot read. Please try again in a moment.';
  return clients > 1 ? sayQuery(data, goal, today, 1) : sayQuery(data, goal, today);
}

/** Documents first, then the web: the result of the first decides only whether the second is needed. */
function ask(goal: AskGoal, left: DoneCall[], context: PlanContext): Step {
  const calls = firstCalls(goal);
  const searched = context.offered.has(TOOL.documents) || left.some(({ call }) => call.name === TOOL.documents);
  const documents = searched ? take(left, calls)?.[0] : undefined;
  if (searched && documents === undefined) return { type: 'call', calls };
  const found = documents?.outcome ?? PENDING;
  const answer = searched ? sayDocuments(found, goal) : undefined;
  if (answer !== undefined) return say(answer);
  const web = take(left, [webCall(goal)])?.[0];
  if (web !== undefined) {
    const outcome = web.outcome ?? PENDING;
    return say(sayWeb(outcome, goal) ?? sayNoWeb(outcome, !searched));
  }
  if (context.offered.has(TOOL.web)) return { type: 'call', calls: [webCall(goal)] };
  if (!searched) return say(unable(TOOL.documents));
  return say(found.ok ? PHRASES.notInDocuments : found.message);
}

/** Goes on reading where the caller stopped hearing. */
function readOn(turn: Turn, context: PlanContext): Step {
  const { reading } = turn.before;
  if (reading === undefined) return say(PHRASES.nothingToContinue);
  const goal = reading.goals.find((one) => one.kind === 'query' || one.kind === 'ask');
  if (goal?.kind === 'ask') {
    const documents = reading.calls.find(({ call }) => call.name === TOOL.documents)?.outcome;
    const more = documents === undefined ? undefined : sayDocuments(documents, goal, reading.heard);
    return say(more ?? PHRASES.noMore);
  }
  const source = turn.calls.at(-1) ?? reading.calls.findLast(({ call }) => call.name === TOOL.query);
  if (source === undefined || goal?.kind !== 'query') return say(PHRASES.nothingToContinue);
  const { outcome } = source;
  if (outcome === undefined) return say(PENDING.message);
  if (!outcome.ok) return say(outcome.message);
  const data = queryData(outcome.data);
  if (data === undefined) return say(PHRASES.noMore);
  const heard = rowsHeard(data, reading.heard, context.today);
  const limit = Math.min(goal.limit ?? context.maxRows, context.maxRows);
  const wanted = Math.min(heard + ROWS_AT_ONCE, data.count, limit);
  if (data.transactions.length < wanted && turn.calls.length === 0 && context.offered.has(TOOL.query)) {
    const args = { ...argumentsOf(source.call.arguments), limit: Math.min(heard + 2 * ROWS_AT_ONCE, limit) };
    return { type: 'call', calls: [{ name: TOOL.query, arguments: JSON.stringify(args) }] };
  }
  return say(sayMoreRows(data, heard, limit, context.today) ?? PHRASES.noMore);
}

/** The last answer once more; one that was cut off is worked out again, in full. */
function again(before: Memory, context: PlanContext): string {
  const { last } = before;
  if (last === undefined) return before.opening || PHRASES.nothingToRepeat;
  if (last.said !== '' && !last.interrupted) return last.said;
  const step = plan(last, { ...context, offered: new Set() });
  return step.type === 'say' && step.text !== '' ? step.text : last.said || PHRASES.nothingToRepeat;
}
