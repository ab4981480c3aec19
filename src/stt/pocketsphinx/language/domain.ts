import type { TemplateSection } from './template.js';
import { sampleSentences, seededRandom } from './template.js';
import { cardinal, ordinal, spokenForms, spokenYear } from './spoken-number.js';

/** What callers of this deployment talk about: the language model's templates are filled from here. Lower-case words. */
export interface SpeechDomain {
  /** Client numbers, said in every usual way ("five thousand and one", "fifty oh one", "five double oh one"). */
  readonly clientNumbers: readonly number[];
  /** Years that may come up in dates. */
  readonly years: readonly number[];
  /** Kinds of transaction, as in "how much did they spend on ...". */
  readonly categories: readonly string[];
  /** Subjects of documents, as in "what is our ... policy". */
  readonly topics: readonly string[];
  /** Plural subjects, as in "how do ... work". */
  readonly questionsAboutPolicies: readonly string[];
  /** Cities and countries, as in "the weather in ...". */
  readonly places: readonly string[];
  /** Before the "at" of a spoken mail address. */
  readonly mailNames: readonly string[];
  /** After the "at". */
  readonly mailHosts: readonly string[];
  /** After the "dot"; repeat one to make it likelier. */
  readonly mailEndings: readonly string[];
  /** What callers call the agent. */
  readonly agentNames: readonly string[];
  /** Names and words that may come up anywhere (agents' key terms). */
  readonly keyTerms: readonly string[];
  /** Whole sentences, in template syntax, that this deployment expects besides. */
  readonly phrases: readonly string[];
}

/** Enough for every pair of slot values to be seen; more changes the recognition no further. */
const SENTENCES = 20_000;
const SEED = 5001;

const MONTHS = 'january february march april may june july august september october november december'.split(' ');

/** Numbers of clients that do not exist, so that asking for one is heard as it was said. */
const OTHER_NUMBERS = [1001, 1234, 4999, 5000, 5021, 5025, 5050, 5099, 5100, 5555, 6001, 7000, 9000, 9999];

