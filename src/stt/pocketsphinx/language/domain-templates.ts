import type { TemplateSection } from './template.js';

// How callers of this domain speak, as templates. What they speak about (clients, categories, places, ...) comes from the
// SpeechDomain. A wording repeated in a list is likelier.

export const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** Numbers of clients that do not exist, so that asking for one is heard as it was said. */
export const OTHER_NUMBERS = [1001, 1234, 4999, 5000, 5021, 5025, 5050, 5099, 5100, 5555, 6001, 7000, 9000, 9999];

const transactions: TemplateSection = {
  weight: 26,
  templates: [
    '(what|which) [{recent}] {transactions} (does {client} have|did {client} (have|make)|has {client} (had|made)) [{period}]',
    'what are the [{recent}] {transactions} (of|for|from) {client} [{period}]',
    '{asking} [(all|all the|the|some)] [({recent}|last {small}|first {small})] {transactions} (of|for|from|by) {client} [{period}]',
    '{asking} {client} [{transactions}] [{period}]',
    '{asking} what {client} (spent|bought|paid|earned|received) [on {category}] [{period}]',
    '{asking} how much [money] {client} (spent|paid) [on {category}] [{period}]',
    '{asking} how many {transactions} {client} (had|has|made) [{period}]',
    '{asking} (everything|anything|all that) {client} (spent|bought|paid|paid for) [{period}]',
    'how much [money] (did {client} (spend|pay)|has {client} (spent|paid)) [on {category}] [{period}]',
    'what (did {client} (spend|buy|pay|purchase)|has {client} (spent|bought|paid|been spending)) [on {category}] [{period}]',
    'how many {transactions} (did|does|has) {client} (have|make|made) [{period}]',
    '(what|how) about {client} [{period}]',
    '(and|and for|for|and what about) {client} [{period}]',
    '{category} {transactions} (of|for|from) {client} [{period}]',
    '{transactions} (of|for) {client} [{period}]',
    '({asking}|what (was|is)) the (biggest|largest|smallest|last|first|latest|most expensive) {transaction} (of|for|from) {client} [{period}]',
    '(look up|look at|check|open|pull up) {client} [for me]',
    '(i need|i want|i would like|i would like to see|i want to see|let me see) [all] [the] {transactions} (of|for) {client} [{period}]',
    'do you have [any] {transactions} (for|of) {client} [{period}]',
    'did {client} (spend|pay|buy) anything [on {category}] [{period}]',
    'what is the (total|balance|sum) (of|for) {client} [{period}]',
    '(which client|who) (spent|paid) the (most|least) [money] [on {category}] [{period}]',
    '{client} [please]',
    '{client} {period}',
  ],
};

const followUps: TemplateSection = {
  weight: 10,
  templates: [
    '(and|how about|what about|only|just|now|and what about) [(in|for)] {month}',
    '(and|how about|what about|only|just|now|and) {period}',
    '(and|how about|what about|only|just|now|and) [(on|for)] {category}',
    'how much (did they (spend|pay)|have they (spent|paid)) [on {category}] [{period}]',
    'how much (did (he|she) spend|has (he|she) spent) [on {category}] [{period}]',
    'what (did they (spend|buy)|have they (bought|spent)) [on {category}] [{period}]',
    '{asking} (more|the rest|the next {small}|the last {small}|the first {small}|them all|all of them|the details)',
    'how many [{transactions}] (are there|were there|is that|are those)',
    'what is the total [{period}]',
    'how much is (that|it) [(in total|all together|altogether)]',
    '(which|what) (category|one) is the (biggest|largest|highest)',
    '(read|tell) (them|it|that) to me',
    '[do] (the same|same|same thing|the same thing) (for|with) {client} [{period}]',
    'between {month} and {month}',
    'from {month} to {month} [{year}]',
    '{period}',
  ],
};

const mail: TemplateSection = {
  weight: 14,
  templates: [
    '{polite} {mailing} {those} [{transactions}] to {address}',
    '{mailing} {those} [{transactions}] to {address}',
    '{mailing} {those} to {address} [please]',
    '{mailing} [the|a] (report|list|summary|{transactions}) [(of|for) {client}] [{period}] to {address}',
    '{mailing} {those} {transactions} (of|for) {client} to {address}',
    '{mailing} the {transactions} (of|for) {client} [{period}] to {address}',
    '{mailing} {address} {those} {transactions}',
    '{mailing} (me|them|him|her) (an email|a mail|a message|a report) [with {those} (report|list|{transactions})]',
    '(to|send it to|the address is|it is|my address is|my email is|my email address is|use) {address}',
    '{address}',
    'no [(it is|send it to|make it|use)] {address}',
    'can you {mailing} (them|it|that|those|this) to me',
  ],
};

