// What the caller wants: the words are scored against the cues, and the best wish or small talk above the threshold wins.
import type { CueRow, Planner, ToolPlan } from '../plan.port.js';
import { AFTER_WISHES, BEFORE_WISHES, TALK, type Social } from './talk.js';

/** A tool's plan, or small talk. */
export type Intent = ToolPlan | Social;
type Matcher = (word: string) => boolean;

/** A cue whose first word is looked up; the others follow it. */
interface Cue {
  readonly row: number;
  readonly rest: readonly Matcher[];
}

/** Weight from which an intent is clear. */
const THRESHOLD = 3;

/** The cues of one business, indexed by their first word: a turn costs what its words hit, however many cues there are. */
export class Intents {
  private readonly order: readonly Intent[];
  private readonly rows: { readonly intent: Intent; readonly weight: number }[] = [];
  private readonly byWord = new Map<string, Cue[]>();
  private readonly byPrefix: { readonly prefix: string; readonly cue: Cue }[] = [];

  constructor({ tools, talk = {} }: Planner) {
    this.order = [...BEFORE_WISHES, ...tools, ...AFTER_WISHES];
    for (const intent of this.order) {
      const rows = typeof intent === 'string' ? [...TALK[intent], ...(talk[intent] ?? [])] : intent.cues;
      for (const row of rows) this.add(intent, row);
    }
  }

  /** What the masked words speak for most clearly, or undefined. `topical`: they hold a content word. */
  of(masked: readonly string[], topical: boolean): Intent | undefined {
    const words = ['^', ...masked.filter((word) => word !== ''), '$'];
    const weights = this.weigh(words);
    let best: { intent: Intent; weight: number } | undefined;
    for (const intent of this.order) {
      const own = weights.get(intent) ?? 0;
      if (own === 0) continue;
      const weight = own + (typeof intent === 'string' ? 0 : detailWeight(intent, own, words, topical));
      if (weight >= THRESHOLD && weight > (best?.weight ?? 0)) best = { intent, weight };
    }
    return best?.intent;
  }

  private add(intent: Intent, [weight, ...cues]: CueRow): void {
    const row = this.rows.push({ intent, weight }) - 1;
    for (const text of cues) {
      const [first = '', ...rest] = text.split(' ');
      const cue = { row, rest: rest.map(compileWord) };
      for (const word of first.split('|')) {
        if (word.endsWith('*')) this.byPrefix.push({ prefix: word.slice(0, -1), cue });
        else this.byWord.set(word, [...(this.byWord.get(word) ?? []), cue]);
      }
    }
  }

  /** Weight of each intent's rows that occur in the words. */
  private weigh(words: readonly string[]): Map<Intent, number> {
    const hit = new Set<number>();
    for (const [at, word] of words.entries()) {
      const prefixed = this.byPrefix.filter(({ prefix }) => word.startsWith(prefix)).map(({ cue }) => cue);
      for (const { row, rest } of [...(this.byWord.get(word) ?? []), ...prefixed]) {
        if (rest.every((matches, n) => matches(words[at + 1 + n] ?? ''))) hit.add(row);
      }
    }
    const weights = new Map<Intent, number>();
    for (const row of hit) {
      const found = this.rows[row];
      if (found !== undefined) weights.set(found.intent, (weights.get(found.intent) ?? 0) + found.weight);
    }
    return weights;
  }
}

function compileWord(text: string): Matcher {
  if (text.startsWith('!')) {
    const matches = compileWord(text.slice(1));
    return (word) => !matches(word);
  }
  const all = text.split('|');
  const whole = new Set(all.filter((word) => !word.endsWith('*')));
  const prefixes = all.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return (word) => whole.has(word) || prefixes.some((prefix) => word.startsWith(prefix));
}

/** Details speak for a wish once its own words have; a topic speaks for what answers questions. */
function detailWeight(plan: ToolPlan, own: number, words: readonly string[], topical: boolean): number {
  if (own < (plan.ownWeight ?? 0)) return 0;
  const topic = plan.answers === 'topic' && topical ? 1 : 0;
  return Object.entries(plan.details ?? {})
    .filter(([detail]) => words.includes(detail))
    .reduce((sum, [, weight]) => sum + weight, topic);
}