const SECTIONS: readonly TemplateSection[] = [
  {
    weight: 26, // transactions
    templates: [
      '(what|which) [(recent|latest|last)] {transactions} (does|did|has) {client} (have|make|made) [{period}]',
      'what are the [(recent|latest|last)] {transactions} (of|for|from) {client} [{period}]',
      '{asking} [(all|all the|the|some)] [(recent|latest|last|last {small})] {transactions} (of|for|from|by) {client} [{period}]',
      '{asking} {client} [{period}]',
      '{asking} {client} {transactions} [{period}]',
      '{asking} what {client} (spent|bought|paid|earned|received|spent) [on {category}] [{period}]',
      '{asking} how much {client} (spent|paid) [on {category}] [{period}]',
      'how much (did|has) {client} (spend|spent|pay|paid) [on {category}] [{period}]',
      'how much money (did|has) {client} (spend|spent) [on {category}] [{period}]',
      'what did {client} (spend|buy|pay|purchase) [on {category}] [{period}]',
      'what (has|is) {client} (spent|been spending|bought|spending) [on {category}] [{period}]',
      'how many {transactions} (did|does|has) {client} (have|make|made) [{period}]',
      '(what|how) about {client} [{period}]',
      '(and|and for|for|and what about) {client} [{period}]',
      '{category} {transactions} (of|for|from) {client} [{period}]',
      '{transactions} (of|for) {client} [{period}]',
      '{asking} the (biggest|largest|smallest|last|first) {transaction} (of|for|from) {client} [{period}]',
      'what (was|is) the (biggest|largest|last|latest) {transaction} (of|for|from) {client} [{period}]',
      '(look up|look at|check|open|pull up) {client} [for me]',
      '(i need|i want|i would like|i would like to see|i want to see|let me see) [all] [the] {transactions} (of|for) {client} [{period}]',
      'do you have [any] {transactions} (for|of) {client} [{period}]',
      'did {client} (spend|pay|buy) anything [on {category}] [{period}]',
      'what is the (total|balance|sum) (of|for) {client} [{period}]',
      '{client} [please]',
      '{client} {period}',
    ],
  },
  {
    weight: 10, // follow-ups
    templates: [
      '(and|how about|what about|only|just|now|and what about) [(in|for)] {month}',
      '(and|how about|what about|only|just|now|and) {period}',
      '(and|how about|what about|only|just|now|and) [(on|for)] {category}',
      'how much (did|have) they (spend|spent|pay|paid) [on {category}] [{period}]',
      'how much (did|has) (he|she) (spend|spent) [on {category}] [{period}]',
      'what (did|have) they (spend|buy|bought|spent) [on {category}] [{period}]',
      '{asking} (more|the rest|the next {small}|the last {small}|the first {small}|them all|all of them|the details)',
      'how many [{transactions}] (are there|were there|is that|are those)',
      'what is the total [{period}]',
      'how much is (that|it) [in total|all together|altogether]',
      '(which|what) (category|one) is the (biggest|largest|highest)',
      '(read|tell) (them|it|that) to me',
      '(the same|same|do the same|same thing|the same thing) (for|with) {client} [{period}]',
      'between {month} and {month}',
      'from {month} to {month} [{year}]',
    ],
  },
  {
    weight: 14, // mail
    templates: [
      '{polite} {mailing} {those} [{transactions}] to {address}',
      '{mailing} {those} [{transactions}] to {address}',
      '{mailing} {those} to {address} [please]',
      '{mailing} [the|a] (report|list|summary|{transactions}) [(of|for) {client}] [{period}] to {address}',
      '{mailing} {those} {transactions} (of|for) {client} to {address}',
      '{mailing} the {transactions} (of|for) {client} [{period}] to {address}',
      '{mailing} {address} {those} {transactions}',
      '(to|send it to|the address is|it is|my address is|my email is|my email address is|use) {address}',
      '{address}',
      'no [it is|send it to|make it|use] {address}',
      'can you {mailing} (them|it|that|those|this) to me',
    ],
  },
  {
    weight: 14, // documents
    templates: [
      "(what is|what's|tell me about|explain|what about|describe|how about) (our|your|the|the company's) {topic} policy",
      "(what is|what's|tell me about|explain|what about|describe|read me) (our|your|the) {topic} (policy|rules|process|procedure|terms|conditions)",
      'what (does|do) (our|your|the) {topic} (policy|rules) say [about {topics}]',
      'how do {topics} work',
      'how does (a|the|our|your) {topic} [policy|process] work',
      'what are (our|your|the) {topic} (rules|policies|terms|conditions|fees|limits)',
      'what are (our|your|the) {topics}',
      '(tell me|what do you know|what can you tell me|i have a question) about {topics}',
      '(can|how can|may|how do) (i|a client|a customer|we|you|customers|clients) (get a refund|return something|open a dispute|dispute a {transaction}|cancel|cancel my account|close my account|close an account|make a complaint|change my address|change my password|reset my password|report a lost card|report fraud|get my money back|raise my limit|raise the limit|contact support|return a product)',
      'how long (does|do) (a refund|refunds|shipping|delivery|a dispute|a transfer|it|a return|verification) take',
      'when (do|will) (i|we|customers|clients) get (a refund|the refund|my money|the money back|my money back|paid)',
      'what are (our|your|the) opening hours',
      '(when|at what time) (do you|are you|does the office|do we|is the office) (open|close|opened|closed)',
      'what (is|are) the (fee|fees|limit|limits|charge|cost|costs) for (a transfer|transfers|{topics}|a late payment|closing an account|{topics})',
      'how much (is the fee|are the fees|does it cost|do you charge) [for {topics}]',
      'is there a (fee|limit|charge) (for|on) {topics}',
      '(search|look in|check) (the documents|our documents|the policies|the knowledge base|the handbook) for {topic}',
      'what happens if (i|a client|a customer) (pays|pay) late',
      'do you (have|offer) (a {topic} policy|refunds|returns|{topics})',
      'how (do you|do we|are) (handle|process|protect|store) (refunds|complaints|my data|personal data|customer data|{topics})',
      'what do you do with my data',
      '{topic} policy [please]',
    ],
  },
  {
    weight: 10, // charts
    templates: [
      '{drawing} [me] [a|the] [{chartkind}] (chart|graph|diagram|plot) (for|of|from) {client} [{period}]',
      '{drawing} [me] a (chart|graph) of [the] (spending|expenses|transactions|costs|payments|purchases|spending) (for|of|by) {client} [{period}]',
      '{drawing} [me] a (chart|graph) of what {client} (spent|bought|paid) [{period}]',
      '{drawing} [me] a (chart|graph) (for|of) (that|this|those|them|it|this client|that client|the same client)',
      '{polite} {drawing} [me] a (chart|graph) [(for|of) {client}] [by (month|category)]',
      '{drawing} [me] (that|it|this|them) (as|in) a (chart|graph)',
      '(now|and) (as|in) a (chart|graph)',
      '{drawing} [me] [the] spending (for|of) {client} [by (month|category)]',
      'a chart (for|of) {client} [by (month|category)]',
      '(by category|by month) [instead|please]',
    ],
  },
  {
    weight: 9, // the world
    templates: [
      "(what is|what's|how is|how's|tell me) the (weather|weather|temperature|forecast|time) [like] in {place} [today|now|right now|tomorrow|this week|this weekend]",
      'how (is|was) the weather (in|for) {place}',
      '(is it|will it be|will it) (raining|sunny|cold|warm|hot|rain|snow|snowing) in {place} [today|tomorrow|now]',
      "(what is|what's|tell me) the (capital|population|time|currency|news|price|history) (of|in|from) {place}",
      '(what about|and|and in|how about|in) {place}',
      '(who is|who was) the (president|prime minister|mayor|king|queen) of {place}',
      '(search|search the web|search the internet|look|google) for (the weather|news|flights|hotels|information) [(in|to|about) {place}]',
      'what is the (price of bitcoin|stock price|exchange rate|latest news|date|date today|time|time now)',
      'what (day|time) is it [today|now|in {place}]',
      '(who|what|where) (is|was) {keyterm}',
      'tell me (about|something about|more about) {keyterm}',
    ],
  },
  {
    weight: 17, // the conversation itself
    templates: [
      '{yes}',
      '{yes}',
      '{yes}',
      '{no}',
      '{no}',
      '{no}',
      '{yes} (send it|send them|send that|do it|do that|go ahead|please do|that is right|that is correct|thank you|i am sure)',
      "{no} (do not send it|don't send it|don't|not now|stop|cancel|cancel that|wait|never mind|that is wrong|thank you|thanks)",
      '{no} [i said|i meant|i mean|it is|that is|make it|make that|not that one] {client}',
      '(sorry|wait|actually|i mean|i meant|i said|not {client} but|hold on) {client} [please]',
      '(sorry|actually|i mean|i meant) {period}',
      '(cancel|cancel that|cancel it|stop|stop it|stop that|never mind|forget it|forget that|wait|hold on|one moment|just a moment|one second|hang on)',
      '(hello|hi|hey|good morning|good afternoon|good evening) [{agent}]',
      '(hello|hi|hey) [{agent}] (how are you|can you help me|i have a question|i need help|i need some help|can you hear me)',
      '(thanks|thank you|thank you very much|thanks a lot|great|great thanks|perfect|perfect thank you|wonderful|very good|good|nice) [{agent}]',
      "[no] (thanks|thank you) (that is all|that's all|that was all|that will be all|bye|goodbye)",
      '(goodbye|bye|bye bye|see you|see you later|have a nice day|talk to you later|good night) [{agent}]',
      "(that is all|that's all|that is it|that was everything|nothing else|i am done|we are done) [thank you|thanks|for today|for now]",
      '(what|pardon|sorry|excuse me) [what did you say|say that again|can you repeat that|could you repeat that|i did not hear you]',
      '(repeat|repeat that|say that again|can you repeat that|could you say that again|once more|again) [please]',
      '(speak|talk) (slower|faster|louder|more slowly) [please]',
      '(what can you do|how can you help|how can you help me|what can i ask|what can i ask you|help|help me|i need help|who are you|what is your name|are you a robot|are you a human|are you there)',
      '(can|could|may) i (speak|talk) to (a human|a person|someone|an agent|somebody else)',
      '(my name is|this is|i am) {firstname}',
      '{keyterm}',
      '{keyterm} [please]',
      '(okay|alright|all right|i see|got it|right|fine|sure)',
    ],
  },
];

