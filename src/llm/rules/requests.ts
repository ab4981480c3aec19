// What a turn asks for: its clauses read in their surroundings, which are what was wanted before and the latest request that
// named something.
import { hasPronoun } from '../../spoken/answers.js';
import { isOfSpeaker } from '../../spoken/statements.js';
import type { Planner, SlotPlan, ToolPlan } from '../plan.port.js';
import type { Clause } from './clause.js';
import { latestOf, missingOf, valuesOf, type Goal, type Scene, type Values } from './goal.js';
import { isWish, THRESHOLD } from './intent.js';
import type { Memory } from './memory.js';
import type { Utterance } from './understand.js';

/** Words of a follow-up that nothing need understand. */
const MAX_UNREAD = 1;
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
  /** The tool that knows texts. */
  private readonly asking: ToolPlan | undefined;
  /** What is said when a clause names somebody and nothing that a tool could do. */
  refusal: string | undefined;

  constructor(
    private readonly said: Utterance,
    memory: Memory,
    { planner }: Scene,
  ) {
    this.planner = planner;
    this.asking = planner.tools.find(({ answers }) => answers === 'topic');
    this.previous = memory.goals;
    this.latest = memory.latest;
  }

  /** The goals of the turn; none when it is about nothing that tools could do. */
  goals(): readonly Goal[] {
    const goals: Goal[] = [];
    for (const clause of this.said.clauses) {
      if (clause.isContext) {
        this.begin(clause);
        continue;
      }
      goals.push(...this.goalsIn(clause));
      const wanted = goals.flatMap((goal) => goal.orElse ?? goal);
      if (wanted.length > 0) this.previous = wanted;
      this.latest = latestOf(wanted) ?? this.latest;
    }
    const doubt = goals.flatMap(({ plan, doubtful = [] }) =>
      doubtful.length > 0 ? (plan.doubt?.(doubtful) ?? []) : [],
    )[0];
    if (doubt !== undefined) {
      this.refusal = doubt;
      return [];
    }
    return goals.reduce<readonly Goal[]>((all, goal) => [...all.slice(0, -1), ...joined(all.at(-1), goal)], []);
  }

  /** "Nora Fields had her birthday in October. What did that cost her?": what is said of whoever speaks is no detail but whom. */
  private begin({ values, words }: Clause): void {
    const plan = this.planner.tools.find(({ tool }) => tool === this.planner.usual);
    if (plan === undefined) return;
    const isOwn = isOfSpeaker(words);
    const kept = ({ carry }: SlotPlan) => (carry === 'latest' || (carry !== undefined && !isOwn) ? values : undefined);
    const goal = goalWith(plan, {}, kept);
    if (latestOf([goal]) === undefined) return;
    this.previous = [goal];
    this.latest = goal;
  }

  /**
   * "my parcel never arrived": no request and no question, but perhaps something that there is a text about. `beside`: and what
   * looks like small talk, but asks more than that, "can i talk to this machine at three in the morning".
   */
  statement(beside: boolean): Goal | undefined {
    const [clause] = this.said.clauses;
    const { asking } = this;
    if (clause === undefined || asking === undefined || this.said.words.length < MIN_STATEMENT_WORDS) return undefined;
    return beside && !clause.isBeside(asking) ? undefined : this.question(asking, clause);
  }

  private named(values: Values): readonly SlotPlan[] {
    return this.planner.slots.filter((slot) => names(slot, values));
  }

  /** What was asked of tools before. */
  private get requested(): readonly Goal[] {
    return this.previous.filter(({ plan }) => plan.answers === undefined);
  }

  private goalsIn(clause: Clause): readonly Goal[] {
    const { intent, values, elliptical } = clause;
    const isNamed = this.named(values).length > 0;
    const rejected = isNamed ? undefined : this.rejected(clause);
    if (rejected !== undefined) return [rejected];
    const wish = isWish(intent) ? intent : undefined;
    if (wish !== undefined && wish.answers === undefined)
      return [this.perhapsQuestion(this.request(wish, clause), clause)];
    const followUp = wish === undefined ? [] : this.followUp(clause);
    if (followUp.length > 0) return followUp;
    const question = this.question(wish, clause);
    if (question !== undefined) return [question];
    const isRefined = this.latest !== undefined && this.planner.slots.some((slot) => refines(slot, values));
    if (isNamed || isRefined || this.adds(clause)) return this.fragment(clause);
    const leaning = elliptical ? this.question(this.asking, clause) : undefined;
    return leaning === undefined ? [] : [leaning];
  }

  /**
   * "and in November last year, what was it then": what could be a question, by one who goes on ("and ...") or corrects
   * himself, and is all but about the details of what tools were asked for before.
   */
  private followUp(clause: Clause): readonly Goal[] {
    if (this.requested.length === 0 || !(clause.elliptical || this.said.no)) return [];
    const named = this.planner.slots.filter((slot) => names(slot, clause.values) || refines(slot, clause.values));
    if (named.length === 0 && !this.adds(clause)) return [];
    // "Actually, how do refunds work": what a question may be about as well makes no request of one.
    const shared = this.planner.slots.flatMap(({ name, transparent = false }) => (transparent ? name : []));
    if (named.length > 0 && named.every(({ name }) => shared.includes(name))) return [];
    const { refusal } = this;
    const goals = this.fragment(clause);
    this.refusal = refusal;
    const { asking } = this;
    const isRead = (left: readonly string[]): boolean => {
      const words = left.flatMap((some) => some.split(' '));
      return words.length <= MAX_UNREAD && !(asking !== undefined && clause.isAbout(asking, words));
    };
    return goals.every(({ plan, left = [] }) => plan.answers === undefined && isRead(left)) ? goals : [];
  }

  /** "and marcus": a name that only the rest of the words can be, for the request before. */
  private adds(clause: Clause): boolean {
    const before = this.requested;
    const missing = before.map(missingOf);
    const isAnswer =
      !this.said.no && this.planner.slots.some((slot) => slot.rest === true && missing.includes(slot.name));
    if (before.length === 0 || !(clause.elliptical || isAnswer)) return false;
    return (
      this.named(
        clause.rest(
          before.map(({ plan }) => plan),
          {},
        ).values,
      ).length > 0
    );
  }

  /** A full request: what it does not say is taken from before, by each slot's rule. */
  private request(plan: ToolPlan, clause: Clause, elliptical = clause.elliptical): Goal {
    const { latest } = this;
    const { values, left, guessed, doubtful } = clause.rest([plan], elliptical ? {} : (latest?.values ?? {}));
    const same = this.previous.findLast((goal) => goal.plan === plan);
    const keeps = elliptical || this.said.no;
    const isAnew = plan.slots.some(({ name, carry }) => carry === 'latest' && values[name] !== undefined);
    const sources = {
      latest,
      same,
      along: isAnew && !keeps ? undefined : (same ?? latest),
      corrected: keeps ? same : undefined,
    };
    const { unheard } = clause;
    const carried = ({ name, carry }: SlotPlan) =>
      carry === undefined || unheard.includes(name) ? undefined : sources[carry]?.values;
    return { ...goalWith(plan, values, carried), left, guessed, doubtful, unheard };
  }

  /** "who gets to see what i spend": a request that lacks its client, or guesses it, where the words may be a question. */
  private perhapsQuestion(request: Goal, clause: Clause): Goal {
    const { asking } = this;
    const { guessed = false, left = [] } = request;
    if (asking === undefined || (missingOf(request) === undefined && !guessed)) return request;
    if (clause.weightFor(asking, guessed || left.length > 0) < (guessed ? 1 : THRESHOLD)) return request;
    const question = this.question(asking, clause);
    return question === undefined ? request : { ...question, orElse: [request] };
  }

  /** Details without a request ("and for client 5002", "what about april"): the previous request with those changed. */
  private fragment(clause: Clause): readonly Goal[] {
    const { slots, tools, usual } = this.planner;
    const { values, elliptical, intent } = clause;
    const said = slots.filter((slot) => names(slot, values) || refines(slot, values));
    const all = tools.filter((plan) => said.every((slot) => plan.slots.includes(slot)));
    const owners = all.length > 0 ? all : tools.filter((plan) => said.some((slot) => plan.slots.includes(slot)));
    const targets = this.requested.length > 0 ? this.requested : this.latest === undefined ? [] : [this.latest];
    const fitting = targets.filter(({ plan }) => owners.includes(plan));
    if (fitting.length > 0) {
      return fitting.map((goal) => {
        const others = tools.filter((plan) => plan.answers === undefined && plan !== goal.plan);
        const { values: changed, left, doubtful } = clause.rest([goal.plan, ...others], elliptical ? {} : goal.values);
        const { unheard } = clause;
        const kept = ({ name, momentary }: SlotPlan) =>
          momentary === true || unheard.includes(name) ? undefined : goal.values;
        return { ...goalWith(goal.plan, changed, kept), left, doubtful, unheard };
      });
    }
    const plan = owners.find(({ tool }) => tool === usual) ?? owners[0];
    if (plan === undefined) return [];
    const goal = this.request(plan, clause, true);
    const left = intent === undefined ? (goal.left ?? []) : [];
    // Only somebody's name is understood of it: what is wanted of him is not.
    if (left.length > 0 && said.every(({ several }) => several !== undefined)) this.refusal = plan.cannot?.(left);
    if (this.refusal !== undefined) return [];
    // "you are quick today" is talk, "can i reach you on a saturday" a question, and "in march" a request.
    const isDay = this.named(values).every(({ carry }) => carry === 'along');
    const isAside = isDay && targets.length === 0 && this.previous.length === 0;
    if (isAside && intent !== undefined && !isWish(intent)) return [];
    const question = isAside && left.length > 0 ? this.question(this.asking, clause) : undefined;
    return [question ?? goal];
  }

  /** "that is the wrong address", or one that nobody understands: the same again, without it, so that it is asked for. */
  private rejected({ unheard }: Clause): Goal | undefined {
    const text = this.said.words.join(' ');
    for (const slot of this.planner.slots) {
      const isUnheard = unheard.includes(slot.name);
      if (!isUnheard && slot.wrong?.test(text) !== true) continue;
      const goal = this.previous.findLast(
        ({ plan, values }) => plan.slots.includes(slot) && (isUnheard || slot.name in values),
      );
      if (goal !== undefined)
        return { ...goalWith(goal.plan, {}, (other) => (other === slot ? undefined : goal.values)), unheard };
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

/** "the money went out this morning. can you hold it back": what may be a request tells what the question after it is about. */
function joined(before: Goal | undefined, goal: Goal): readonly Goal[] {
  const [one, other] = [before?.question, goal.question];
  if (before?.orElse === undefined || before.plan !== goal.plan || one === undefined || other === undefined)
    return before === undefined ? [goal] : [before, goal];
  const both = (words: 'topic' | 'own') => [...new Set([...one[words], ...other[words]])];
  const question = { topic: both('topic'), own: both('own'), question: `${one.question} ${other.question}` };
  const guessed = before.orElse.filter((request) => request.guessed);
  const isOnly = guessed.length === 0 && goal.orElse === undefined;
  return [{ ...goal, question, orElse: isOnly ? undefined : [...guessed, ...(goal.orElse ?? [goal])] }];
}
