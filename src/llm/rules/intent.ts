// What the caller wants: the words are scored against the grammar, and the best intent above the threshold wins.
import { DETAILS, ORDER, OWN_WORDS, TABLE, THRESHOLD, type Intent } from './grammar.js';

type Matcher = (word: string) => boolean;

/** A cue whose first word is looked up; the others follow it. */
interface Cue {
  readonly row: number;
  readonly rest: readonly Matcher[];
}

const rows: { readonly intent: Intent; readonly weight: number }[] = [];
const byWord = new Map<string, Cue[]>();
const byPrefix: { readonly prefix: string; readonly cue: Cue }[] = [];

for (const intent of ORDER) {
  for (const [weight, ...cues] of TABLE[intent]) {
    const row = rows.push({ intent, weight }) - 1;
    for (const text of cues) {
      const [first = '', ...rest] = text.split(' ');
      index(first, { row, rest: rest.map(compileWord) });
    }
  }
}

function index(first: string, cue: Cue): void {
  for (const word of first.split('|')) {
    if (word.endsWith('*')) byPrefix.push({ prefix: word.slice(0, -1), cue });
    else byWord.set(word, [...(byWord.get(word) ?? []), cue]);
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

/** The intent that the masked words speak for most clearly, or undefined. `topical`: they hold a content word. */
export function intentOf(masked: readonly string[], topical: boolean): Intent | undefined {
  const words = ['^', ...masked.filter((word) => word !== '')];
  const weights = ownWeights(words);
  let best: { intent: Intent; weight: number } | undefined;
  for (const intent of ORDER) {
    const own = weights.get(intent) ?? 0;
    if (own === 0) continue;
    const weight = own + (own < (OWN_WORDS[intent] ?? 0) ? 0 : detailWeight(intent, words, topical));
    if (weight >= THRESHOLD && weight > (best?.weight ?? 0)) best = { intent, weight };
  }
  return best?.intent;
}

/** Weight of each intent's rows that occur in the words. */
function ownWeights(words: readonly string[]): Map<Intent, number> {
  const hit = new Set<number>();
  for (const [at, word] of words.entries()) {
    const cues = byWord.get(word) ?? [];
    const prefixed = byPrefix.filter(({ prefix }) => word.startsWith(prefix)).map(({ cue }) => cue);
    for (const { row, rest } of [...cues, ...prefixed]) {
      if (rest.every((matches, n) => matches(words[at + 1 + n] ?? ''))) hit.add(row);
    }
  }
  const weights = new Map<Intent, number>();
  for (const row of hit) {
    const { intent, weight } = rows[row] ?? { intent: 'ask', weight: 0 };
    weights.set(intent, (weights.get(intent) ?? 0) + weight);
  }
  return weights;
}

function detailWeight(intent: Intent, words: readonly string[], topical: boolean): number {
  const topic = intent === 'ask' && topical ? 1 : 0;
  return DETAILS.filter(([, mask, intents]) => intents.includes(intent) && words.includes(mask)).reduce(
    (sum, [weight]) => sum + weight,
    topic,
  );
}
