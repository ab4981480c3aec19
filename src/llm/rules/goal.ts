// What the caller wants done, complete or not, and the tool calls that do it.
import type { ToolCall } from '../llm.port.js';
import type { Asked, Planner, Question, SlotPlan, ToolPlan } from '../plan.port.js';
import { argumentsOf } from './outcome.js';

export type Values = Readonly<Record<string, unknown>>;

/** A wish for one tool. `call` is set when it is to be made again as it was: the caller was asked about it. */
export interface Goal {
  readonly plan: ToolPlan;
  readonly values: Values;
  readonly question?: Question;
  readonly call?: ToolCall;
}

export interface WantedCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** The plans by name. */
export class Plans {
  readonly tools: readonly ToolPlan[];
  readonly slots: readonly SlotPlan[];
  private readonly byTool: ReadonlyMap<string, ToolPlan>;
  private readonly bySlot: ReadonlyMap<string, SlotPlan>;

  constructor(readonly planner: Planner) {
    this.tools = planner.tools;
    this.slots = planner.slots;
    this.byTool = new Map(planner.tools.map((plan) => [plan.tool, plan]));
    this.bySlot = new Map(planner.slots.map((slot) => [slot.name, slot]));
  }

  tool(name: string | undefined): ToolPlan | undefined {
    return name === undefined ? undefined : this.byTool.get(name);
  }

  slotsOf(plan: ToolPlan): readonly SlotPlan[] {
    return plan.slots.flatMap((name) => this.bySlot.get(name) ?? []);
  }

  /** Whether the goal has a value that other requests may take over. */
  hasLatest({ plan, values }: Goal): boolean {
    return this.slotsOf(plan).some(({ name, carry }) => carry === 'latest' && values[name] !== undefined);
  }

  /** The calls to begin with; none while something is missing. */
  callsOf(goal: Goal, asked: Asked): readonly WantedCall[] {
    const { plan, values, question, call } = goal;
    if (call !== undefined) return [{ name: call.name, arguments: call.arguments }];
    if (missingOf(goal) !== undefined) return [];
    const slots = this.slotsOf(plan);
    const several = slots.find((slot) => slot.several !== undefined);
    const listed = several === undefined ? undefined : values[several.name];
    const each: readonly unknown[] = Array.isArray(listed) ? listed : [undefined];
    return each.map((one) => {
      const args = slots.map((slot) => {
        const value = slot === several ? one : values[slot.name];
        if (value === undefined) return {};
        return slot.toArguments === undefined ? { [slot.name]: value } : slot.toArguments(value);
      });
      const query =
        question === undefined
          ? {}
          : { query: plan.answers === 'topic' ? question.topic.join(' ') : question.question };
      return wanted(plan.tool, Object.assign({}, ...args, query, plan.with?.(asked)) as Values);
    });
  }

  /** The goal that a call of another model, or one after a yes, amounts to. */
  goalOf(call: ToolCall): Goal | undefined {
    const plan = this.tool(call.name);
    if (plan === undefined || plan.answers !== undefined) return undefined;
    const args = argumentsOf(call.arguments);
    const values = this.slotsOf(plan).map((slot) => [slot.name, valueIn(slot, args)] as const);
    const found = values.filter(([, value]) => value !== undefined);
    return found.length === 0 ? undefined : { plan, values: Object.fromEntries(found) };
  }
}

function valueIn(slot: SlotPlan, args: Values): unknown {
  const value = slot.fromArguments === undefined ? args[slot.name] : slot.fromArguments(args);
  return value === undefined || slot.several === undefined ? value : [value];
}

/** The slot that the caller has to be asked for before the goal can be pursued. */
export function missingOf({ plan, values, call }: Goal): string | undefined {
  if (call !== undefined) return undefined;
  return plan.slots.find((name) => plan.ask?.[name] !== undefined && values[name] === undefined);
}

/** JSON leaves out what is undefined. */
export const wanted = (name: string, args: Values): WantedCall => ({ name, arguments: JSON.stringify(args) });
