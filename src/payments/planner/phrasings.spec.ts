// What callers say, typed and as recognisers hear it, and what the planner does first about it. Lines marked "heard"
// came out of pocketsphinx's general model listening to flite (voices slt, rms, awb).
import type { ChatMessage } from '../../llm/llm.port.js';
import { answerOf, TODAY, TOOLS } from '../../../test/support/rules-conversation.js';
import { RulesModel } from '../../llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from './planner.js';

const model = new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY });

/** "query 5001 from=2026-03-01 ...", in the order of the calls; the words when it only speaks. */
async function firstStep(before: readonly ChatMessage[], text: string): Promise<string> {
  const messages: ChatMessage[] = [...before, { role: 'user', text }];
  const answer = await answerOf(model.stream({ messages, tools: TOOLS }, new AbortController().signal));
  if (answer.calls.length === 0) return answer.text;
  return answer.calls
    .map((call) => short(call.name, JSON.parse(call.arguments) as Parameters<typeof short>[1]))
    .join(' + ');
}

const NAMES: Record<string, string> = {
  query_transactions: 'query',
  send_email_report: 'email',
  generate_transaction_chart: 'chart',
  search_documents: 'documents',
  web_search: 'web',
};
interface Args extends Readonly<Record<string, unknown>> {
  readonly from?: string;
  readonly to?: string;
  readonly periods?: readonly { readonly from?: string; readonly to?: string }[];
  readonly categories?: readonly string[];
}
function short(name: string, args: Args): string {
  const {
    client_id,
    client_name,
    recipient,
    recipients,
    query,
    question: _whole,
    from,
    to,
    periods,
    categories,
    ...rest
  } = args;
  const period = [...(periods ?? []), ...(from === undefined && to === undefined ? [] : [args])].map(
    (one) => `${one.from ?? ''}..${one.to ?? ''}`,
  );
  const category = categories === undefined ? [] : [`category=${categories.join(',')}`];
  const more = [...category, ...Object.entries(rest).map(([key, value]) => `${key}=${String(value)}`)];
  const main = [client_id ?? client_name, recipient ?? recipients, query]
    .filter((part) => part !== undefined)
    .map(String);
  return [NAMES[name] ?? name, ...main, ...more.toSorted(), ...period].join(' ');
}

const exchange = (name: string, args: object, outcome: object, said: string): ChatMessage[] => [
  { role: 'assistant', text: '', toolCalls: [{ id: `call_${name}`, name, arguments: JSON.stringify(args) }] },
  { role: 'tool', callId: `call_${name}`, name, content: JSON.stringify(outcome) },
  { role: 'assistant', text: said },
];
const user = (text: string): ChatMessage => ({ role: 'user', text });
const found = { ok: true, data: { client: { id: 5009, name: 'Ann' }, count: 0, total: 0, transactions: [] } };
const question = 'I will send the transactions of client 5009 to ann@example.com. Shall I?';
const refused = { ok: false, code: 'confirmation_required', message: question };
const page = { ok: true, data: { results: [{ title: 'Refund policy', excerpt: '', content: 'Refunds are quick.' }] } };

/** What has been said before. */
const CONTEXTS = {
  nothing: [],
  'client 5009 in march': [
    user('what did client 5009 spend in march'),
    ...exchange('query_transactions', { client_id: 5009, from: '2026-03-01', to: '2026-03-31' }, found, 'Not much.'),
  ],
  'client 5009': [
    user('what transactions does client 5009 have'),
    ...exchange('query_transactions', { client_id: 5009 }, found, 'Many.'),
  ],
  'a chart of client 5009': [
    user('draw a chart for client 5009'),
    ...exchange('generate_transaction_chart', { client_id: 5009 }, { ok: true, data: { title: 'A chart' } }, 'Done.'),
  ],
  'shall I send?': [
    user('send the transactions of client 5009 to ann@example.com'),
    ...exchange('send_email_report', { client_id: 5009, recipient: 'ann@example.com' }, refused, question),
  ],
  'which client?': [user('what transactions do they have'), { role: 'assistant', text: 'Which client do you mean?' }],
  'which address?': [
    user('send the transactions of client 5009'),
    { role: 'assistant', text: 'Which e-mail address should I send it to?' },
  ],
  'about refunds': [
    user('how do refunds work'),
    ...exchange('search_documents', { query: 'refunds' }, page, 'Our refund policy says: Refunds are quick.'),
  ],
} as const satisfies Record<string, readonly ChatMessage[]>;

