// What a turn means in the light of the conversation: follow-ups, corrections, answers to our questions, a yes or a no.
// Whether a yes lets something be done is not decided here: the platform's gate does that for every model.
import type { ToolCall } from '../llm.port.js';
import type { SlotPlan, ToolPlan } from '../plan.port.js';
import { OFFER } from '../plan.port.js';
import { missingOf, type Goal, type Plans, type Values } from './goal.js';
import type { Memory, Pending } from './memory.js';
import { callKey, type Outcome } from './outcome.js';
import { PHRASES, type SmallTalk } from './talk.js';
import { understand, type Clause, type UnderstandContext, type Utterance } from './understand.js';

export type Move =
  | { readonly type: 'do'; readonly goals: readonly Goal[]; readonly again?: boolean }
  /** A goal that waits for a detail is given up. */
  | { readonly type: 'cancel' }
  | { readonly type: 'more' }
  | { readonly type: 'repeat' }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'small-talk'; readonly topic: SmallTalk }
  | { readonly type: 'unclear' };

export interface InterpretContext extends Omit<UnderstandContext, 'expected'> {
  readonly plans: Plans;
}

const MAX_NO_WORDS = 6;
/** Words that a follow-up question takes over from the one before. */
const MAX_INHERITED = 6;
/** A question with more content words of its own stands alone, whatever its "it" means. */
const MAX_REFERRING = 2;
const PRONOUN = /\b(it|that|this|they|them|those|these)\b/;
/** A question in these words only is about what we have just asked: "is that the right address". */
const ABOUT_ASKING = 'address addresses number name day date time right correct'.split(' ');

