// What the caller wants: the words are scored against the cues, and the best wish or small talk above the threshold wins.
import type { CueRow, Planner, ToolPlan } from '../plan.port.js';
import { AFTER_WISHES, BEFORE_WISHES, type Talk } from './talk.js';

/** A tool's plan, or small talk. */
export type Intent = ToolPlan | Talk;

export const isWish = (intent: Intent | undefined): intent is ToolPlan => intent !== undefined && 'tool' in intent;

/** Weight from which an intent is clear. */
const THRESHOLD = 3;

interface Row {
  readonly weight: number;
  /** Any of its cues, between spaces. */
  readonly pattern: RegExp;
}

/** The cues of one business; of two intents with the same weight the first wins. */
export class Intents {
  private readonly all: readonly { readonly intent: Intent; readonly rows: readonly Row[] }[];

  constructor({ tools, talk = {} }: Planner) {
    this.all = [...BEFORE_WISHES, ...tools, ...AFTER_WISHES].map((intent) => {
      const own = isWish(intent) ? [] : (talk[intent.name] ?? []);
      return { intent, rows: [...intent.cues, ...own].map(compiled) };
    });
  }

  /** What the masked words speak for most clearly, or undefined. `topical`: they hold a content word. */
  of(masked: readonly string[], topical: boolean): Intent | undefined {
    const words = masked.filter((word) => word !== '');
    const text = ` ^ ${words.join(' ')} $ `;
    let best: { readonly intent: Intent; readonly weight: number } | undefined;
    for (const { intent, rows } of this.all) {
      const own = rows.reduce((sum, { weight, pattern }) => sum + (pattern.test(text) ? weight : 0), 0);
      const weight = own + (isWish(intent) && own > 0 ? detailWeight(intent, own, words, topical) : 0);
      if (weight >= THRESHOLD && weight > (best?.weight ?? 0)) best = { intent, weight };
    }
    return best?.intent;
  }
}

const compiled = ([weight, ...cues]: CueRow): Row => {
  const patterns = cues.map((cue) => cue.split(' ').map(placePattern).join(' '));
  return { weight, pattern: new RegExp(` (?:${patterns.join('|')}) `, 'u') };
};

const placePattern = (place: string): string => {
  const words = place
    .replace(/^!/, '')
    .replace(/[$^.]/g, String.raw`\$&`)
    .replaceAll('*', String.raw`\S*`);
  return place.startsWith('!') ? String.raw`(?!(?:${words}) )\S+` : `(?:${words})`;
};

/** Details speak for a wish once its own words have; a topic speaks for what answers questions. */
function detailWeight(plan: ToolPlan, own: number, words: readonly string[], topical: boolean): number {
  if (own < (plan.ownWeight ?? 0)) return 0;
  const topic = plan.answers === 'topic' && topical ? 1 : 0;
  return Object.entries(plan.details ?? {})
    .filter(([detail]) => words.includes(detail))
    .reduce((sum, [, weight]) => sum + weight, topic);
}
