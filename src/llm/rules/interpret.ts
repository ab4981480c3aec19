// What a turn means in the light of the conversation: follow-ups, corrections, answers to our questions, a yes or a no.
import type { ToolCall } from '../llm.port.js';
import type { Clause, Utterance } from './understand.js';
import { understand } from './understand.js';
import type { Day } from './calendar.js';
import { firstCalls, isRecordGoal, missingOf, type AskGoal, type Goal, type RecordGoal } from './goal.js';
import type { Memory, Pending } from './memory.js';
import { callKey, type Outcome } from './tool-results.js';
import { OFFER, PHRASES, type SmallTalk } from './phrases.js';

export type Move =
  | { readonly type: 'do'; readonly goals: readonly Goal[]; readonly again?: boolean }
  /** The answer to "shall I send it?" was unclear, or the question was not heard: the call is made again, and asked about. */
  | { readonly type: 'ask-again' }
  /** A goal that waits for a detail is given up. */
  | { readonly type: 'cancel' }
  | { readonly type: 'more' }
  | { readonly type: 'repeat' }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'small-talk'; readonly topic: SmallTalk }
  | { readonly type: 'unclear' };

export interface InterpretContext {
  readonly today: Day;
  /** Lower-case. */
  readonly agentName: string;
  /** Names of categories that the tool lists, lower-case. */
  readonly categories: readonly string[];
}

const MAX_NO_WORDS = 6;
/** Words that a follow-up question takes over from the one before. */
const MAX_INHERITED = 6;
/** A question with more content words of its own stands alone, whatever its "it" means. */
const MAX_REFERRING = 2;
/** Ways to look at the same transactions that need no request around them: "and the total". */
const REFINING = ['total', 'breakdown', 'largest'] as const;
/** A question in these words only is about what we have just asked: "is that the right address". */
const ABOUT_SENDING = new Set(
  'address addresses email mail recipient client number right correct send sending'.split(' '),
);
const PRONOUN = /\b(it|that|this|they|them|those|these)\b/;

/** Decides what to do about the caller's words. `settled`: what came of the call that the caller was asked about. */
export function interpret(memory: Memory, text: string, context: InterpretContext, settled?: Outcome): Move {
  const waiting = memory.goals.map(missingOf).find((missing) => missing !== undefined);
  const said = understand(text, {
    today: context.today,
    agentName: context.agentName,
    categories: { known: [...context.categories, ...memory.categories] },
    expectClient: waiting === 'client',
  });
  const goals = goalsOf(said, memory);
  if (memory.pending !== undefined) return answered(memory.pending, said, goals, settled);
  if (said.refuses && said.clauses.every(({ slots }) => Object.keys(slots).length === 0)) {
    return { type: 'say', text: PHRASES.declined };
  }
  const { social } = said;
  const isSmallTalk = social === 'change' || social === 'date'; // whatever details are in it
  if (goals.length > 0 && !isSmallTalk) return { type: 'do', goals };
  if (social === 'more' || social === 'repeat') return { type: social };
  if (social !== undefined && !(social === 'wait' && waiting !== undefined))
    return { type: 'small-talk', topic: social };
  if (waiting !== undefined) return said.no ? { type: 'cancel' } : { type: 'do', goals: memory.goals, again: true };
  if (said.yes && !said.no) return offered(memory) ? { type: 'more' } : { type: 'say', text: PHRASES.ready };
  if (said.no && said.words.length <= MAX_NO_WORDS) return { type: 'say', text: PHRASES.fine };
  return { type: 'unclear' };
}

const offered = (memory: Memory): boolean => memory.last?.said.includes(OFFER) ?? false;

/**
 * The turn after "I will send ... Shall I?". Whether it was a yes is not for us to say: then there is a result to tell.
 * Without one, anything new is done instead.
 */
