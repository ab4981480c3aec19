// What a turn asks for: its clauses read in their surroundings, which are what was wanted before and the latest request that
// named something.
import { hasPronoun } from '../../spoken/answers.js';
import type { Planner, SlotPlan, ToolPlan } from '../plan.port.js';
import { isGuessed, joined } from './asked-first.js';
import { latestOf, missingOf, valuesOf, type Goal, type Scene, type Values } from './goal.js';
import { isWish, THRESHOLD } from './intent.js';
import type { Memory } from './memory.js';
import type { Clause, Utterance } from './understand.js';

/** Fewer words tell nothing: "yes exactly", "blue". */
const MIN_STATEMENT_WORDS = 3;
/** Words that a follow-up question takes over from the one before. */
const MAX_INHERITED = 6;
/** A question with more content words of its own stands alone, whatever its "it" means. */
const MAX_REFERRING = 2;

/** Whether a detail of the slot makes a request by itself. */
export const names = (slot: SlotPlan, values: Values): boolean => slot.isWeak === undefined && slot.name in values;
/** Whether it refines a request by itself. */
const refines = (slot: SlotPlan, values: Values): boolean =>
  slot.name in values && slot.isWeak?.(values[slot.name]) === false;

export class Requests {
  private previous: readonly Goal[];
  private latest: Goal | undefined;
  private readonly planner: Planner;
  /** What is said when a clause names somebody and nothing that a tool could do. */
  refusal: string | undefined;

  constructor(
    private readonly said: Utterance,
    memory: Memory,
    private readonly scene: Scene,
  ) {
    this.planner = scene.planner;
    this.previous = memory.goals;
    this.latest = memory.latest;
  }

  /** The goals of the turn; none when it is about nothing that tools could do. */
  goals(): readonly Goal[] {
    const goals: Goal[] = [];
    for (const clause of this.said.clauses) {
      goals.push(...this.goalsIn(clause));
      const wanted = goals.flatMap((goal) => goal.orElse ?? goal);
      if (wanted.length > 0) this.previous = wanted;
      this.latest = latestOf(wanted) ?? this.latest;
    }
    return joined(goals);
  }

  /** "my parcel never arrived": no request and no question, but perhaps something that there is a text about. */
  statement(otherwise: string): Goal | undefined {
    const [clause] = this.said.clauses;
    const isLong = clause !== undefined && this.said.words.length >= MIN_STATEMENT_WORDS;
    const goal = isLong ? this.question(this.asking, clause) : undefined;
    return goal === undefined ? undefined : { ...goal, perhaps: otherwise };
  }

  /** "can i talk to this machine at three in the morning": what looks like small talk, but asks more than that. */
  beside(otherwise: string): Goal | undefined {
    const [clause] = this.said.clauses;
    const plan = this.asking;
    const asks = clause !== undefined && plan !== undefined && clause.weightBeside(plan) > 0;
    return asks ? this.statement(otherwise) : undefined;
  }

  /** The tool that knows texts. */
  private get asking(): ToolPlan | undefined {
    return this.planner.tools.find(({ answers }) => answers === 'topic');
  }

  private named(values: Values): readonly SlotPlan[] {
    return this.planner.slots.filter((slot) => names(slot, values));
  }

  private goalsIn(clause: Clause): readonly Goal[] {
    const { intent, values, elliptical } = clause;
    const named = this.named(values);
    const rejected = named.length > 0 ? undefined : this.rejected();
    if (rejected !== undefined) return [rejected];
    const wish = isWish(intent) ? intent : undefined;
    if (wish !== undefined && wish.answers === undefined)
      return [this.perhapsQuestion(this.request(wish, clause), clause)];
    const question = this.question(wish, clause);
    if (question !== undefined) return [question];
    if (named.length > 0) {
      // Only a day is mentioned: nothing was asked before, and nothing in it asks a tool.
      const isNew = this.latest === undefined && this.previous.length === 0 && wish === undefined;
      return isNew && named.every(({ carry }) => carry === 'along') ? this.aside(clause) : this.fragment(clause);
    }
    if (this.latest !== undefined && this.planner.slots.some((slot) => refines(slot, values)))
      return this.fragment(clause);
    if (this.adds(clause)) return this.fragment(clause);
    const leaning = elliptical ? this.question(this.asking, clause) : undefined;
    return leaning === undefined ? [] : [leaning];
  }

  /** "you are quick today" is talk, "can i reach you on a saturday" a question, and "in march" a request. */
  private aside(clause: Clause): readonly Goal[] {
    if (clause.intent !== undefined) return [];
    const plans = this.planner.tools.filter(({ tool }) => tool === this.planner.usual);
    const isAsked = plans.length > 0 && clause.rest(plans, { values: clause.values, before: {} }).left.length > 0;
    const question = isAsked ? this.question(this.asking, clause) : undefined;
    return question === undefined ? this.fragment(clause) : [question];
  }

