// The grammar: what callers say for each thing that they may want. Each intent is a few rows of cues with a weight; a row
// counts once, the rows of an intent add up, and the best intent above the threshold wins. In a cue, `|` separates
// alternatives for one word, a trailing `*` stands for any ending, a leading `!` for any word but these, `^` for the
// beginning; `#client` and the like are details that were understood and masked.

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
  | 'presence'
  | 'change'
  | 'date'
  | 'time'
  | 'wait';
export type Intent = Task | Social;
export type Row = readonly [weight: number, ...cues: string[]];

/** Weight from which an intent is clear. */
export const THRESHOLD = 3;

export const TABLE: Readonly<Record<Intent, readonly Row[]>> = {
  query: [
    [3, 'transactions|translations|transition*|transmissions', 'spend|spent|spending|spends', 'purchase*', 'expense*'],
    [2, 'transaction', 'buy|bought|buying|pay|paid|payment|payments|charges|bookings|statement|activity|expenditure*'],
    [1, 'show|list|see|display|read|tell|give|find|check|need|want', 'look up', 'pull up', 'how much|many', 'total'],
    [1, 'what|which|how|did|does|do|has|have'],
    [2, 'they|he|she|their|his|her|them'],
    [
      3,
      'did|has|have they|he|she',
      'the money go|went',
      'biggest|largest|highest|expensive one|purchase|transaction|expense',
      'which|what category|one is',
      'which|what category',
    ],
  ],
  email: [
    [2, 'send|sends|sending|sent|scent|forward|mail|email'],
    [
      1,
      'it|that|those|them|this|these|all',
      'report*|transaction|transactions|list|statement|summary|spending|results',
    ],
    [3, 'send|email|mail|forward me|us|him|her'],
    [1, 'an email', 'to #email', 'email to'],
    [3, '#email'],
  ],
  chart: [
    [6, 'chart|charts|graph*|plot|plots|plotted|diagram*|histogram*|visuali*', 'pie'],
    [2, 'draw|generate*|make|create charge', 'charge of spending', 'picture of'], // "charge" is heard for "chart"
    [4, 'draw|drawing|sketch'],
    [2, 'generate*'],
    [3, 'by month'],
    [1, 'make|create|show|give', 'of spending'],
  ],
  ask: [
    [
      2,
      'what|when|where|who|whose|why|which',
      'how !much|many|about',
      'how much|many is|does|do|are',
      'how many !transactions|purchases|payments|expenses|charges|did|has|have|were|in|of|on|#date',
      '^ are|is|was|were|will',
      'can|could|may|should i|we',
      'can|do|does|are|is|will you|i|we|it|there|the|my|your',
      'tell me',
      'explain|describe',
      'like|want|need to know',
      'question|information|info|documents|anything about|on|say',
    ],
    [
      3,
      'polic*|procedure*|terms|warrant*|guideline*|faq|rule|rules|agreement',
      'refund*|shipping|delivery|return|returns|chargeback*|dispute*|fraud|privacy|security|password*|complain*',
      'lost|stolen|limit|limits|fee|overdraft|card|cards',
      'opening|business|office hours|times',
      'weather|forecast|news',
      'search for|the|our|in|on',
      'knowledge base',
    ],
    [1, 'how do|does|can|long|to|often', 'how much is|does|do|are'],
    [2, 'tell me about', 'know about', 'question about', 'who can|may'],
  ],
  web: [
    [6, 'search|check|use the web|internet', 'search online', 'on the web|internet', 'google', 'look it up online'],
  ],
  greeting: [[3, 'hello|hi|hey|greetings|howdy', 'good morning|afternoon|evening', 'my name is']],
  thanks: [[3, 'thank|thanks|cheers', 'then q', 'appreciate it|that']],
  goodbye: [
    [4, 'goodbye|bye|farewell', 'good bye', 'see you', 'hang up', 'end the call'],
    [
      4,
      'that is|was all|everything|it',
      'that will be all',
      'i|we am|are done|finished',
      'nothing else',
      'have a nice|good|great day|one',
    ],
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
    [3, 'sorry', 'excuse me'],
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
      'is that all|it|everything',
      'read|tell them|it|all|that',
      'the next',
      'next ones|one',
    ],
    [3, 'more transactions|purchases|of|please', 'rest of'],
  ],
  help: [
    [
      5,
      'what can you do',
      'what do you do !with',
      'what can i ask|say|do',
      'how can|do you help',
      'help me',
      'what are you able',
      'what are my options',
      'can you do',
    ],
    [3, 'help'],
  ],
  identity: [
    [5, 'your name', 'who are you', 'who is this !client|customer', 'who am i talking|speaking', 'introduce yourself'],
  ],
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
  presence: [
    [5, 'are you there|listening', 'can|do you hear me'],
    [3, 'have|got a question'],
  ],
  date: [[5, 'what day|date is it|today', 'is the date|day']],
  time: [[5, 'what time is it !in|for', 'is the time !in|for|from|of']],
  change: [[7, 'delete|remove|erase|update|edit|rename|block|close #client|client|customer|transaction|transactions']],
  wait: [[3, 'wait|hang', 'hold on', 'one|a|just moment|second|sec|minute', 'let me think|see']],
};

/** Weight that an intent's own words need before details count: "is it client 5001" sends nothing. */
export const OWN_WORDS: Partial<Readonly<Record<Intent, number>>> = { email: 2, chart: 2 };

/** Details that speak for an intent once its own words have: "show me client 5001". */
export const DETAILS: readonly (readonly [weight: number, mask: string, intents: readonly Intent[]])[] = [
  [3, '#client', ['query', 'email', 'chart']],
  [1, '#date', ['query', 'email', 'chart']],
  [1, '#category', ['query', 'chart']],
  [1, '#count', ['query']],
  [1, '#amount', ['query']],
  [-3, '#client', ['ask']],
];
/** Which of two intents with the same score wins: the first. */
export const ORDER: readonly Intent[] = [
  'goodbye',
  'repeat',
  'help',
  'identity',
  'robot',
  'person',
  'feeling',
  'joke',
  'change',
  'date',
  'time',
  'web',
  'email',
  'chart',
  'ask',
  'query',
  'presence',
  'more',
  'thanks',
  'wait',
  'greeting',
  'praise',
];