type Table = readonly (readonly [said: string, expected: string | RegExp])[];
const SEND = 'email 5009 ann@example.com';

const TABLE: Record<keyof typeof CONTEXTS, Table> = {
  nothing: [
    // Transactions
    ['What transactions does client 5001 have?', 'query 5001'],
    ['what transactions does client five thousand and one have', 'query 5001'],
    ['what transactions as planned five zero zero one have', 'query 5001'], // heard
    ['what transactions as planned five thousand one hand', 'query 5001'], // heard
    ['what transactions just client five thousand one have', 'query 5001'], // heard
    ['what injections goes blind five thousand and one of the', 'query 5001'], // heard
    ['show me the transactions of client fifty oh one', 'query 5001'],
    ['list all transactions for customer 5001', 'query 5001'],
    ["Show me client 5001's transactions.", 'query 5001'],
    ['can you tell me about client 5001', 'query 5001'],
    ['i need the transactions for five double oh one please', 'query 5001'],
    ['hi julia can you show me the transactions of client 5001', 'query 5001'],
    ['show me what client five thousand and two spent in march', 'query 5002 2026-03-01..2026-03-31'],
    ['shiny like land five thousand and two spent in march', 'query 5002 2026-03-01..2026-03-31'], // heard
    ['what did client 5010 spend between march and may', 'query 5010 2026-03-01..2026-05-31'],
    ['what did client 5003 buy yesterday', 'query 5003 direction=spent 2026-11-19..2026-11-19'],
    ['how much did client 5003 spend on groceries last month', 'query 5003 category=groceries 2026-10-01..2026-10-31'],
    ['how much did client 5003 pay for restaurants this year', 'query 5003 category=dining 2026-01-01..2026-12-31'],
    ['show me the last three transactions of client five zero one two', 'query 5012 limit=3'],
    ['show me the last three transactions of plain five zero one two', 'query 5012 limit=3'], // heard
    ['the five most recent purchases of client 5012', 'query 5012 direction=spent limit=5'],
    ['what was the last transaction of client 5012', 'query 5012 limit=1'],
    ['list the purchases of customer five oh one four since january', 'query 5014 direction=spent 2026-01-01..'],
    ['list the purchasers of customers five oh one for since january', 'query 5014 2026-01-01..'], // heard
    ['was the purchases of customer five or one for since january', 'query 5014 direction=spent 2026-01-01..'], // heard
    ['give me the spending of client five thousand and sixteen for this year', 'query 5016 2026-01-01..2026-12-31'],
    ['give me the spending of play and five thousand and sixteen for this year', 'query 5016 2026-01-01..2026-12-31'], // heard
    ['show me client 5001 and client 5002', 'query 5001 + query 5002'],
    ['show me blind five thousand and one and blind five thousand and two', 'query 5001 + query 5002'], // heard
    ['compare the spending of clients 5001 5002 and 5003', 'query 5001 + query 5002 + query 5003'],
    ['client five thousand and one', 'query 5001'],
    ['client 5001 no sorry 5002', 'query 5002'],
    ['show me client 5001 i mean client 5002', 'query 5002'],
    ['not 5001 5002', 'query 5002'],
    ['what did client 5001 spend on food in march and april', 'query 5001 category=groceries 2026-03-01..2026-04-30'],
    ['how much did client 5001 spend on dog toys', 'query 5001 merchant=dog toys'],
    ['what was the biggest purchase of client 5001', 'query 5001 direction=spent limit=1 sort=largest'],
    ['transactions over one hundred dollars for client 5001', 'query 5001 direction=spent min_amount=100'],
    ['what refunds did client 5001 get', 'query 5001 direction=refunded'],
    ['No. Show me client 5001. In March.', 'query 5001 2026-03-01..2026-03-31'],
    ['what transactions do they have', 'Which client do you mean?'],
    ['show me the transactions', 'Which client do you mean?'],
    ['in march', 'Which client do you mean?'],
    // Charts
    ['Generate a chart for client 5001', 'chart 5001'],
    ['generated charge for clay and five thousand and one', 'chart 5001'], // heard
    ['generated charge for client five thousand and one', 'chart 5001'], // heard
    ['draw me a chart of spending for fifty oh one', 'chart 5001'],
    ['a charge of spending for fifty oh one', 'chart 5001'],
    ['plot the monthly spending of client five double oh three', 'chart 5003 by=month'],
    ['make a pie chart by category for client fifty twelve', 'chart 5012 by=category kind=pie'],
    ['can i see a graph of what client 5003 spent this year', 'chart 5003 2026-01-01..2026-12-31'],
    ['visualize the spending of client 5003', 'chart 5003'],
    ['draw me the spending of client 5003 by month', 'chart 5003 by=month'],
    ['list the first charge of client 5015', 'query 5015 limit=1 sort=oldest'],
    ['draw a chart', 'Which client do you mean?'],
    // Mail
    ['Send the transactions of client 5001 to john@example.com', 'email 5001 john@example.com'],
    [
      "send client five thousand and four's transactions to bob underscore smith at example dot com",
      'email 5004 bob_smith@example.com',
    ],
    ['scent gland five thousand and four as transactions to bob an example dot com', 'email 5004 bob@example.com'], // heard
    [
      'email the march transactions of client 5001 to maria at example dot org',
      'email 5001 maria@example.org 2026-03-01..2026-03-31',
    ],
    ['forward the report for client 5001 to maria at example dot org', 'email 5001 maria@example.org'],
    ['send client 5001 to my colleague maria at example dot org', 'email 5001 maria@example.org'],
    ['send client 5001 to a@example.com and also to b@example.com', 'email 5001 a@example.com,b@example.com'],
    [
      'mail the three largest travel purchases of client 5001 to a@example.com',
      'email 5001 a@example.com category=travel direction=spent limit=3 sort=largest',
    ],
    ['send the transactions of client 5001', 'Which e-mail address should I send it to?'],
    ['mail me the transactions of client 5001', 'Which e-mail address should I send it to?'],
    ['send it to john at example dot com', 'Which client do you mean?'],
    // Several things at once
    ['show me client 5001 and draw a chart', 'query 5001 + chart 5001'],
    ['draw a chart for client 5001 and send it to bob at example dot com', 'chart 5001 + email 5001 bob@example.com'],
    ['Show me client 5001. What is our refund policy?', 'query 5001 + documents refund policy'],
    // Documents and the web
    ['What is our refund policy?', 'documents refund policy'],
    ['somebody stole my credit card', 'documents somebody stole credit card'],
    ['my parcel never arrived', 'documents parcel never arrived'],
    ['are you open on Sundays', 'documents open sundays'],
    ['I paid for it a month ago, can I return it', /^documents .*paid/],
    ['there is a payment on my bill that is not mine', /^documents .*bill/],
    ['what is a refund policy', 'documents refund policy'], // heard
    ['how do refunds work', 'documents refunds'],
    ['had to refund to work', 'documents refund'], // heard
    ['refunds', 'documents refunds'],
    ['tell me about refunds', 'documents refunds'],
    ['can i get my money back', 'documents money back'],
    ['how long does shipping take', 'documents shipping'],
    ['5001 in october, leaving rent out', 'query 5001 except=rent 2026-10-01..2026-10-31'],
    ['5001 this year apart from eating out and rent', 'query 5001 except=dining,rent 2026-01-01..2026-12-31'],
    ['total of 5002 not counting Oakwood Properties', 'query 5002 except=oakwood properties'],
    ['5001 total except in may', 'query 5001'], // which it says
    ['5001 everything but travel, july', 'query 5001 except=travel 2026-07-01..2026-07-31'],
    ['5001 this yr excl. rent n utilities', 'query 5001 except=rent,utilities 2026-01-01..2026-12-31'],
    ['chart of client 5001 by category without rent', 'chart 5001 by=category except=rent'],
    ['can i leave my card at home', 'documents leave card home'],
    ['totl spendings of clinet 5001 on restaraunts in febuary', 'query 5001 category=dining 2026-02-01..2026-02-28'],
    ['which client spent the most', /can't see how many clients/],
    ['how much money does client 5001 have in his account', /balance/],
    ['how much does shipping cost', 'documents shipping cost'],
    ['what are your opening hours', 'documents opening hours'],
    ['where can i file a complaint', 'documents file complaint'],
    ['i want to know how to reset my password', 'documents reset password'],
    ['which transactions are not refundable', 'documents transactions refundable'],
    ['how long do transactions take to clear', 'documents transactions clear'],
    ['how do i send money abroad', 'documents send money abroad'],
    ['what is the email address of support', 'documents email address support'],
    ['what are the late payment charges', 'documents late payment charges'],
    ['does the warranty cover travel', 'documents warranty cover travel'],
    ['What is the weather in San Francisco?', 'documents weather san francisco'],
    ['show me the weather in san francisco', 'documents weather san francisco'],
    ['who won the world cup', 'documents won world cup'],
    ['what time is it in budapest', 'documents time budapest'],
    ['how tall is mount everest', 'documents tall mount everest'],
    ['will it rain in paris tomorrow', 'documents rain paris tomorrow'],
    ['search the internet for hotels in atlanta', 'web search the internet for hotels in atlanta'],
    ['search the documents for refunds', 'documents refunds'],
    ['what do you do with my data', 'documents data'],
    ['what can you tell me about foreign transactions', 'documents foreign transactions'],
    ['i lost my card', 'documents lost card'],
    ['what is the spending limit', 'documents spending limit'],
    ['search the web for refund laws', 'web search the web for refund laws'],
    ['google the capital of france', 'web google the capital of france'],
    // Talk
    ['hello', /^Hello/],
    ['hey julia', /^Hello/],
    ['good morning', /^Hello/],
    ['hi there how are you', /doing fine/],
    ["ugh, mondays. how's your day going?", /doing fine/],
    ["lol nothing going on here today. how's your monday been?", /doing fine/],
    ['do you have any plans for the weekend', /doing fine/],
    ['is everything alright with you', /doing fine/],
    ['thank you', /welcome/],
    ['thanks a lot', /welcome/],
    ['thank you goodbye', /^Goodbye/],
    ['then q goodbye', /^Goodbye/], // heard
    ['that is all', /^Goodbye/],
    ['no that will be all', /^Goodbye/],
    ['what can you do', /^I can look up/],
    ['what can you do huh', /^I can look up/], // heard
    ['help', /^I can look up/],
    ['who are you', /^I am /],
    ["what's your name", /^I am /],
    ['are you a robot', /computer program/],
    ['are you a real person, or am i talking to a computer', /computer program/],
    ['is this a recording or a human', /computer program/],
    ['are you human', /computer program/],
    ['can i talk to a real person', /cannot connect you/],
    ['tell me a joke', /jokes/],
    ['hold on a second', /take your time/],
    ['are you there', /listening/],
    ['what day is it today', 'Today is November 20th.'],
    ['what time is it', /do not know what time/],
    ["don't send it", /^Okay, I will not send it/],
    ['delete client 5001', /cannot change anything/],
    ['great', /glad/],
    ['repeat that', /not said anything/],
    ['more', /nothing more to read/],
    ['yes', /What can I do/],
    ['no', /What else/],
    // Nothing that it knows
    ['purple monkey dishwasher', /^documents /],
    ['jeremy fell over', /^documents /],
    ['male rape hard to manage on their dad charlie nine iron', /^documents /], // heard
    ['the hotel charged me more than we agreed', 'documents hotel charged than agreed'],
    ['uh', /did not understand/],
    ['...', /did not understand/],
  ],
  'client 5009 in march': [
    ['what about april', 'query 5009 2026-04-01..2026-04-30'],
    ['and in april', 'query 5009 2026-04-01..2026-04-30'],
    ['and for client 5002?', 'query 5002 2026-03-01..2026-03-31'],
    ['and so blind five thousand and seven', 'query 5007 2026-03-01..2026-03-31'], // heard
    ['same for client 5002', 'query 5002 2026-03-01..2026-03-31'],
    ['no client five thousand and two', 'query 5002 2026-03-01..2026-03-31'],
    ['no plan five thousand and two', 'query 5002 2026-03-01..2026-03-31'], // heard
    ['i meant 5002', 'query 5002 2026-03-01..2026-03-31'],
    ['no i meant may', 'query 5009 2026-05-01..2026-05-31'],
    ['how much on groceries', 'query 5009 category=groceries 2026-03-01..2026-03-31'],
    ['how much did they spend on groceries', 'query 5009 category=groceries 2026-03-01..2026-03-31'],
    ['how much it they spend on groceries', 'query 5009 category=groceries 2026-03-01..2026-03-31'], // heard
    ['how much on restaurants last month', 'query 5009 category=dining 2026-10-01..2026-10-31'],
    ['how much owned restaurants last month', 'query 5009 category=dining 2026-10-01..2026-10-31'], // heard
    ['the last three', 'query 5009 limit=3 2026-03-01..2026-03-31'],
    ['show me the last two purchases', 'query 5009 direction=spent limit=2 2026-03-01..2026-03-31'],
    ['and altogether', 'query 5009'],
    ['and how much was that alltogether?', 'query 5009 2026-03-01..2026-03-31'],
    ['what transactions does client 5001 have', 'query 5001'],
    ['send those transactions to john at example dot com', 'email 5009 john@example.com 2026-03-01..2026-03-31'],
    ['send those transactions to john an example dot com', 'email 5009 john@example.com 2026-03-01..2026-03-31'], // heard
    ['she and those transactions to john that example dot com', 'email 5009 john@example.com 2026-03-01..2026-03-31'], // heard
    ['email that to maria at example dot org', 'email 5009 maria@example.org 2026-03-01..2026-03-31'],
    ['to maria at example dot org', 'email 5009 maria@example.org 2026-03-01..2026-03-31'],
    ['send it', 'Which e-mail address should I send it to?'],
    ['send the april ones to bob at example dot com', 'email 5009 bob@example.com 2026-04-01..2026-04-30'],
    ['draw me a chart of that', 'chart 5009 2026-03-01..2026-03-31'],
    ['can you plot it by category', 'chart 5009 by=category 2026-03-01..2026-03-31'],
    ['how do refunds work', 'documents refunds'],
    ['that is the wrong client', 'Which client do you mean?'],
    ['repeat that', 'Not much.'],
    ['what did you say', 'Not much.'],
    ['yes', /What can I do/],
  ],
  'client 5009': [
    ['how much did they spend in april', 'query 5009 2026-04-01..2026-04-30'],
    ['what did they buy me yesterday', 'query 5009 direction=spent 2026-11-19..2026-11-19'], // heard
    ['what was the last transaction', 'query 5009 limit=1'],
    ['what is the total', 'query 5009'],
    ['and in total', 'query 5009'],
    ['how many is that', 'query 5009'],
    ['which category is the biggest', 'query 5009 group_by=category'],
    ['by month', 'query 5009 group_by=month'],
    ['break it down by category', 'query 5009 group_by=category'],
    ['what was the most expensive one', 'query 5009 limit=1 sort=largest'],
    ['did they get any refunds', 'query 5009 direction=refunded'],
    ['only the groceries', 'query 5009 category=groceries'],
    ['make it a pie', 'chart 5009 kind=pie'],
    ['email it', 'Which e-mail address should I send it to?'],
    ['Send those transactions to john@example.com', 'email 5009 john@example.com'],
    ['mail the report to anna dot berg at parley dot io', 'email 5009 anna.berg@parley.io'],
    ['and draw a chart', 'chart 5009'],
    ['what is the weather in san francisco', 'documents weather san francisco'],
  ],
  'a chart of client 5009': [
    ['and for client 5002', 'chart 5002'],
    ['by category please', 'chart 5009 by=category'],
    ['only since june', 'chart 5009 2026-06-01..'],
    ['send that to bob at example dot com', 'email 5009 bob@example.com'],
    ['what did they spend in may', 'query 5009 2026-05-01..2026-05-31'],
    ['how much on travel', 'query 5009 category=travel'],
  ],
  'shall I send?': [
    ['yes', SEND],
    ['yes please', SEND],
    ['Yes, please send it.', SEND],
    ['yeah go ahead', SEND],
    ['sure', SEND],
    ['okay do it', SEND],
    ['that is correct', SEND],
    ['send it', SEND],
    ['please do', SEND],
    ['yes ended', SEND], // heard
    ['yeah she wondered', SEND], // heard
    ['yes and draw a chart', `${SEND} + chart 5009`],
    ['no', /^Okay, I will not send it/],
    ['no thanks', /^Okay, I will not send it/],
    ['no do not send it', /^Okay, I will not send it/],
    ["don't send it", /^Okay, I will not send it/],
    ['never mind', /^Okay, I will not send it/],
    ['stop', /^Okay, I will not send it/],
    ['no send it to maria at example dot org', 'email 5009 maria@example.org'],
    ['yes but to maria at example dot org', 'email 5009 maria@example.org'],
    ['send it to maria at example dot org instead', 'email 5009 maria@example.org'],
    ['maria at example dot org', 'email 5009 maria@example.org'],
    ['no for client 5002', 'email 5002 ann@example.com'],
    ['no that is the wrong address', 'Which e-mail address should I send it to?'],
    ['hm', SEND],
    ['us ended', SEND], // heard
    ['wait', SEND],
    ['yes no', SEND],
    ['no yes', SEND],
    ['maybe', SEND],
    ['is that the right address', SEND],
    ['okay to whom', SEND],
    ['yes to mary', SEND],
    ['yes to ann please', SEND],
    ['do you have it right', SEND],
    ['can you repeat that', SEND],
    ['what is our refund policy', 'documents refund policy'],
  ],
  'which client?': [
    ['five thousand and one', 'query 5001'],
    ['fifty oh one', 'query 5001'],
    ['client five thousand and one please', 'query 5001'],
    ['the one with number 77', 'query 77'],
    ['five thousand and one in march', 'query 5001 2026-03-01..2026-03-31'],
    ['anna i think', 'query anna'],
    ['never mind', /never mind that/],
    ['how do refunds work', 'documents refunds'],
  ],
  'which address?': [
    ['john at example dot com', 'email 5009 john@example.com'],
    ['john an example dot com', 'email 5009 john@example.com'],
    ['the address is j o h n at example dot com', 'email 5009 john@example.com'],
    ['to my boss maria at example dot org please', 'email 5009 maria@example.org'],
    ['john', /did not catch the address/],
    ['cancel that', /never mind that/],
  ],
  'about refunds': [
    ['how long does it take', 'documents refunds'],
    ['and what about the shipping costs', 'documents shipping costs refunds'],
    ['what about client 5001', 'query 5001'],
    ['tell me more', /was everything/],
  ],
};

describe.each(Object.entries(CONTEXTS))('after %s', (context, before) => {
  it.each(TABLE[context as keyof typeof CONTEXTS])('%s', async (said, expected) => {
    const step = await firstStep(before, said);
    if (typeof expected === 'string') expect(step).toBe(expected);
    else expect(step).toMatch(expected);
  });
});