  /** "and marcus": a name that only the rest of the words can be, for the request before. */
  private adds({ values, elliptical, rest }: Clause): boolean {
    const before = this.previous.filter(({ plan, question }) => plan.answers === undefined && question === undefined);
    const missing = before.map(missingOf);
    const isAnswer =
      !this.said.no && this.planner.slots.some((slot) => slot.rest === true && missing.includes(slot.name));
    if (before.length === 0 || !(elliptical || isAnswer)) return false;
    const plans = before.map(({ plan }) => plan);
    return this.named(rest(plans, { values, before: {} }).values).length > 0;
  }

  /** A full request: what it does not say is taken from before, by each slot's rule. */
  private request(plan: ToolPlan, { elliptical, rest, values: said }: Clause): Goal {
    const { latest } = this;
    const { values: named, left } = rest([plan], { values: said, before: elliptical ? {} : (latest?.values ?? {}) });
    const values = { ...said, ...named };
    const same = this.previous.findLast((goal) => goal.plan === plan);
    const keeps = elliptical || this.said.no;
    const isAnew = plan.slots.some(({ name, carry }) => carry === 'latest' && values[name] !== undefined);
    const sources = {
      latest,
      same,
      along: isAnew && !keeps ? undefined : (same ?? latest),
      corrected: keeps ? same : undefined,
    };
    const carried = ({ carry }: SlotPlan) => (carry === undefined ? undefined : sources[carry]?.values);
    const guessed = isGuessed(plan, named, this.scene);
    return { ...goalWith(plan, values, carried), left, ...(guessed ? { guessed } : {}) };
  }

  /** "who gets to see what i spend": a request that lacks its client, or guesses it, where the words may be a question. */
  private perhapsQuestion(request: Goal, clause: Clause): Goal {
    const plan = this.asking;
    const { guessed = false, left = [] } = request;
    if (plan === undefined || (missingOf(request) === undefined && !guessed)) return request;
    if (clause.weightFor(plan, guessed || left.length > 0) < (guessed ? 1 : THRESHOLD)) return request;
    const question = this.question(plan, clause);
    return question === undefined ? request : { ...question, orElse: [request] };
  }

  /** Details without a request ("and for client 5002", "what about april"): the previous request with those changed. */
  private fragment(clause: Clause): readonly Goal[] {
    const { slots, tools, usual } = this.planner;
    const { values, elliptical, rest } = clause;
    const others = tools.filter(({ answers }) => answers === undefined);
    const said = slots.filter((slot) => names(slot, values) || refines(slot, values));
    const all = tools.filter((plan) => said.every((slot) => plan.slots.includes(slot)));
    const owners = all.length > 0 ? all : tools.filter((plan) => said.some((slot) => plan.slots.includes(slot)));
    const before = this.previous.filter(({ plan }) => plan.answers === undefined);
    const targets = before.length > 0 ? before : this.latest === undefined ? [] : [this.latest];
    const fitting = targets.filter(({ plan }) => owners.includes(plan));
    if (fitting.length > 0) {
      return fitting.map((goal) => {
        const plans = [goal.plan, ...others.filter((plan) => plan !== goal.plan)];
        const { values: named, left } = rest(plans, { values, before: elliptical ? {} : goal.values });
        const kept = ({ momentary }: SlotPlan) => (momentary === true ? undefined : goal.values);
        return { ...goalWith(goal.plan, { ...values, ...named }, kept), left };
      });
    }
    const plan = owners.find(({ tool }) => tool === usual) ?? owners[0];
    if (plan === undefined) return [];
    const goal = this.request(plan, { ...clause, elliptical: true });
    // Only somebody's name is understood of it: what is wanted of him is not.
    const isBare = said.every((slot) => slot.several !== undefined) && clause.intent === undefined;
    if (isBare && goal.left !== undefined && goal.left.length > 0) this.refusal = plan.cannot?.(goal.left);
    return this.refusal === undefined ? [goal] : [];
  }

  /** "that is the wrong address": the same again, without the detail, so that it is asked for. */
  private rejected(): Goal | undefined {
    const text = this.said.words.join(' ');
    for (const slot of this.planner.slots) {
      if (slot.wrong?.test(text) !== true) continue;
      const goal = this.previous.findLast(({ plan, values }) => plan.slots.includes(slot) && slot.name in values);
      if (goal !== undefined) return goalWith(goal.plan, {}, (other) => (other === slot ? undefined : goal.values));
    }
    return undefined;
  }

  /** "how long does it take" and "what about los angeles" are about the topic of the question before. */
  private question(plan: ToolPlan | undefined, { topic: own, question: text, elliptical }: Clause): Goal | undefined {
    const before = this.previous.findLast((goal) => goal.question !== undefined)?.question;
    const refers = own.length <= MAX_REFERRING && hasPronoun(text);
    const inherited = elliptical || refers ? (before?.topic.slice(-MAX_INHERITED) ?? []) : [];
    const topic = [...new Set([...inherited, ...own])];
    if (plan === undefined || topic.length === 0) return undefined;
    return { plan, values: {}, question: { topic, own, question: [text, ...inherited].join(' ') } };
  }
}

/** What is said for each slot, or else the value among those of `otherwise`. */
const goalWith = (plan: ToolPlan, said: Values, otherwise: (slot: SlotPlan) => Values | undefined): Goal => ({
  plan,
  values: valuesOf(plan, (slot) => said[slot.name] ?? otherwise(slot)?.[slot.name]),
});
