// What a turn means in the light of the conversation: follow-ups, corrections, answers to our questions, a yes or a no.
// Whether a yes lets something be done is not decided here: the platform's gate does that for every model.
import { OFFER, type Planner, type SlotPlan, type ToolPlan } from '../plan.port.js';
import { callsOf, latestOf, missingOf, repeated, valuesOf, type Goal, type Scene, type Values } from './goal.js';
import { isGuessed } from './asked-first.js';
import { isWish, THRESHOLD } from './intent.js';
import type { Memory, Pending } from './memory.js';
import { callKey, isFailure, type Outcome } from './outcome.js';
import { filled, PHRASES } from './talk.js';
import { understand, type Clause, type Utterance } from './understand.js';

export type Move =
  | { readonly type: 'do'; readonly goals: readonly Goal[]; readonly again?: boolean }
  | { readonly type: 'more' | 'repeat' }
  /** `cancel` gives up a goal that waits for a detail. */
  | { readonly type: 'say' | 'cancel' | 'unclear'; readonly text: string };

const MAX_NO_WORDS = 6;
/** Fewer words tell nothing: "yes exactly", "blue". */
const MIN_STATEMENT_WORDS = 3;
/** Words that a follow-up question takes over from the one before. */
const MAX_INHERITED = 6;
/** A question with more content words of its own stands alone, whatever its "it" means. */
const MAX_REFERRING = 2;
const PRONOUN = /\b(it|that|this|they|them|those|these)\b/;
/** A question in these words only is about what we have just asked: "is that the right address". */
const ABOUT_ASKING = 'address addresses number name day date time right correct'.split(' ');

/** Decides what to do about the caller's words. `settled`: what came of the call that the caller was asked about. */
export function interpret(memory: Memory, text: string, scene: Scene, settled?: Outcome): Move {
  const { slots, tools } = scene.planner;
  const waiting = memory.goals.map(missingOf).find((missing) => missing !== undefined);
  const said = understand(text, { asked: waiting, shown: memory.shown }, scene);
  const clauses = new Clauses(said, memory, scene);
  const goals = clauses.goals();
  const say = (phrase: string, type: 'say' | 'cancel' | 'unclear' = 'say'): Move => ({
    type,
    text: filled(phrase, scene.words),
  });
  const { social } = said;
  if (memory.pending !== undefined) {
    const answer = answered(memory.pending, said, goals, scene, settled);
    if (typeof answer === 'string') return say(answer);
    const again = settled === undefined && answer.every(({ call }) => call !== undefined);
    return { type: 'do', goals: answer, again };
  }
  const guess = memory.last?.said ?? '';
  const meant = goals.length > 0 || said.yes === said.no ? undefined : scene.planner.guessed?.(guess, said.yes);
  if (meant !== undefined) return interpret(memory, meant, scene);
  if (said.refuses && !said.clauses.some(({ values }) => slots.some((slot) => names(slot, values)))) {
    const able = [...memory.goals.map(({ plan }) => plan).toReversed(), ...tools];
    return say(able.find(({ declined }) => declined !== undefined)?.declined?.[0] ?? PHRASES.declined);
  }
  const isSmallTalk = /^(change|date|refusal)$/.test(social?.name ?? ''); // whatever details are in it
  if (goals.length > 0 && !isSmallTalk) return { type: 'do', goals };
  if (clauses.refusal !== undefined && !isSmallTalk) return say(clauses.refusal);
  const isIdle = social?.name === 'more' && memory.reading === undefined && waiting === undefined;
  const mentions = isIdle ? clauses.beside(PHRASES.nothingToContinue) : undefined;
  if (mentions !== undefined) return { type: 'do', goals: [mentions] };
  if (social?.name === 'more' || social?.name === 'repeat') return { type: social.name };
  if (social?.say !== undefined && !(social.name === 'wait' && waiting !== undefined)) {
    const asked = waiting === undefined ? clauses.beside(filled(social.say, scene.words)) : undefined;
    return asked === undefined ? say(social.say) : { type: 'do', goals: [asked] };
  }
  if (waiting !== undefined && said.no) return say(PHRASES.cancelled, 'cancel');
  if (waiting !== undefined) return { type: 'do', goals: memory.goals, again: true };
  const otherwise = notUnderstood(memory, text, said);
  if (otherwise.type === 'more') return otherwise;
  const statement = clauses.statement(filled(otherwise.text, scene.words));
  return statement === undefined ? say(otherwise.text, otherwise.type) : { type: 'do', goals: [statement] };
}

/** What comes of words that are no wish and no small talk, when nothing is known about them either. */
function notUnderstood(
  { last }: Memory,
  text: string,
  said: Utterance,
): { readonly type: 'more' } | { readonly type: 'say' | 'unclear'; readonly text: string } {
  if (said.yes && !said.no)
    return last?.said.includes(OFFER) === true ? { type: 'more' } : { type: 'say', text: PHRASES.ready };
  if (said.no && said.words.length <= MAX_NO_WORDS) return { type: 'say', text: PHRASES.fine };
  const { opening, unclear, stillUnclear } = PHRASES;
  return { type: 'unclear', text: text === '' ? opening : last?.move.type === 'unclear' ? stillUnclear : unclear };
}