/** Decides what to do about the caller's words. `settled`: what came of the call that the caller was asked about. */
export function interpret(memory: Memory, text: string, context: InterpretContext, settled?: Outcome): Move {
  const { plans } = context;
  const waiting = memory.goals.map(missingOf).find((missing) => missing !== undefined);
  const known = Object.fromEntries(
    plans.slots.map(({ name }) => [name, [...(context.known[name] ?? []), ...(memory.shown[name] ?? [])]]),
  );
  const said = understand(text, { ...context, known, expected: waiting });
  const goals = goalsOf(said, memory, plans);
  if (memory.pending !== undefined) return answered(memory.pending, said, goals, plans, settled);
  if (said.refuses && said.clauses.every((clause) => !hasDetail(clause, plans))) {
    const able = [...memory.goals.map(({ plan }) => plan).toReversed(), ...plans.tools];
    return {
      type: 'say',
      text: able.find(({ declined }) => declined !== undefined)?.declined?.[0] ?? PHRASES.declined,
    };
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

/** Whether the clause names a detail that is a request on its own. */
const hasDetail = (clause: Clause, plans: Plans): boolean => plans.slots.some((slot) => names(slot, clause.values));

/**
 * The turn after "I will send ... Shall I?". Whether it was a yes is not for us to say: then there is a result to tell.
 * Without one, anything new is done instead, and what is unclear is asked about once more.
 */
function answered(
  pending: Pending,
  said: Utterance,
  goals: readonly Goal[],
  plans: Plans,
  settled: Outcome | undefined,
): Move {
  const asked = new Set(pending.calls.map(callKey));
  const fresh = goals.filter((goal) => !isAbout(goal, asked, plans));
  const again = pending.calls.flatMap((call) => repeated(call, plans));
  const [no = PHRASES.declined, unclear = PHRASES.dropped] = again[0]?.plan.declined ?? [];
  const declined = settled?.ok === false && settled.code === 'declined';
  if (settled !== undefined && !declined) {
    return { type: 'do', goals: [...again, ...pending.next.flatMap((call) => repeated(call, plans)), ...fresh] };
  }
  const repeats = goals.length > fresh.length && goals.some(({ question }) => question === undefined);
  const agrees = (said.yes || repeats) && !said.no;
  if (fresh.length > 0) {
    // "Yes, and draw a chart": asked about once more, after the chart.
    const changes = fresh.some(
      ({ plan, question }) => question !== undefined || again.some((goal) => goal.plan === plan),
    );
    return { type: 'do', goals: [...(agrees && !changes ? again : []), ...fresh] };
  }
  if (declined || (said.no && !said.surely && said.social !== 'wait')) return { type: 'say', text: no };
  if (said.social === 'goodbye') return { type: 'small-talk', topic: 'goodbye' };
  return pending.repeated === 0 || agrees ? { type: 'do', goals: again } : { type: 'say', text: unclear };
}

/** The same call once more. */
function repeated(call: ToolCall, plans: Plans): readonly Goal[] {
  const plan = plans.tool(call.name);
  return plan === undefined ? [] : [{ plan, values: plans.goalOf(call)?.values ?? {}, call }];
}

/** Whether the goal is what was asked about anyway, or a question about that. */
function isAbout(goal: Goal, asked: ReadonlySet<string>, plans: Plans): boolean {
  if (goal.question !== undefined) {
    const { slots, verbs = [] } = plans.planner;
    const words = new Set([
      ...ABOUT_ASKING,
      ...slots.map(({ name }) => name),
      ...verbs,
      ...verbs.map((verb) => `${verb}ing`),
    ]);
    return goal.question.topic.every((word) => words.has(word));
  }
  const calls = plans.callsOf(goal, {
    values: goal.values,
    maxRows: 0,
    today: { year: 0, month: 1, day: 1 },
    answers: 1,
  });
  return missingOf(goal) === undefined && calls.every((call) => asked.has(callKey(call)));
}

/** The goals of a turn; none when it is about nothing that tools could do. */
function goalsOf(said: Utterance, memory: Memory, plans: Plans): readonly Goal[] {
  const goals: Goal[] = [];
  let latest = memory.latest;
  for (const clause of said.clauses) {
    const previous = goals.length > 0 ? goals : memory.goals;
    const found = new Clauses(plans, previous, latest, said).goals(clause);
    goals.push(...found);
    latest = found.findLast((goal) => plans.hasLatest(goal)) ?? latest;
  }
  return goals;
}

/** Reads clauses in their surroundings: what was wanted before, and the latest request that named something. */
class Clauses {
  constructor(
    private readonly plans: Plans,
    private readonly previous: readonly Goal[],
    private readonly latest: Goal | undefined,
    private readonly said: Utterance,
  ) {}

  goals(clause: Clause): readonly Goal[] {
    const { wish, values } = clause;
    const named = hasDetail(clause, this.plans);
    const replaced = named ? [] : this.rejected();
    if (replaced.length > 0) return replaced;
    if (wish !== undefined && wish.answers === undefined) return [this.request(wish, clause)];
    const question = wish === undefined ? undefined : this.question(wish, clause);
    if (question !== undefined) return [question];
    const refines = this.latest !== undefined && this.plans.slots.some((slot) => strong(slot, values));
    if (named || refines) return this.fragment(clause);
    const asking = this.plans.tools.find(({ answers }) => answers === 'topic');
    const leaning = clause.elliptical && asking !== undefined ? this.question(asking, clause) : undefined;
    return leaning === undefined ? [] : [leaning];
  }

  /** A full request: what it does not say is taken from before, by each slot's rule. */
  private request(plan: ToolPlan, clause: Clause): Goal {
    const slots = this.plans.slotsOf(plan);
    const same = this.previous.findLast((goal) => goal.plan === plan);
    const keeps = clause.elliptical || this.said.no;
    const anew = slots.some(({ name, carry }) => carry === 'latest' && clause.values[name] !== undefined);
    const carried = ({ name, carry }: SlotPlan): unknown => {
      switch (carry) {
        case 'latest':
          return this.latest?.values[name];
        case 'along':
          return !anew || keeps ? (same ?? this.latest)?.values[name] : undefined;
        case 'same':
          return same?.values[name];
        case 'corrected':
          return keeps ? same?.values[name] : undefined;
        case undefined:
        default:
          return undefined;
      }
    };
    return { plan, values: definedOf(slots.map((slot) => [slot.name, clause.values[slot.name] ?? carried(slot)])) };
  }

  /** Details without a request ("and for client 5002", "what about april"): the previous request with those changed. */
  private fragment(clause: Clause): readonly Goal[] {
    const said = this.plans.slots.filter((slot) => names(slot, clause.values) || strong(slot, clause.values));
    const takes = ({ slots }: ToolPlan, every: boolean): boolean =>
      every ? said.every((slot) => slots.includes(slot.name)) : said.some((slot) => slots.includes(slot.name));
    const all = this.plans.tools.filter((plan) => takes(plan, true));
    const owners = all.length > 0 ? all : this.plans.tools.filter((plan) => takes(plan, false));
    const before = this.previous.filter(({ plan }) => plan.answers === undefined);
    const targets = before.length > 0 ? before : this.latest === undefined ? [] : [this.latest];
    const fitting = targets.filter(({ plan }) => owners.includes(plan));
    if (fitting.length > 0) return fitting.map((goal) => this.changed(goal, clause));
    const usual = this.plans.tool(this.plans.planner.usual);
    const plan = usual !== undefined && owners.includes(usual) ? usual : owners[0];
    return plan === undefined ? [] : [this.request(plan, { ...clause, elliptical: true })];
  }

  private changed({ plan, values }: Goal, clause: Clause): Goal {
    const slots = this.plans.slotsOf(plan);
    const kept = ({ name, momentary }: SlotPlan): unknown => (momentary === true ? undefined : values[name]);
    return { plan, values: definedOf(slots.map((slot) => [slot.name, clause.values[slot.name] ?? kept(slot)])) };
  }

  /** "that is the wrong address": the same again, without the detail, so that it is asked for. */
  private rejected(): readonly Goal[] {
    for (const name of this.said.rejects) {
      const goal = this.previous.findLast(({ plan, values }) => plan.slots.includes(name) && name in values);
      if (goal === undefined) continue;
      const { [name]: _wrong, ...values } = goal.values;
      return [{ plan: goal.plan, values }];
    }
    return [];
  }

  /** "how long does it take" and "what about los angeles" are about the topic of the question before. */
  private question(plan: ToolPlan, clause: Clause): Goal | undefined {
    const before = this.previous.findLast((goal) => goal.question !== undefined)?.question;
    const refers = clause.topic.length <= MAX_REFERRING && PRONOUN.test(clause.question);
    const inherited = before !== undefined && (clause.elliptical || refers) ? before.topic.slice(-MAX_INHERITED) : [];
    const topic = [...new Set([...inherited, ...clause.topic])];
    if (topic.length === 0) return undefined;
    const question = [clause.question, ...inherited].join(' ');
    return { plan, values: {}, question: { topic, own: clause.topic, question } };
  }
}

/** A detail that makes a request by itself. */
const names = (slot: SlotPlan, values: Values): boolean => slot.isWeak === undefined && slot.name in values;
/** One that refines a request by itself. */
const strong = ({ name, isWeak }: SlotPlan, values: Values): boolean =>
  isWeak !== undefined && name in values && !isWeak(values[name]);

const definedOf = (entries: readonly (readonly [string, unknown])[]): Values =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined));
