// What the conversation so far amounts to, as a fold over its messages: nothing is kept between two answers.
import type { ToolCall } from '../llm.port.js';
import type { Planner } from '../plan.port.js';
import { goalOf, latestOf, missingOf, type Goal } from './goal.js';
import type { Move } from './interpret.js';
import { callKey, isFailure, type Outcome } from './outcome.js';

/** A call that was made; without an outcome it is still running or was cut off. */
export interface DoneCall {
  readonly call: ToolCall;
  readonly outcome?: Outcome;
}

/** What the caller said, the calls that were made, and what the caller heard of the answer. */
export interface Exchange {
  readonly text: string;
  readonly calls: readonly DoneCall[];
  readonly said: string;
  readonly interrupted: boolean;
}

/** One turn of the caller and what came of it. */
export interface Turn extends Exchange {
  readonly move: Move;
  readonly before: Memory;
}

export interface Pending {
  readonly calls: readonly ToolCall[];
  /** Calls that have to wait for the answer to this one. */
  readonly next: readonly ToolCall[];
  /** It was asked again because the answer was unclear. */
  readonly isRepeated: boolean;
}

export interface Memory {
  /** What the last turns were about, complete or waiting for a detail. */
  readonly goals: readonly Goal[];
  /** The latest goal with details that later ones may take over. */
  readonly latest?: Goal | undefined;
  readonly pending?: Pending | undefined;
  /** What is being read out, the result that it comes from, and what was heard of it. */
  readonly reading?: { readonly goal: Goal; readonly source: DoneCall; readonly heard: string } | undefined;
  /** Undefined before the opening. */
  readonly last?: Turn;
}

export const NOTHING: Memory = { goals: [] };

/** The memory after a turn is over. */
export function remember(turn: Turn, planner: Planner): Memory {
  const goals = goalsAfter(turn, planner);
  return {
    goals,
    latest: latestOf(goals) ?? turn.before.latest,
    pending: pendingAfter(turn),
    reading: readingAfter(turn),
    last: turn,
  };
}

function goalsAfter({ move, before, calls }: Turn, planner: Planner): readonly Goal[] {
  if (move.type === 'cancel') return before.goals.filter((goal) => missingOf(goal) === undefined);
  const planned = move.type === 'do' ? move.goals : before.goals;
  // A call that the plan does not know (another model answered that turn, or a yes repeated one) says what was done.
  const kept = planned.filter((goal) => goal.call === undefined);
  const others = calls
    .flatMap(({ call }) => goalOf(planner, call) ?? [])
    .filter(({ plan }) => !kept.some((goal) => goal.plan === plan));
  return others.length > 0 && move.type !== 'more' ? [...kept.filter((goal) => missingOf(goal)), ...others] : kept;
}

function pendingAfter({ before, calls }: Turn): Pending | undefined {
  const answeredWith = (code: string) =>
    calls.filter(({ outcome }) => isFailure(outcome, code)).map(({ call }) => call);
  const asked = answeredWith('confirmation_required');
  if (asked.length === 0) return undefined;
  const earlier = new Set(before.pending?.calls.map(callKey));
  const isRepeated = asked.every((call) => earlier.has(callKey(call)));
  const keys = asked.map(callKey);
  const next = answeredWith('postponed').filter((call) => !keys.includes(callKey(call)));
  return { calls: asked, next, isRepeated };
}

function readingAfter({ move, before: { reading }, calls, said }: Turn): Memory['reading'] {
  if (move.type === 'do') {
    const goal = move.goals.find(({ plan }) => plan.more !== undefined);
    const source = calls.findLast(({ call, outcome }) => call.name === goal?.plan.tool && outcome?.ok === true);
    return goal === undefined || source === undefined ? undefined : { goal, source, heard: said };
  }
  if (move.type !== 'more' || reading === undefined) return reading;
  return { ...reading, source: calls.at(-1) ?? reading.source, heard: `${reading.heard} ${said}` };
}
