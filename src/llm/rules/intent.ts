// What the caller wants: the words are scored against the cues, and the best wish or small talk above the threshold wins.
import { cuesOf, wordsOfCues, type Cues } from '../../spoken/cues.js';
import { AFTER_WISHES, BEFORE_WISHES, type Talk } from '../../spoken/small-talk.js';
import type { Planner, ToolPlan } from '../plan.port.js';

/** A tool's plan, or small talk. */
export type Intent = ToolPlan | Talk;

export const isWish = (intent: Intent | undefined): intent is ToolPlan => intent !== undefined && 'tool' in intent;

/** Weight from which an intent is clear. */
export const THRESHOLD = 3;

/** The cues of one business; of two intents with the same weight the first wins. */
export class Intents {
  private readonly all: ReadonlyMap<Intent, Cues>;
  private readonly barred: ReadonlyMap<Intent, Cues>;

  constructor({ tools, talk = {}, refusals = [] }: Planner) {
    const refused = refusals.map((refusal): Talk => ({ name: 'refusal', ...refusal }));
    const intents = [...BEFORE_WISHES, ...refused, ...tools, ...AFTER_WISHES];
    this.barred = new Map(
      refused.flatMap((one) => (one.unless === undefined ? [] : [[one, cuesOf([[1, ...one.unless]])] as const])),
    );
    const added = (intent: Intent) => (isWish(intent) ? [] : (talk[intent.name] ?? []));
    this.all = new Map(intents.map((intent) => [intent, cuesOf([...intent.cues, ...added(intent)])]));
  }

  /** The words of all cues. */
  get words(): readonly string[] {
    return [...this.all.keys()].flatMap(({ cues }) => wordsOfCues(cues));
  }

  /**
   * What the masked words speak for most clearly, or undefined. `details`: the slots that have a value, as `#name`;
   * `topical`: there is a content word.
   */
  of(masked: readonly string[], details: ReadonlySet<string>, topical: boolean): Intent | undefined {
    let best: { readonly intent: Intent; readonly weight: number } | undefined;
    for (const intent of this.all.keys()) {
      if ((this.barred.get(intent)?.weigh(masked) ?? 0) > 0) continue;
      const weight = this.weightOf(intent, masked, details, topical);
      if (weight >= THRESHOLD && weight > (best?.weight ?? 0)) best = { intent, weight };
    }
    return best?.intent;
  }

  /** How much the masked words speak for it, even where they speak for another as well; 0 without a cue. */
  weightOf(intent: Intent, masked: readonly string[], details: ReadonlySet<string>, topical: boolean): number {
    const own = this.all.get(intent)?.weigh(masked) ?? 0;
    return own > 0 && isWish(intent) ? own + detailWeight(intent, own, details, topical) : own;
  }

  /** Where in the masked words the cues of these stand. */
  cuesIn(masked: readonly string[], intents: readonly Intent[]): readonly { start: number; end: number }[] {
    return intents.flatMap((intent) => this.all.get(intent)?.spansIn(masked) ?? []);
  }
}

/** Details speak for a wish once its own words have; a topic speaks for what answers questions. */
function detailWeight(plan: ToolPlan, own: number, details: ReadonlySet<string>, topical: boolean): number {
  if (own < (plan.ownWeight ?? 0)) return 0;
  const topic = plan.answers === 'topic' && topical ? 1 : 0;
  return Object.entries(plan.details ?? {})
    .filter(([detail]) => details.has(detail))
    .reduce((sum, [, weight]) => sum + weight, topic);
}
