// What the caller wants: the words are scored against the cues, and the best wish or small talk above the threshold wins.
import type { CueRow, Planner, ToolPlan } from '../plan.port.js';
import { spansOf, textOf } from '../../spoken/phrases.js';
import { AFTER_WISHES, BEFORE_WISHES, type Talk } from './talk.js';

/** A tool's plan, or small talk. */
export type Intent = ToolPlan | Talk;

export const isWish = (intent: Intent | undefined): intent is ToolPlan => intent !== undefined && 'tool' in intent;

/** Weight from which an intent is clear. */
export const THRESHOLD = 3;

interface Row {
  readonly weight: number;
  /** Any of its cues, between spaces; the one after it is left for the next. */
  readonly pattern: RegExp;
}

/** The cues of one business; of two intents with the same weight the first wins. */
export class Intents {
  private readonly all: readonly { readonly intent: Intent; readonly rows: readonly Row[] }[];

  constructor({ tools, talk = {}, refusals = [] }: Planner) {
    const refused = refusals.map((refusal): Talk => ({ name: 'refusal', ...refusal }));
    this.all = [...BEFORE_WISHES, ...refused, ...tools, ...AFTER_WISHES].map((intent) => {
      const own = isWish(intent) ? [] : (talk[intent.name] ?? []);
      return { intent, rows: [...intent.cues, ...own].map(compiled) };
    });
  }

  /**
   * What the masked words speak for most clearly, or undefined. `details`: the slots that have a value, as `#name`;
   * `topical`: there is a content word.
   */
  of(masked: readonly string[], details: ReadonlySet<string>, topical: boolean): Intent | undefined {
    const text = textOf(masked);
    let best: { readonly intent: Intent; readonly weight: number } | undefined;
    for (const { intent, rows } of this.all) {
      const own = weightOf(rows, text);
      const weight = own + (isWish(intent) && own > 0 ? detailWeight(intent, own, details, topical) : 0);
      if (weight >= THRESHOLD && weight > (best?.weight ?? 0)) best = { intent, weight };
    }
    return best?.intent;
  }

  /** How much the masked words speak for the plan, even where they speak for another as well; 0 without a cue. */
  weightFor(plan: ToolPlan, masked: readonly string[], details: ReadonlySet<string>, topical: boolean): number {
    const rows = this.all.find(({ intent }) => intent === plan)?.rows ?? [];
    const own = weightOf(rows, textOf(masked));
    return own > 0 ? own + detailWeight(plan, own, details, topical) : 0;
  }

  /** Where in the masked words the cues of these stand. */
  cuesIn(masked: readonly string[], intents: readonly Intent[]): ReadonlySet<number> {
    const rows = this.all.flatMap(({ intent, rows: all }) => (intents.includes(intent) ? all : []));
    const found = new Set<number>();
    for (const { start, end } of rows.flatMap(({ pattern }) => spansOf(masked, pattern))) {
      for (let at = start; at < end; at += 1) found.add(at);
    }
    return found;
  }
}

const weightOf = (rows: readonly Row[], text: string): number =>
  rows.reduce((sum, { weight, pattern }) => sum + (text.search(pattern) < 0 ? 0 : weight), 0);

const compiled = ([weight, ...cues]: CueRow): Row => {
  const patterns = cues.map((cue) => cue.split(' ').map(placePattern).join(' '));
  return { weight, pattern: new RegExp(` (?:${patterns.join('|')})(?= )`, 'gu') };
};

const placePattern = (place: string): string => {
  const words = place
    .replace(/^!/, '')
    .replace(/[$^.]/g, String.raw`\$&`)
    .replaceAll('*', String.raw`\S*`);
  return place.startsWith('!') ? String.raw`(?!(?:${words}) )\S+` : `(?:${words})`;
};

/** Details speak for a wish once its own words have; a topic speaks for what answers questions. */
function detailWeight(plan: ToolPlan, own: number, details: ReadonlySet<string>, topical: boolean): number {
  if (own < (plan.ownWeight ?? 0)) return 0;
  const topic = plan.answers === 'topic' && topical ? 1 : 0;
  return Object.entries(plan.details ?? {})
    .filter(([detail]) => details.has(detail))
    .reduce((sum, [, weight]) => sum + weight, topic);
}