const SLOTS = {
  client: ['client {id}', 'client {id}', 'client {id}', 'client number {id}', 'customer {id}', 'account {id}', '{id}', 'client {otherid}'],
  transactions: ['transactions', 'transactions', 'transactions', 'purchases', 'payments', 'charges', 'expenses'],
  transaction: ['transaction', 'transaction', 'purchase', 'payment', 'charge', 'expense'],
  asking: ['show me', 'show me', 'show', 'give me', 'tell me', 'list', 'list', 'find', 'get', 'get me', 'read me', 'read', 'let me see', '{polite} (show|give|tell|find|get) me', 'i want to see', 'i need', 'what are'],
  polite: ['please', 'can you', 'could you', 'can you please', 'could you please', 'would you', 'will you', 'i want you to', 'i would like you to', 'now', 'and', 'okay'],
  small: ['two', 'three', 'four', 'five', 'six', 'ten', 'twenty'],
  period: [
    'in {month}', 'in {month}', 'in {month}', 'in {month} {year}', 'during {month}', 'last month', 'this month', 'last week', 'this week', 'last year', 'this year',
    'today', 'yesterday', 'since {month}', 'since {month} {day}', 'since last month', 'before {month}', 'after {month}', 'until {month}', 'between {month} and {month}', 'from {month} to {month}',
    'from {date} to {date}', 'between {date} and {date}', 'on {date}', 'in {year}', 'in the last {days} days', 'in the (last|past) (week|month|year|quarter|{small} (months|weeks))',
    'in the (first|second|third|fourth|last) quarter [of {year}]', 'so far', 'for (last|this) (month|year|week)', 'for {month}', 'so far this year',
  ],
  date: ['{month} {day}', '{month} the {day}', 'the {day} of {month}', '{month} {day} {year}', '{month} {cardinalday}'],
  days: ['seven', 'ten', 'fourteen', 'thirty', 'sixty', 'ninety'],
  mailing: ['send', 'send', 'send', 'email', 'email', 'mail', 'forward', '{polite} (send|email|mail|forward)'],
  those: ['those', 'those', 'these', 'them', 'them', 'that', 'that', 'this', 'it', 'it', 'the', 'everything', 'all of them', 'all those', 'all of those'],
  address: ['{mailname} at {mailhost} dot {mailending}', '{mailname} at {mailhost} dot {mailending}', '{mailname} at {mailhost} dot {mailending}', '{mailname} dot {mailname} at {mailhost} dot {mailending}'],
  drawing: ['generate', 'generate', 'draw', 'draw', 'make', 'create', 'show', 'plot', 'give', 'build', 'can you (draw|make|generate|create)', 'please (draw|make|generate|create)', 'i want', 'i need', 'i would like'],
  chartkind: ['bar', 'pie', 'line', 'spending', 'monthly', 'category', 'transaction', 'spending'],
  yes: ['yes', 'yes', 'yes please', 'yes please', 'yeah', 'yep', 'sure', 'okay', 'go ahead', 'yes go ahead', 'please do', 'do it', 'correct', 'that is correct', 'that is right', 'that\'s right', 'right', 'exactly', 'absolutely', 'of course', 'sounds good', 'yes that is right', 'yes send it', 'yes do it', 'send it', 'confirm', 'i confirm', 'please'],
  no: ['no', 'no', 'no thanks', 'no thank you', 'nope', 'no no', 'not now', 'not yet', 'please don\'t', 'do not do that', 'don\'t do that', 'don\'t send it', 'no don\'t', 'no wait', 'that is wrong', 'wrong'],
} as const; // prettier-ignore