function answered(pending: Pending, said: Utterance, goals: readonly Goal[], settled: Outcome | undefined): Move {
  const asked = new Set(pending.calls.map(callKey));
  const fresh = goals.filter((goal) => !isAbout(goal, asked));
  const declined = settled?.ok === false && settled.code === 'declined';
  if (settled !== undefined && !declined) {
    return { type: 'do', goals: [...[...pending.calls, ...pending.next].map(confirmed), ...fresh] };
  }
  const agrees = said.yes && !said.no;
  if (fresh.length > 0) {
    // "Yes, and draw a chart": asked about once more, after the chart.
    const again = agrees && !said.asks && fresh.every((goal) => goal.kind !== 'email');
    return { type: 'do', goals: [...(again ? pending.calls.map(confirmed) : []), ...fresh] };
  }
  if (declined) return { type: 'say', text: PHRASES.declined };
  if (said.no && !said.surely && said.social !== 'wait') return { type: 'say', text: PHRASES.declined };
  if (said.social === 'goodbye') return { type: 'small-talk', topic: 'goodbye' };
  if (pending.repeated === 0 || agrees) return { type: 'ask-again' };
  return { type: 'say', text: PHRASES.dropped };
}

/** Whether the goal is what was asked about anyway, or a question about that. */
function isAbout(goal: Goal, asked: ReadonlySet<string>): boolean {
  if (goal.kind === 'ask') return goal.topic.every((word) => ABOUT_SENDING.has(word));
  return missingOf(goal) === undefined && firstCalls(goal).every((call) => asked.has(callKey(call)));
}

export const confirmed = (call: ToolCall): Goal => ({ kind: 'confirmed', call });

/** The goals of a turn; none when it is about nothing that tools could do. */
function goalsOf(said: Utterance, memory: Memory): readonly Goal[] {
  const goals: Goal[] = [];
  let records = memory.records;
  for (const clause of said.clauses) {
    const previous = goals.length > 0 ? goals : memory.goals;
    const found = clauseGoals(clause, { previous, records, corrects: said.no, rejects: said.rejects });
    goals.push(...found);
    records = found.filter(isRecordGoal).findLast((goal) => goal.clients.length > 0) ?? records;
  }
  return goals;
}

interface Surroundings {
  readonly previous: readonly Goal[];
  readonly records: RecordGoal | undefined;
  readonly corrects: boolean;
  readonly rejects: Utterance['rejects'];
}

function clauseGoals(clause: Clause, around: Surroundings): readonly Goal[] {
  const { task, slots } = clause;
  const replaced =
    around.rejects === undefined || Object.keys(slots).length > 0 ? [] : rejected(around.rejects, around);
  if (replaced.length > 0) return replaced;
  if (task === 'query' || task === 'email' || task === 'chart') return [recordGoal(task, clause, around)];
  const question = task === 'ask' || task === 'web' ? askGoal(task, clause, around) : undefined;
  if (question !== undefined) return [question];
  const refines =
    around.records !== undefined && (clause.chartKind ?? REFINING.find((focus) => focus === clause.focus));
  if (Object.keys(slots).length > 0 || refines) return fragment(clause, around);
  return clause.elliptical && clause.topic.length > 0
    ? [askGoal('ask', clause, around)].filter((goal) => goal !== undefined)
    : [];
}

/**
 * A full request. A client that is not named is the latest one, and then so is the period; a correction or "and ..."
 * keeps everything that it does not change.
 */
