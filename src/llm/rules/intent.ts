// What the caller wants, by keywords: each intent is a few rows of cues with a weight; a row counts once, the rows of an
// intent add up, and the best intent above the threshold wins. In a cue, `|` separates alternatives for one word and a
// trailing `*` stands for any ending; `#client` and the like are details that were understood and masked.

export type Task = 'query' | 'email' | 'chart' | 'ask' | 'web';
export type Social =
  | 'greeting'
  | 'thanks'
  | 'goodbye'
  | 'repeat'
  | 'more'
  | 'help'
  | 'identity'
  | 'robot'
  | 'person'
  | 'feeling'
  | 'praise'
  | 'joke'
  | 'wait';
export type Intent = Task | Social;
type Row = readonly [weight: number, ...cues: string[]];

const THRESHOLD = 3;

const TABLE: Readonly<Record<Intent, readonly Row[]>> = {
  query: [
    [3, 'transactions|translations|transition*|transmissions', 'spend|spent|spending|spends', 'purchase*', 'expense*'],
    [2, 'transaction', 'buy|bought|buying|pay|paid|payment|payments|charges|bookings|statement|activity|expenditure*'],
    [1, 'show|list|see|display|read|tell|give|find|check|need|want', 'look up', 'pull up', 'how much|many', 'total'],
    [1, 'what|which|how|did|does|do|has|have'],
    [1, 'they|he|she|their|his|her|them'],
  ],
  email: [
    [2, 'send|sends|sending|sent|scent|forward|mail|email'],
    [
      1,
      'it|that|those|them|this|these|all',
      'report*|transaction|transactions|list|statement|summary|spending|results',
    ],
    [1, 'an email', 'to #email', 'email to'],
    [3, '#email'],
  ],
  chart: [
    [4, 'chart|charts|graph*|plot|plots|plotted|diagram*|histogram*|visuali*', 'pie'],
    [2, 'charge of|for|by', 'picture of'],
    [2, 'draw|drawing|generate*'],
    [1, 'make|create|show|give', 'of spending'],
  ],
  ask: [
    [
      2,
      'what|when|where|who|whose|why|which',
      'how do|does|did|can|could|should|would|long|to|often|soon|is|are|was|will|far|old|big',
      'how much|many is|does|do|are',
      'can|could|may|should i|we',
      'do|does|are|is|can you|i|we|it|there|the|my|your',
      'tell me about',
      'explain|describe',
      'like|want|need to know',
      'question|information|info|documents|anything about|on|say',
    ],
    [
      3,
      'polic*|procedure*|terms|warrant*|guideline*|faq|rule|rules|agreement',
      'refund*|shipping|delivery|return|returns|chargeback*|dispute*|fraud|privacy|security|password*|complain*',
      'opening|business|office hours|times',
      'weather|forecast|news',
    ],
    [1, 'how do|does|can|long|to|often', 'how much|many is|does|do|are'],
  ],
  web: [
    [6, 'search|check|use the web|internet', 'search online', 'on the web|internet', 'google', 'look it up online'],
  ],
  greeting: [[3, 'hello|hi|hey|greetings|howdy', 'good morning|afternoon|evening']],
  thanks: [[3, 'thank|thanks|cheers', 'then q', 'appreciate it|that']],
  goodbye: [
    [4, 'goodbye|bye|farewell', 'good bye', 'see you', 'hang up', 'end the call'],
    [4, 'that is|was all|everything|it', 'that will be all', 'nothing else', 'have a nice|good|great day|one'],
  ],
  repeat: [
    [
      5,
      'repeat*',
      'say that|it again',
      'again please',
      'come again',
      'pardon',
      'once more',
      'one more time',
      'what was that',
    ],
    [5, 'what did you say', 'did not hear|catch|get|understand', 'say again'],
  ],
  more: [
    [
      3,
      'more|rest|remaining|others|continue',
      'go|read|carry on',
      'keep going',
      'all of them',
      'what else',
      'next ones|one',
    ],
    [3, 'more transactions|purchases|of|please', 'rest of'],
  ],
  help: [
    [
      5,
      'what can|do you do',
      'what can i ask|say|do',
      'how can|do you help',
      'help me',
      'what are you able',
      'what are my options',
      'can you do',
    ],
    [3, 'help'],
  ],
  identity: [[5, 'your name', 'who are you', 'who is this', 'who am i talking|speaking', 'introduce yourself']],
  robot: [
    [
      5,
      'are you a|an|really|real|human|the|just robot|machine|ai|person|human|computer|bot|program|real|recording',
      'are you human|real',
    ],
  ],
  person: [
    [5, 'talk|speak|connect|transfer|put with|to|me', 'real person|human|agent'],
    [3, 'representative|operator'],
  ],
  feeling: [[5, 'how are you', 'how is it going', 'how do you do', 'what is up']],
  praise: [[3, 'great|good|nice|perfect|wonderful|excellent|awesome|fine|cool|amazing|lovely|brilliant']],
  joke: [[5, 'a|another joke', 'sing|poem', 'make me laugh']],
  wait: [[3, 'wait|hang', 'hold on', 'one|a|just moment|second|sec|minute', 'let me think|see', 'stop', 'be quiet']],
};