/**
 * Sentences that callers of this domain may say, for the language model. Deterministic: the same domain gives the same
 * sentences. Throws SyntaxError when a phrase of the domain is not a valid template.
 */
export function domainSentences(domain: SpeechDomain, count = SENTENCES): string[] {
  const months = domain.keyTerms.length === 0 ? ['client'] : domain.keyTerms;
  const slots: Record<string, readonly string[]> = {
    ...SLOTS,
    id: domain.clientNumbers.flatMap(spokenForms),
    otherid: OTHER_NUMBERS.flatMap(spokenForms),
    month: MONTHS,
    day: Array.from({ length: 31 }, (_, at) => ordinal(at + 1)),
    cardinalday: Array.from({ length: 31 }, (_, at) => cardinal(at + 1)),
    year: domain.years.flatMap(spokenYear),
    category: domain.categories,
    topic: domain.topics,
    topics: domain.questionsAboutPolicies,
    place: domain.places,
    mailname: domain.mailNames,
    firstname: domain.mailNames,
    mailhost: domain.mailHosts,
    mailending: domain.mailEndings,
    agent: domain.agentNames,
    keyterm: months,
  };
  const own = domain.phrases.length === 0 ? [] : [{ weight: 20, templates: domain.phrases }];
  return sampleSentences([...SECTIONS, ...own], slots, count, seededRandom(SEED));
}