/**
 * The turn after "I will send ... Shall I?": what to do or to say. Whether it was a yes is not for us to say: then there is a
 * result to tell. Without one, anything new is done instead, and what is unclear is asked about once more.
 */
function answered(
  pending: Pending,
  said: Utterance,
  goals: readonly Goal[],
  scene: Scene,
  settled: Outcome | undefined,
): readonly Goal[] | string {
  const again = pending.calls.flatMap((call) => repeated(scene.planner, call));
  const asked = new Set(pending.calls.map(callKey));
  const fresh = goals.filter((goal) => !isAbout(goal, asked, scene));
  const [no = PHRASES.declined, unclear = PHRASES.dropped] = again[0]?.plan.declined ?? [];
  const declined = isFailure(settled, 'declined');
  if (settled !== undefined && !declined) {
    return [...again, ...pending.next.flatMap((call) => repeated(scene.planner, call)), ...fresh];
  }
  const repeats = goals.length > fresh.length && goals.some(({ question }) => question === undefined);
  const agrees = (said.yes || repeats) && !said.no;
  if (fresh.length > 0) {
    const isChange = ({ plan, question }: Goal) => question !== undefined || again.some((goal) => goal.plan === plan);
    // "Yes, and draw a chart": asked about once more, after the chart.
    return agrees && !fresh.some(isChange) ? [...again, ...fresh] : fresh;
  }
  if (declined || (said.no && !said.surely && said.social?.name !== 'wait')) return no;
  if (said.social?.name === 'goodbye') return said.social.say ?? '';
  return pending.repeated === 0 || agrees ? again : unclear;
}

/** Whether the goal is what was asked about anyway, or a question about that. */
function isAbout(goal: Goal, asked: ReadonlySet<string>, scene: Scene): boolean {
  const { slots, verbs = [] } = scene.planner;
  if (goal.question === undefined) {
    return missingOf(goal) === undefined && callsOf(goal, scene).every((call) => asked.has(callKey(call)));
  }
  const words = [...ABOUT_ASKING, ...slots.map(({ name }) => name), ...verbs.flatMap((verb) => [verb, `${verb}ing`])];
  return goal.question.topic.every((word) => words.includes(word));
}