function recordGoal(kind: RecordGoal['kind'], clause: Clause, around: Surroundings): RecordGoal {
  const { slots, focus, chartKind, amount } = clause;
  const { records } = around;
  const same = around.previous.filter(isRecordGoal).findLast((goal) => goal.kind === kind);
  const keeps = clause.elliptical || around.corrects;
  const inherits = slots.clients === undefined || keeps;
  const clients = slots.clients ?? records?.clients ?? [];
  const period = slots.period ?? (inherits ? (same ?? records)?.period : undefined) ?? {};
  if (kind === 'chart') return { kind, clients, period, ...(chartKind === undefined ? {} : { chartKind }) };
  if (kind === 'email') {
    // "send it" right after talking of an address means that address; the caller is asked before it goes out.
    const recipient = slots.recipient ?? (same?.kind === 'email' ? same.recipient : undefined);
    return { kind, clients, period, ...(recipient === undefined ? {} : { recipient }) };
  }
  const category = slots.category ?? (keeps && same?.kind === 'query' ? same.category : undefined);
  return {
    kind,
    clients,
    period,
    focus: focus ?? (slots.category === undefined ? 'list' : 'total'),
    amount,
    ...(category === undefined ? {} : { category }),
    ...(slots.limit === undefined ? {} : { limit: slots.limit }),
  };
}

/** Details without a request ("and for client 5002", "what about april"): the previous request with those changed. */
function fragment(clause: Clause, around: Surroundings): readonly Goal[] {
  const previous = around.previous.filter(isRecordGoal);
  const targets = previous.length > 0 ? previous : around.records === undefined ? [] : [around.records];
  const kind = kindOf(clause);
  const fitting = targets.filter((goal) => kind === undefined || goal.kind === kind);
  if (fitting.length > 0) return fitting.map((goal) => changed(goal, clause));
  return [recordGoal(kind ?? 'query', { ...clause, elliptical: true }, around)];
}

/** What only one kind of request can have. */
function kindOf({ slots, chartKind, focus }: Clause): RecordGoal['kind'] | undefined {
  if (slots.recipient !== undefined) return 'email';
  if (slots.category !== undefined || slots.limit !== undefined) return 'query';
  if (chartKind === 'by_month') return 'chart'; // months are not read aloud
  if (chartKind !== undefined) return undefined; // a chart by category, or the amounts by category
  return REFINING.some((refining) => refining === focus) ? 'query' : undefined;
}

function changed(goal: RecordGoal, { slots, focus, chartKind, amount }: Clause): RecordGoal {
  const base = { clients: slots.clients ?? goal.clients, period: slots.period ?? goal.period };
  if (goal.kind === 'chart') return { ...goal, ...base, ...(chartKind === undefined ? {} : { chartKind }) };
  if (goal.kind === 'email')
    return { ...goal, ...base, ...(slots.recipient === undefined ? {} : { recipient: slots.recipient }) };
  return {
    ...goal,
    ...base,
    ...(slots.category === undefined ? {} : { category: slots.category }),
    ...(slots.limit === undefined ? {} : { limit: slots.limit }),
    focus: focus ?? (slots.category === undefined ? goal.focus : 'total'),
    amount,
  };
}

/** "that is the wrong address": the same again, without the detail, so that it is asked for. */
function rejected(what: 'client' | 'recipient', around: Surroundings): readonly Goal[] {
  const goal = around.previous
    .filter(isRecordGoal)
    .findLast((candidate) => what === 'client' || candidate.kind === 'email');
  if (goal === undefined) return [];
  if (what === 'client') return [{ ...goal, clients: [] }];
  return [{ kind: 'email', clients: goal.clients, period: goal.period }];
}

/** A question; "how long does it take" and "what about los angeles" are about the topic of the question before. */
function askGoal(kind: AskGoal['kind'], clause: Clause, around: Surroundings): AskGoal | undefined {
  const before = around.previous.findLast((goal) => goal.kind === 'ask' || goal.kind === 'web');
  const refers = clause.topic.length <= MAX_REFERRING && PRONOUN.test(clause.question);
  const leans = before !== undefined && 'topic' in before && (clause.elliptical || refers);
  const inherited = leans ? before.topic.slice(-MAX_INHERITED) : [];
  const topic = [...new Set([...inherited, ...clause.topic])];
  if (topic.length === 0) return undefined;
  return { kind, topic, own: clause.topic, question: [clause.question, ...inherited].join(' ') };
}
