// What the caller wants done, complete or not, and the tool calls that do it.
import type { ToolCall } from '../llm.port.js';
import type { Period } from './calendar.js';
import type { ChartKind, Focus } from './understand.js';

export const TOOL = {
  query: 'query_transactions',
  email: 'send_email_report',
  chart: 'generate_transaction_chart',
  documents: 'search_documents',
  web: 'web_search',
} as const;

/** Rows that `query_transactions` may be asked for when its schema names no bound. */
export const MAX_ROWS = 50;

/** About the transactions of clients: no client means that the caller has to be asked. */
interface RecordGoalBase {
  readonly clients: readonly number[];
  readonly period: Period;
}
export interface QueryGoal extends RecordGoalBase {
  readonly kind: 'query';
  readonly focus: Focus;
  readonly category?: string;
  readonly limit?: number;
  /** The caller named an amount of money, which cannot be filtered by. */
  readonly amount: boolean;
}
export interface EmailGoal extends RecordGoalBase {
  readonly kind: 'email';
  readonly recipient?: string;
}
export interface ChartGoal extends RecordGoalBase {
  readonly kind: 'chart';
  readonly chartKind?: ChartKind;
}
export type RecordGoal = QueryGoal | EmailGoal | ChartGoal;

/** A question for the documents and then the web, or for the web alone. */
export interface AskGoal {
  readonly kind: 'ask' | 'web';
  /** Content words, those of the question that it follows up included. */
  readonly topic: readonly string[];
  /** Content words of this question alone. */
  readonly own: readonly string[];
  readonly question: string;
}

/** A call that was asked about and is to be made again as it was. */
export interface ConfirmedGoal {
  readonly kind: 'confirmed';
  readonly call: ToolCall;
}

export type Goal = RecordGoal | AskGoal | ConfirmedGoal;

export interface WantedCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

export type Missing = 'client' | 'recipient';

export const isRecordGoal = (goal: Goal): goal is RecordGoal =>
  goal.kind === 'query' || goal.kind === 'email' || goal.kind === 'chart';

/** What the caller has to be asked before the goal can be pursued. */
export function missingOf(goal: Goal): Missing | undefined {
  if (!isRecordGoal(goal)) return undefined;
  if (goal.clients.length === 0) return 'client';
  return goal.kind === 'email' && goal.recipient === undefined ? 'recipient' : undefined;
}

/** The calls to begin with; none while something is missing. `maxRows` is the most that the query tool gives. */
export function firstCalls(goal: Goal, maxRows = MAX_ROWS): readonly WantedCall[] {
  if (missingOf(goal) !== undefined) return [];
  if (goal.kind === 'query') {
    const limit = goal.focus === 'largest' ? maxRows : goal.limit; // the largest is looked for among the rows
    return perClient(goal, TOOL.query, { category: goal.category, limit });
  }
  if (goal.kind === 'email') return perClient(goal, TOOL.email, { recipient: goal.recipient });
  if (goal.kind === 'chart') return perClient(goal, TOOL.chart, { kind: goal.chartKind });
  if (goal.kind === 'confirmed') return [{ name: goal.call.name, arguments: goal.call.arguments }];
  return goal.kind === 'web' ? [webCall(goal)] : [wanted(TOOL.documents, { query: goal.topic.join(' ') })];
}

export function webCall(goal: AskGoal): WantedCall {
  return wanted(TOOL.web, { query: goal.question });
}

function perClient(goal: RecordGoal, name: string, more: Readonly<Record<string, unknown>>): WantedCall[] {
  return goal.clients.map((client_id) =>
    wanted(name, { client_id, ...more, from: goal.period.from, to: goal.period.to }),
  );
}

/** JSON leaves out what is undefined. */
const wanted = (name: string, args: Readonly<Record<string, unknown>>): WantedCall => ({
  name,
  arguments: JSON.stringify(args),
});