/** Reads the clauses of a turn in their surroundings: what was wanted before, and the latest request that named something. */
class Clauses {
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
      const found = this.goalsIn(clause);
      goals.push(...found);
      const wanted = goals.map(({ orElse, ...goal }) => orElse ?? goal);
      if (wanted.length > 0) this.previous = wanted;
      this.latest = latestOf(wanted) ?? this.latest;
    }
    return goals;
  }

  /** "my parcel never arrived": no request and no question, but perhaps something that there is a text about. */
  statement(otherwise: string): Goal | undefined {
    const [clause] = this.said.clauses;
    if (clause === undefined || this.said.words.length < MIN_STATEMENT_WORDS) return undefined;
    const goal = this.question(this.answering(), clause);
    return goal === undefined ? undefined : { ...goal, perhaps: otherwise };
  }

  /** "can i talk to this machine at three in the morning": what looks like small talk, but asks more than that. */
  beside(otherwise: string): Goal | undefined {
    const [clause] = this.said.clauses;
    const plan = this.answering();
    const asks = clause !== undefined && plan !== undefined && clause.weightBeside(plan) > 0;
    return asks ? this.statement(otherwise) : undefined;
  }

  /** The tool that knows about topics. */
  private answering(): ToolPlan | undefined {
    return this.planner.tools.find(({ answers }) => answers === 'topic');
  }

  private goalsIn(clause: Clause): readonly Goal[] {
    const { intent, values, elliptical } = clause;
    const { slots } = this.planner;
    const named = slots.some((slot) => names(slot, values));
    const replaced = named ? undefined : this.rejected();
    if (replaced !== undefined) return [replaced];
    const wish = isWish(intent) ? intent : undefined;
    if (wish !== undefined && wish.answers === undefined)
      return [this.perhapsQuestion(this.request(wish, clause), clause)];
    const question = this.question(wish, clause);
    if (question !== undefined) return [question];
    const isRefined = this.latest !== undefined && slots.some((slot) => refines(slot, values));
    if (named && this.isAside(clause)) return this.aside(clause);
    if (named || isRefined) return this.fragment(clause);
    const added = this.added(clause);
    if (added.length > 0) return added;
    const leaning = elliptical ? this.question(this.answering(), clause) : undefined;
    return leaning === undefined ? [] : [leaning];
  }

  /** Whether the clause only mentions a day: nothing was asked before, and nothing in it asks a tool. */
  private isAside({ intent, values }: Clause): boolean {
    const { slots } = this.planner;
    const isAlong = slots.every((slot) => !names(slot, values) || slot.carry === 'along');
    return isAlong && this.latest === undefined && this.previous.length === 0 && !isWish(intent);
  }

  /** "you are quick today" is talk, "can i reach you on a saturday" a question, and "in march" a request. */
  private aside(clause: Clause): readonly Goal[] {
    if (clause.intent !== undefined) return [];
    const { tools, usual } = this.planner;
    const plan = tools.find(({ tool }) => tool === usual);
    const left = plan === undefined ? [] : clause.rest([plan], { values: clause.values, before: {} }).left;
    const asking = left.length === 0 ? undefined : this.answering();
    const question = this.question(asking, clause);
    return question === undefined ? this.fragment(clause) : [question];
  }

  /** "and marcus": a name that only the rest of the words can be, for the request before. */
  private added(clause: Clause): readonly Goal[] {
    const before = this.previous.filter(({ plan, question }) => plan.answers === undefined && question === undefined);
    const missing = before.map(missingOf);
    const isAnswer =
      !this.said.no && this.planner.slots.some(({ rest, name }) => rest === true && missing.includes(name));
    if (before.length === 0 || !(clause.elliptical || isAnswer)) return [];
    const { values } = clause.rest(
      before.map(({ plan }) => plan),
      { values: clause.values, before: {} },
    );
    return this.planner.slots.some((slot) => names(slot, values)) ? this.fragment(clause) : [];
  }

  /** A full request: what it does not say is taken from before, by each slot's rule. */
  private request(plan: ToolPlan, clause: Clause): Goal {
    const { elliptical } = clause;
    const { latest, said } = this;
    const before = elliptical ? {} : (latest?.values ?? {});
    const rest = clause.rest([plan], { values: clause.values, before });
    const values = { ...clause.values, ...rest.values };
    const same = this.previous.findLast((goal) => goal.plan === plan);
    const keeps = elliptical || said.no;
    const isAnew = plan.slots.some(({ name, carry }) => carry === 'latest' && values[name] !== undefined);
    const sources = {
      latest,
      same,
      along: isAnew && !keeps ? undefined : (same ?? latest),
      corrected: keeps ? same : undefined,
    };
    const goal = this.goal(plan, values, ({ carry }) => (carry === undefined ? undefined : sources[carry]?.values));
    return { ...goal, left: rest.left, ...(isGuessed(plan, rest.values, this.scene) ? { guessed: true } : {}) };
  }

  /** "who gets to see what i spend": a request that lacks its client, or guesses it, where the words may be a question. */
  private perhapsQuestion(request: Goal, clause: Clause): Goal {
    const plan = this.answering();
    const { guessed = false, left = [] } = request;
    if (plan === undefined || (missingOf(request) === undefined && !guessed)) return request;
    if (clause.weightFor(plan, guessed || left.length > 0) < (guessed ? 1 : THRESHOLD)) return request;
    const question = this.question(plan, clause);
    return question === undefined ? request : { ...question, orElse: request };
  }

  /** Details without a request ("and for client 5002", "what about april"): the previous request with those changed. */
  private fragment(clause: Clause): readonly Goal[] {
    const { slots, tools, usual } = this.planner;
    const { values } = clause;
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
        const rest = clause.rest(plans, { values, before: clause.elliptical ? {} : goal.values });
        const changed = this.goal(goal.plan, { ...values, ...rest.values }, ({ momentary }) =>
          momentary === true ? undefined : goal.values,
        );
        return { ...changed, left: rest.left };
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

  /** What is said for each slot, or else the value among those of `otherwise`. */
  private goal(plan: ToolPlan, said: Values, otherwise: (slot: SlotPlan) => Values | undefined): Goal {
    return { plan, values: valuesOf(plan, (slot) => said[slot.name] ?? otherwise(slot)?.[slot.name]) };
  }

  /** "that is the wrong address": the same again, without the detail, so that it is asked for. */
  private rejected(): Goal | undefined {
    for (const slot of this.planner.slots) {
      if (slot.wrong?.test(this.said.joined) !== true) continue;
      const goal = this.previous.findLast(({ plan, values }) => plan.slots.includes(slot) && slot.name in values);
      if (goal !== undefined) return this.goal(goal.plan, {}, (other) => (other === slot ? undefined : goal.values));
    }
    return undefined;
  }

  /** "how long does it take" and "what about los angeles" are about the topic of the question before. */
  private question(plan: ToolPlan | undefined, clause: Clause): Goal | undefined {
    const before = this.previous.findLast((goal) => goal.question !== undefined)?.question;
    const refers = clause.topic.length <= MAX_REFERRING && PRONOUN.test(clause.question);
    const inherited = before !== undefined && (clause.elliptical || refers) ? before.topic.slice(-MAX_INHERITED) : [];
    const topic = [...new Set([...inherited, ...clause.topic])];
    if (plan === undefined || topic.length === 0) return undefined;
    const question = [clause.question, ...inherited].join(' ');
    return { plan, values: {}, question: { topic, own: clause.topic, question } };
  }
}

/** Whether a detail of the slot makes a request by itself. */
const names = (slot: SlotPlan, values: Values): boolean => slot.isWeak === undefined && slot.name in values;
/** Whether it refines a request by itself. */
const refines = (slot: SlotPlan, values: Values): boolean =>
  slot.name in values && slot.isWeak?.(values[slot.name]) === false;
