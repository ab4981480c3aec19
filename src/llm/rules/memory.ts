// What the conversation so far amounts to, as a fold over its messages: nothing is kept between two answers.
import type { ToolCall } from '../llm.port.js';
import type { Goal, RecordGoal } from './goal.js';
import { isRecordGoal, missingOf, TOOL } from './goal.js';
import type { Move } from './interpret.js';
import { argumentsOf, queryData, type Outcome } from './tool-results.js';

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
  /** The latest goal about a client that had one. */
  readonly records?: RecordGoal;
  readonly pending?: Pending;
  /** The calls whose results are being read out, and what was heard of them. */
  readonly reading?: { readonly calls: readonly DoneCall[]; readonly goals: readonly Goal[]; readonly heard: string };
  readonly last?: Turn;
  /** What was said before the caller's first word. */
  readonly opening: string;
  /** Turns in a row that were not understood. */
  readonly unclear: number;
  /** Names of categories that results have shown, lower-case. */
  readonly categories: readonly string[];
}

export const NOTHING: Memory = { goals: [], opening: '', unclear: 0, categories: [] };

/** The memory after a turn is over. */
export function remember(turn: Turn): Memory {
  const { move, before, calls, said } = turn;
  const goals = goalsAfter(turn);
  const records = goals.filter(isRecordGoal).findLast((goal) => goal.clients.length > 0) ?? before.records;
  const pending = pendingAfter(turn);
  const reading = readingAfter(turn);
  return {
    goals,
    ...(records === undefined ? {} : { records }),
    ...(pending === undefined ? {} : { pending }),
    ...(reading === undefined ? {} : { reading }),
    last: turn,
    opening: before.opening,
    unclear: move.type === 'unclear' && said !== '' ? before.unclear + 1 : 0,
    categories: [...new Set([...before.categories, ...calls.flatMap(categoriesOf)])].slice(-100),
  };
}

function goalsAfter({ move, before, calls }: Turn): readonly Goal[] {
  if (move.type === 'cancel') return before.goals.filter((goal) => missingOf(goal) === undefined);
  const planned = move.type === 'do' ? move.goals : before.goals;
  // A call that the plan does not know (another model answered that turn, or a yes repeated one) says what was done.
  const kinds = new Set(planned.map((goal) => goal.kind));
  const made = calls.map(({ call }) => goalOf(call)).filter((goal) => goal !== undefined);
  const others = made.filter((goal) => !kinds.has(goal.kind));
  const kept = planned.filter((goal) => goal.kind !== 'confirmed');
  return others.length > 0 && move.type !== 'more' ? [...kept.filter((goal) => missingOf(goal)), ...others] : kept;
}

function goalOf(call: ToolCall): RecordGoal | undefined {
  const args = argumentsOf(call.arguments);
  const text = (key: string): string | undefined => (typeof args[key] === 'string' ? args[key] : undefined);
  const client = args['client_id'];
  if (typeof client !== 'number') return undefined;
  const [from, to] = [text('from'), text('to')];
  const base = {
    clients: [client],
    period: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  };
  const category = text('category');
  const recipient = text('recipient');
  switch (call.name) {
    case TOOL.query:
      return { kind: 'query', ...base, focus: 'list', amount: false, ...(category === undefined ? {} : { category }) };
    case TOOL.email:
      return { kind: 'email', ...base, ...(recipient === undefined ? {} : { recipient }) };
    case TOOL.chart:
      return { kind: 'chart', ...base };
    default:
      return undefined;
  }
}

function pendingAfter({ move, before, calls }: Turn): Pending | undefined {
  const answeredWith = (code: string): ToolCall[] =>
    calls.filter(({ outcome }) => outcome?.ok === false && outcome.code === code).map(({ call }) => call);
  const asked = answeredWith('confirmation_required');
  if (asked.length === 0) return undefined;
  const repeated = move.type === 'ask-again' ? (before.pending?.repeated ?? 0) + 1 : 0;
  return { calls: asked, next: answeredWith('postponed'), repeated };
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

function categoriesOf({ call, outcome }: DoneCall): string[] {
  const data = call.name === TOOL.query && outcome?.ok === true ? queryData(outcome.data) : undefined;
  return data?.by_category.map(({ category }) => category.toLowerCase()) ?? [];
}