/** Weight that an intent's own words need before details count: "is it client 5001" sends nothing. */
const OWN_WORDS: Partial<Readonly<Record<Intent, number>>> = { email: 2, chart: 2 };

/** Details that speak for an intent once its own words have: "show me client 5001". */
const DETAILS: readonly (readonly [weight: number, mask: string, intents: readonly Intent[]])[] = [
  [3, '#client', ['query', 'email', 'chart']],
  [1, '#date', ['query', 'email', 'chart']],
  [1, '#category', ['query', 'chart']],
  [1, '#count', ['query']],
  [1, '#amount', ['query']],
  [-2, '#client', ['ask']],
];
/** Which of two intents with the same score wins: the first. */
const ORDER: readonly Intent[] = [
  'goodbye',
  'repeat',
  'help',
  'identity',
  'robot',
  'person',
  'feeling',
  'joke',
  'web',
  'email',
  'chart',
  'ask',
  'query',
  'more',
  'thanks',
  'wait',
  'greeting',
  'praise',
];
const INTENTS = new Set<Intent>(ORDER);

type Matcher = (word: string) => boolean;
interface CompiledRow {
  readonly weight: number;
  readonly cues: readonly (readonly Matcher[])[];
}

const COMPILED = new Map<Intent, readonly CompiledRow[]>(
  [...INTENTS].map((intent) => [
    intent,
    TABLE[intent].map(([weight, ...cues]) => ({
      weight,
      cues: cues.map((cue) => cue.split(' ').map(compileWord)),
    })),
  ]),
);

function compileWord(alternatives: string): Matcher {
  const all = alternatives.split('|');
  const whole = new Set(all.filter((word) => !word.endsWith('*')));
  const prefixes = all.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  return (word) => whole.has(word) || prefixes.some((prefix) => word.startsWith(prefix));
}

function occurs(words: readonly string[], cue: readonly Matcher[]): boolean {
  return words.some((_, at) => cue.every((matches, n) => matches(words[at + n] ?? '')));
}

export interface Scored {
  readonly intent: Intent;
  readonly score: number;
}

/** Every intent that the words speak for at all, best first. `topical` is whether they hold a content word. */
export function score(masked: readonly string[], topical: boolean): Scored[] {
  const words = masked.filter((word) => word !== '');
  const scored = ORDER.map((intent) => ({ intent, score: scoreOf(intent, words, topical) }));
  return scored.filter((one) => one.score > 0).toSorted((a, b) => b.score - a.score);
}

/** The best intent of those, when it is clear enough. */
export function bestIntent(scored: readonly Scored[]): Intent | undefined {
  const best = scored[0];
  return best !== undefined && best.score >= THRESHOLD ? best.intent : undefined;
}

function scoreOf(intent: Intent, words: readonly string[], topical: boolean): number {
  const rows = COMPILED.get(intent) ?? [];
  const head = rows
    .filter((row) => row.cues.some((cue) => occurs(words, cue)))
    .reduce((sum, row) => sum + row.weight, 0);
  if (head === 0 || head < (OWN_WORDS[intent] ?? 0)) return head;
  const details = DETAILS.filter(([, mask, intents]) => intents.includes(intent) && words.includes(mask));
  const topic = intent === 'ask' && topical ? 1 : 0;
  return details.reduce((sum, [weight]) => sum + weight, head + topic);
}
