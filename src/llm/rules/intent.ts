// What the caller wants: the words are scored against the cues, and the best wish or small talk above the threshold wins.
import { cuesOf, wordsOfCues, type Cues } from '../../spoken/cues.js';
import { SMALL_TALK, type Talk } from '../../spoken/small-talk.js';
import { isContentWord } from '../../spoken/words.js';
import type { Planner, ToolPlan } from '../plan.port.js';
import type { Values } from './goal.js';

/** A tool's plan, or small talk. */
export type Intent = ToolPlan | Talk;

export const isWish = (intent: Intent | undefined): intent is ToolPlan => intent !== undefined && 'tool' in intent;

/** Weight from which an intent is clear. */
export const THRESHOLD = 3;

type Words = readonly string[];

/** The cues of one business; of two intents with the same weight the first wins. */
export class Intents {
  private readonly all: ReadonlyMap<Intent, Cues>;

  constructor({ tools, talk = {}, refusals = [] }: Planner) {
    const refused = refusals.map((refusal): Talk => ({ name: 'refusal', certain: true, ...refusal }));
    const talking = (yielding: boolean) => SMALL_TALK.filter(({ yields = false }) => yields === yielding);
    const intents = [...talking(false), ...refused, ...tools, ...talking(true)];
    const added = (intent: Intent) => (isWish(intent) ? [] : (talk[intent.name] ?? []));
    this.all = new Map(intents.map((intent) => [intent, cuesOf([...intent.cues, ...added(intent)])]));
  }

  /** The words of all cues. */
  get words(): Words {
    return [...this.all.keys()].flatMap(({ cues }) => wordsOfCues(cues));
  }

  /** What words in which the details `values` are masked speak for most clearly, or undefined. */
  of(masked: Words, values: Values): Intent | undefined {
    return [...this.all.keys()]
      .map((intent) => ({ intent, weight: this.weightOf(intent, masked, values) }))
      .filter(({ weight }) => weight >= THRESHOLD)
      .toSorted((a, b) => b.weight - a.weight)[0]?.intent;
  }

  /** How much they speak for it, even where they speak for another as well; 0 or less without a cue. */
  weightOf(intent: Intent, masked: Words, values: Values, topical = masked.some(isContentWord)): number {
    const own = this.all.get(intent)?.weigh(masked) ?? 0;
    return own > 0 && isWish(intent) ? own + detailWeight(intent, own, values, topical) : own;
  }

  /** Where in the masked words the cues of these stand. */
  cuesIn(masked: Words, intents: readonly Intent[]): readonly { start: number; end: number }[] {
    return intents.flatMap((intent) => this.all.get(intent)?.spansIn(masked) ?? []);
  }
}

/** Details speak for a wish once its own words have; a topic speaks for what answers questions. */
function detailWeight(plan: ToolPlan, own: number, values: Values, topical: boolean): number {
  if (own < (plan.ownWeight ?? 0)) return 0;
  const topic = plan.answers === 'topic' && topical ? 1 : 0;
  return Object.entries(plan.details ?? {})
    .filter(([detail]) => {
      const [name = '', value] = detail.slice(1).split('=');
      return name in values && (value === undefined || values[name] === value);
    })
    .reduce((sum, [, weight]) => sum + weight, topic);
}
