// What the conversation so far amounts to, as a fold over its messages: nothing is kept between two answers.
import type { ToolCall } from '../llm.port.js';
import { missingOf, type Goal, type Plans } from './goal.js';
import type { Move } from './interpret.js';
import { callKey, type Outcome } from './outcome.js';

/** A call that was made; without an outcome it is still running or was cut off. */
export interface DoneCall {
  readonly call: ToolCall;
  readonly outcome?: Outcome;
}

/** One turn of the caller and what came of it. */
export interface Turn {
  readonly text: string;
  readonly move: Move;
  readonly before: Memory;
  readonly calls: readonly DoneCall[];
  /** What the caller heard of the answer. */
  readonly said: string;
  readonly interrupted: boolean;
}

export interface Pending {
  readonly calls: readonly ToolCall[];
  /** Calls that have to wait for the answer to this one. */
  readonly next: readonly ToolCall[];
  /** How often it was asked again because the answer was unclear. */
  readonly repeated: number;
}

export interface Memory {
  /** What the last turns were about, complete or waiting for a detail. */
  readonly goals: readonly Goal[];
  /** The latest goal with details that later ones may take over. */
  readonly latest?: Goal;
  readonly pending?: Pending;
  /** The calls whose results are being read out, and what was heard of them. */
  readonly reading?: { readonly calls: readonly DoneCall[]; readonly goals: readonly Goal[]; readonly heard: string };
  readonly last?: Turn;
  /** What was said before the caller's first word. */
  readonly opening: string;
  /** Turns in a row that were not understood. */
  readonly unclear: number;
  /** Values of slots that results have shown. */
  readonly shown: Readonly<Record<string, readonly string[]>>;
}

export const NOTHING: Memory = { goals: [], opening: '', unclear: 0, shown: {} };

const MAX_SHOWN = 100;

/** The memory after a turn is over. */
export function remember(turn: Turn, plans: Plans): Memory {
  const { move, before, said } = turn;
  const goals = goalsAfter(turn, plans);
  const latest = goals.findLast((goal) => plans.hasLatest(goal)) ?? before.latest;
  const pending = pendingAfter(turn);
  const reading = readingAfter(turn);
  return {
    goals,
    ...(latest === undefined ? {} : { latest }),
    ...(pending === undefined ? {} : { pending }),
    ...(reading === undefined ? {} : { reading }),
    last: turn,
    opening: before.opening,
    unclear: move.type === 'unclear' && said !== '' ? before.unclear + 1 : 0,
    shown: shownAfter(turn, plans),
  };
}

function goalsAfter({ move, before, calls }: Turn, plans: Plans): readonly Goal[] {
  if (move.type === 'cancel') return before.goals.filter((goal) => missingOf(goal) === undefined);
  const planned = move.type === 'do' ? move.goals : before.goals;
  // A call that the plan does not know (another model answered that turn, or a yes repeated one) says what was done.
  const kept = planned.filter((goal) => goal.call === undefined);
  const kinds = new Set(kept.map(({ plan }) => plan));
  const made = calls.map(({ call }) => plans.goalOf(call)).filter((goal) => goal !== undefined);
  const others = made.filter(({ plan }) => !kinds.has(plan));
  return others.length > 0 && move.type !== 'more' ? [...kept.filter((goal) => missingOf(goal)), ...others] : kept;
}

function pendingAfter({ before, calls }: Turn): Pending | undefined {
  const answeredWith = (code: string): ToolCall[] =>
    calls.filter(({ outcome }) => outcome?.ok === false && outcome.code === code).map(({ call }) => call);
  const asked = answeredWith('confirmation_required');
  if (asked.length === 0) return undefined;
  const earlier = new Set(before.pending?.calls.map(callKey));
  const again = asked.every((call) => earlier.has(callKey(call)));
  return { calls: asked, next: answeredWith('postponed'), repeated: again ? (before.pending?.repeated ?? 0) + 1 : 0 };
}

function readingAfter({ move, before, calls, said }: Turn): Memory['reading'] {
  if (move.type === 'do') {
    const found = calls.filter(({ outcome }) => outcome?.ok === true);
    return found.length > 0 ? { calls: found, goals: move.goals, heard: said } : undefined;
  }
  if (move.type !== 'more' || before.reading === undefined) return before.reading;
  const { reading } = before;
  return {
    calls: calls.length > 0 ? calls : reading.calls,
    goals: reading.goals,
    heard: `${reading.heard} ${said}`,
  };
}

function shownAfter({ before, calls }: Turn, plans: Plans): Memory['shown'] {
  const found = calls.flatMap(({ call, outcome }) =>
    outcome?.ok === true ? (plans.tool(call.name)?.shown?.(outcome.data) ?? []) : [],
  );
  if (found.length === 0) return before.shown;
  const shown: Record<string, readonly string[]> = { ...before.shown };
  for (const [slot, value] of found) shown[slot] = [...new Set([...(shown[slot] ?? []), value])].slice(-MAX_SHOWN);
  return shown;
}