const documents: TemplateSection = {
  weight: 14,
  templates: [
    "(what is|what's|tell me about|explain|what about|describe|how about) (our|your|the|the company's) {topic} policy",
    "(what is|what's|tell me about|explain|what about|describe|read me) (our|your|the) {topic} (policy|rules|process|procedure|terms|conditions)",
    'what (does|do) (our|your|the) {topic} (policy|rules) say [about {topics}]',
    'how do {topics} work',
    'how does (a|the|our|your) {topic} [policy|process] work',
    'what are (our|your|the) {topic} (rules|policies|terms|conditions|fees|limits)',
    'what are (our|your|the) {topics}',
    '(tell me|what do you know|what can you tell me|i have a question) about {topics}',
    '(can|how can|may|how do) (i|a client|a customer|we|you|customers|clients) {errand}',
    'i (want|need|would like) to {errand}',
    'how long (does|do) (a refund|refunds|shipping|delivery|a dispute|a transfer|it|a return|verification) take',
    'when (do|will) (i|we|customers|clients) get (a refund|the refund|my money|the money back|my money back|paid)',
    'what are (our|your|the) opening hours',
    '(when|at what time) (do you|are you|does the office|do we|is the office) (open|close|opened|closed)',
    'what (is|are) the (fee|fees|limit|limits|charge|cost|costs) for (a transfer|transfers|a late payment|closing an account|{topics}|{topics})',
    'how much (is the fee|are the fees|does it cost|do you charge) [for {topics}]',
    'is there a (fee|limit|charge) (for|on) {topics}',
    '(search|look in|check) (the documents|our documents|the policies|the knowledge base|the handbook) for {topic}',
    'what happens (if|when) (i|we|a client|a customer) (pay|pays) late',
    'what happens (if|when) (i|we|a client|a customer|a payment) (is|am|was) (late|delayed|missing|lost)',
    'do you (have|offer) (a {topic} policy|refunds|returns|{topics})',
    'how (do you|do we|are) (handle|process|protect|store) (refunds|complaints|my data|personal data|customer data|{topics})',
    'what do you do with my data',
    '{topic} policy [please]',
  ],
};

const charts: TemplateSection = {
  weight: 10,
  templates: [
    '{drawing} [me] [(a|the)] [{chartkind}] {chart} (for|of|from) {client} [{period}]',
    '{drawing} [me] a {chart} of [the] [{category}] (spending|expenses|transactions|costs|payments|purchases|spending) (for|of|by) {client} [{period}]',
    '{drawing} [me] a {chart} of {category} (for|of|by) {client} [{period}]',
    '{drawing} [me] a {chart} of what {client} (spent|bought|paid) [{period}]',
    '{drawing} [me] a {chart} (for|of) (that|this|those|them|it|this client|that client|the same client)',
    '{polite} {drawing} [me] a {chart} [(for|of) {client}] [by (month|category)]',
    '{drawing} [me] (that|it|this|them) (as|in) a {chart}',
    '(now|and) (as|in) a {chart}',
    '{drawing} [me] [the] [monthly] spending (for|of) {client} [by (month|category)]',
    '(a|a {chartkind}) {chart} [by (month|category)] (for|of) {client} [by (month|category)]',
    '(by category|by month) [(instead|please)]',
  ],
};

const world: TemplateSection = {
  weight: 9,
  templates: [
    "(what is|what's|how is|how's|tell me|what will be) the (weather|weather|temperature|forecast|time) [like] in {place} [{when}]",
    'how (is|was) the weather (in|for) {place}',
    '(is it|will it be|will it|is it going to) (raining|sunny|cold|warm|hot|rain|snow|snowing|be (warm|cold|sunny)) in {place} [{when}]',
    'how (warm|cold|hot) is it in {place} [{when}]',
    "(what is|what's|tell me) the (capital|population|time|currency|news|price|history) (of|in|from) {place}",
    '(what about|and|and in|how about|in) {place}',
    '(who is|who was) the (president|prime minister|mayor|king|queen) of {place}',
    '(search|search the web|search the internet|look|google) for (the weather|news|flights|hotels|information) [(in|to|about) {place}]',
    'what is the (price of bitcoin|stock price|exchange rate|latest news|date|date today|time|time now)',
    'what (day|time) is it [(today|now|in {place})]',
    '(who|what|where) (is|was) {keyterm}',
    'tell me (about|something about|more about) {keyterm}',
  ],
};

