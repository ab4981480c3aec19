// What the caller wants done, complete or not, and the tool calls that do it.
import type { ToolCall } from '../llm.port.js';
import type { Asked, Planner, Question, SlotPlan, ToolPlan } from '../plan.port.js';
import type { Day } from '../../spoken/calendar.js';
import type { Speller } from '../../spoken/spelling.js';
import type { Intents } from './intent.js';
import { argumentsOf } from './outcome.js';

export type Values = Readonly<Record<string, unknown>>;

/** A wish for one tool. `call` is set when it is to be made again as it was: the caller was asked about it. */
export interface Goal {
  readonly plan: ToolPlan;
  readonly values: Values;
  readonly question?: Question | undefined;
  readonly call?: ToolCall;
  /** Parts of the request that the tool does not take, in the caller's words. */
  readonly left?: readonly string[];
  /** What may be meant or left out, in the caller's words. */
  readonly doubtful?: readonly string[];
  /** Slots of which something was said that was not understood. */
  readonly unheard?: readonly string[];
  /** Nothing but its place in the sentence makes one of its details one. */
  readonly guessed?: boolean;
  /** Of words that may be a question as well as these requests, which lack a detail: pursued when nothing answers them. */
  readonly orElse?: readonly Goal[] | undefined;
}

export interface WantedCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** What an answer depends on beside the messages. */
export interface Scene {
  readonly planner: Planner;
  readonly intents: Intents;
  readonly spelled: Speller;
  readonly today: Day;
  /** The agent's own name, lower-case: "hello julia" is not about a julia. */
  readonly agentName: string;
  /** Names of the tools of this call. */
  readonly offered: ReadonlySet<string>;
  /** Names that the caller may use, by slot. */
  readonly vocabulary: Readonly<Record<string, readonly string[]>>;
  /** What stands in the braces of a phrase. */
  readonly words: Readonly<Record<string, string>>;
}

export const planOf = ({ tools }: Planner, name: string | undefined): ToolPlan | undefined =>
  tools.find(({ tool }) => tool === name);

/** The last of the goals with a value that other requests may take over. */
export const latestOf = (goals: readonly Goal[]): Goal | undefined =>
  goals.findLast(({ plan, values }) =>
    plan.slots.some(({ name, carry }) => carry === 'latest' && values[name] !== undefined),
  );

/** The goal that a call of another model, or one after a yes, amounts to. */
export function goalOf(planner: Planner, call: ToolCall): Goal | undefined {
  const plan = planOf(planner, call.name);
  if (plan === undefined || plan.answers !== undefined) return undefined;
  const args = argumentsOf(call.arguments);
  const values = valuesOf(plan, (slot) => {
    const value = slot.fromArguments === undefined ? args[slot.name] : slot.fromArguments(args);
    const isOne = (slot.several === undefined && slot.listed === undefined) || Array.isArray(value);
    return value === undefined || isOne ? value : [value];
  });
  return Object.keys(values).length === 0 ? undefined : { plan, values };
}

/** The same call once more. */
export function repeated(planner: Planner, call: ToolCall): readonly Goal[] {
  const plan = planOf(planner, call.name);
  return plan === undefined ? [] : [{ plan, values: goalOf(planner, call)?.values ?? {}, call }];
}

/** The values of a plan's slots, where there are any. */
export function valuesOf(plan: ToolPlan, valueOf: (slot: SlotPlan) => unknown): Values {
  const all = plan.slots.map((slot) => [slot.name, valueOf(slot)] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** What the goal asks of its tool; `answers` is how many calls are told about together. */
export const askedOf = ({ values, question }: Goal, { today }: Scene, answers = 1): Asked => ({
  values,
  question,
  today,
  answers,
});

/** The calls to begin with; none while something is missing. */
export function callsOf(goal: Goal, scene: Scene): readonly WantedCall[] {
  const { plan, values, question, call } = goal;
  if (call !== undefined) return [wanted(call.name, [argumentsOf(call.arguments)])];
  if (missingOf(goal) !== undefined) return [];
  const several = plan.slots.find((slot) => slot.several !== undefined);
  const listed = several === undefined ? undefined : values[several.name];
  const each: readonly unknown[] = Array.isArray(listed) ? listed : [undefined];
  const query = plan.answers === 'topic' ? question?.topic.join(' ') : question?.question;
  return each.map((one) => {
    const args = plan.slots.map((slot): Values => {
      const value = slot === several ? one : values[slot.name];
      if (value === undefined) return {};
      const isList = slot.listed !== undefined && Array.isArray(value);
      return (isList ? slot.listToArguments?.(value) : slot.toArguments?.(value)) ?? { [slot.name]: value };
    });
    return wanted(plan.tool, [...args, query === undefined ? {} : { query }, plan.with?.(askedOf(goal, scene)) ?? {}]);
  });
}

/** The slot that the caller has to be asked for before the goal can be pursued. */
export function missingOf({ plan, values, call }: Goal): string | undefined {
  if (call !== undefined) return undefined;
  return plan.slots.find(({ name }) => plan.ask?.[name] !== undefined && values[name] === undefined)?.name;
}

/** Later arguments of a name replace earlier ones; JSON leaves out what is undefined. */
export const wanted = (name: string, args: readonly Values[]): WantedCall => ({
  name,
  arguments: JSON.stringify(Object.fromEntries(args.flatMap((some) => Object.entries(some)))),
});
