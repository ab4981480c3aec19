// How callers of a payments company speak, as templates for the local recogniser. What they speak about (clients,
// categories, topics) is in vocabulary.ts. A wording repeated in a list is likelier.
import type { TemplateSection } from '../../stt/domain.port.js';

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

export const SECTIONS: readonly TemplateSection[] = [transactions, followUps, mail, documents, charts];