const conversation: TemplateSection = {
  weight: 17,
  templates: [
    '{yes}',
    '{yes}',
    '{yes}',
    '{no}',
    '{no}',
    '{no}',
    '{yes} (send it|send them|send that|do it|do that|go ahead|please do|that is right|that is correct|thank you|i am sure)',
    "{no} (do not send it|don't send it|don't|not now|stop|cancel|cancel that|wait|never mind|that is wrong|thank you|thanks)",
    '{no} [(i said|i meant|i mean|it is|that is|make it|make that|not that one)] ({client}|{month}|{category})',
    '(sorry|wait|actually|i mean|i meant|i said|not {client} but|hold on) ({client}|{month}|{period}) [please]',
    '(cancel|cancel that|cancel it|stop|stop it|stop that|never mind|forget it|forget that|wait|hold on|one moment|just a moment|one second|hang on)',
    '(hello|hi|hey|good morning|good afternoon|good evening) [{agent}]',
    '(hello|hi|hey) [{agent}] (how are you|can you help me|i have a question|i need help|i need some help|can you hear me)',
    '(thanks|thank you|thank you very much|thanks a lot|great|great thanks|perfect|perfect thank you|wonderful|very good|good|nice) [{agent}]',
    "[(no|great|okay)] (thanks|thank you) (that is all|that's all|that was all|that will be all|bye|goodbye)",
    '(goodbye|bye|bye bye|see you|see you later|have a nice day|talk to you later|good night) [{agent}]',
    "(that is all|that's all|that is it|that was everything|nothing else|i am done|we are done) [(thank you|thanks|for today|for now)]",
    '(what|pardon|sorry|excuse me) [(what did you say|say that again|can you repeat that|could you repeat that|i did not hear you)]',
    '(repeat|repeat that|say that again|can you repeat that|can you say that again|could you say that again|once more|again) [please]',
    '(speak|talk) (slower|faster|louder|more slowly) [please]',
    '(what can you do|how can you help|how can you help me|what can i ask|what can i ask you|help|help me|i need help|who are you|what is your name|are you a robot|are you a human|are you there)',
    '(can|could|may) i (speak|talk) to (a human|a person|a real person|someone|an agent|somebody else)',
    'i want to (speak|talk) to (a human|a person|a real person|someone|an agent)',
    '(my name is|this is|i am) {firstname}',
    '{keyterm}',
    '{keyterm} [please]',
    '(okay|alright|all right|i see|got it|right|fine|sure)',
  ],
};

export const SECTIONS: readonly TemplateSection[] = [
  transactions,
  followUps,
  mail,
  documents,
  charts,
  world,
  conversation,
];

const list = (lines: string): readonly string[] =>
  lines
    .split('\n')
    .flatMap((line) => line.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Slots whose fillings belong to the language rather than to the deployment. */
export const SLOTS: Readonly<Record<string, readonly string[]>> = {
  client:
    list(`client {id}, client {id}, client {id}, client {id}, client number {id}, customer {id}, account {id}, {id},
    client {otherid}`),
  recent: ['recent', 'latest', 'last'],
  transactions: list('transactions, transactions, transactions, purchases, payments, charges, expenses'),
  transaction: list('transaction, transaction, purchase, payment, charge, expense'),
  asking: list(`show me, show me, show, give me, tell me, list, list, find, get, get me, read me, read, let me see,
    {polite} (show|give|tell|find|get) me, i want to see, i would like to see, i need, what are`),
  polite: list(`please, can you, could you, can you please, could you please, would you, will you, i want you to,
    i would like you to, now, and, okay`),
  small: list('two, three, four, five, six, ten, twenty'),
  period:
    list(`in {month}, in {month}, in {month}, in {month} {year}, during {month}, for {month}, last month, this month,
    last week, this week, last year, this year, today, yesterday, since {month}, since {date}, since last month,
    before {month}, after {month}, until {month}, between {month} and {month}, from {month} to {month},
    from {date} to {date}, between {date} and {date}, on {date}, in {year}, in the last {days} days,
    in the (last|past) (week|month|year|quarter|{small} (months|weeks)),
    in the (first|second|third|fourth|last) quarter [of {year}], so far, so far this year,
    for (last|this) (month|year|week)`),
  date: list('{month} {day}, {month} the {day}, the {day} of {month}, {month} {day} {year}, {month} {cardinalday}'),
  days: list('seven, ten, fourteen, thirty, sixty, ninety'),
  when: list('today, now, right now, tomorrow, this week, this weekend, next week'),
  mailing: list('send, send, send, email, email, mail, forward, {polite} (send|email|mail|forward)'),
  those: list('those, those, these, them, them, that, that, this, it, it, the, everything, all of them, all of those'),
  address: list(`{mailname} at {mailhost} dot {mailending}, {mailname} at {mailhost} dot {mailending},
    {mailname} at {mailhost} dot {mailending}, {mailname} dot {mailname} at {mailhost} dot {mailending}`),
  errand: list(`get a refund, return something, open a dispute, dispute a {transaction}, cancel, cancel my account,
    close my account, close an account, make a complaint, change my address, change my password, reset my password,
    report a lost card, report fraud, get my money back, raise my limit, raise the limit, contact support,
    return a product, get (a|the) {chart} of {category} for {client}`),
  drawing: list(`generate, generate, draw, draw, make, create, show, plot, give, build, i want, i need, i would like,
    can you (draw|make|generate|create), please (draw|make|generate|create), can i (get|have|see)`),
  chart: list('chart, chart, chart, graph, diagram'),
  chartkind: list('bar, pie, line, spending, monthly, category, transaction'),
  yes: list(`yes, yes, yes please, yes please, yeah, yep, sure, okay, go ahead, yes go ahead, please do, do it, correct,
    that is correct, that is right, that's right, right, exactly, absolutely, of course, sounds good, yes that is right,
    yes send it, yes do it, send it, confirm, i confirm, please`),
  no: list(`no, no, no thanks, no thank you, nope, no no, not now, not yet, please don't, do not do that, don't do that,
    don't send it, no don't, no wait, that is wrong, wrong`),
};
