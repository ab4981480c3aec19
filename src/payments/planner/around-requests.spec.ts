// What strangers put around a request, and how they shorten it: each line is a kind of its own, in words of ours.
import { RulesCall } from '../../../test/support/rules-conversation.js';

const vocabulary = {
  client: ['Ada Park', 'Marcus Webb', 'Elena Ruiz', 'Oscar Lane', 'Ada', 'Marcus', 'Elena', 'Oscar'],
  merchant: ['Metro Cab', 'Corner Grocer', 'Blue Door Cafe', 'Harbor Hotel', 'Palace Cinema'],
  category: ['groceries', 'dining', 'travel', 'rent'],
};

/** The calls that the last of the turns comes to, and what is said. Today is Friday, 20 November 2026. */
async function answerTo(...turns: readonly string[]) {
  const call = new RulesCall({ vocabulary })
    .tool('query_transactions', {
      ok: true,
      data: { client: { id: 5001, name: 'Ada Park' }, count: 2, total: 30, currency: 'USD', transactions: [] },
    })
    .tool('generate_transaction_chart', { ok: true, data: { title: 'Spending' } })
    .tool('send_email_report', { ok: false, code: 'confirmation_required', message: 'I will send it. Shall I?' });
  let last = { calls: [] as readonly object[], text: '' };
  for (const turn of turns) {
    const { calls, text } = await call.say(turn);
    last = { calls: calls.map(({ arguments: args }) => JSON.parse(args) as object), text };
  }
  return last;
}

const ada = { client_name: 'ada park' };
const webb = { client_name: 'marcus webb' };
const march = { from: '2026-03-01', to: '2026-03-31' };

it.each<[kind: string, text: string, ...calls: object[]]>([
  [
    'a reason before it',
    'My accountant keeps nagging me, so could you tell me what Ada Park spent in March?',
    { ...ada, ...march },
  ],
  ['a purpose before it', 'To fill in a form for my landlord: what did Ada Park spend in March', { ...ada, ...march }],
  ['thanks after it', 'what did ada park spend in march? Thanks a bunch, you are a star', { ...ada, ...march }],
  ['a guess after it', 'What did Ada Park spend in March? I bet it was on coffee', { ...ada, ...march }],
  [
    'what it is about before it',
    'Ada Park was in London in March. How much did she spend on dining?',
    { ...ada, ...march, categories: ['dining'] },
  ],
  [
    'a fragment that goes on with it',
    'Which shops does Ada Park go to? Her top two, in March.',
    { ...ada, ...march, group_by: 'merchant', limit: 2 },
  ],
  [
    'family names',
    'Webb & Ruiz, travel in march',
    { ...webb, ...march, categories: ['travel'] },
    { client_name: 'elena ruiz', ...march, categories: ['travel'] },
  ],
  ['a day that is taken back', 'ada park in april. Sorry, wrong line: march it is, not april', { ...ada, ...march }],
  ['a name beside its number', '5001 Park - march total', { client_id: 5001, ...march }],
  ['an initial', 'Lane O., march total', { client_name: 'oscar lane', ...march }],
  [
    'short forms',
    'ada park avg txn w/o rent this mth',
    { ...ada, from: '2026-11-01', to: '2026-11-30', direction: 'spent', except: ['rent'] },
  ],
  ['signs', 'no. of txns of Ada Park > $40 in march', { ...ada, ...march, min_amount: 40, direction: 'spent' }],
  ['cents after a comma', 'payments of ada park over 40,50 dollars', { ...ada, min_amount: 40.5, direction: 'spent' }],
  ['misspelt words', 'how meny refuns did ada park get in march', { ...ada, ...march, direction: 'refunded' }],
  [
    'what is left out, after its name',
    "Ada Park's total for March, rent and travel excluded",
    { ...ada, ...march, except: ['rent', 'travel'] },
  ],
  [
    'what is not meant',
    'ada park march, everything else but not rent, not travel: how much',
    { ...ada, ...march, except: ['rent', 'travel'] },
  ],
  [
    'a shop that is left out, and is named like a category',
    "Ada Park's total for March, but leave out dining and anything at Fuel Stop",
    { ...ada, ...march, except: ['dining', 'fuel stop'] },
  ],
  [
    'one that is listed and another not',
    'what did ada park spend on groceries, not dining, in march',
    { ...ada, ...march, categories: ['groceries'], except: ['dining'] },
  ],
  [
    'two months, and no two rows',
    'one total of Ada Park for only those two months, March and April',
    { ...ada, from: '2026-03-01', to: '2026-04-30' },
  ],
  ['the most at once', 'what is the most Ada Park has paid in one go', { ...ada, sort: 'largest' }],
  [
    'a second quarter without the word',
    'did ada park spend more in the first quarter or in the second',
    {
      ...ada,
      periods: [
        { from: '2026-01-01', to: '2026-03-31' },
        { from: '2026-04-01', to: '2026-06-30' },
      ],
    },
  ],
])('understands %s: "%s"', async (_kind, text, ...expected) => {
  expect((await answerTo(text)).calls).toEqual(expected);
});

it.each<[kind: string, before: string, text: string, call: object]>([
  ['the month before', 'what did Ada Park spend in April', 'and the month before that?', { ...ada, ...march }],
  [
    'that month',
    'what did Ada Park spend in March',
    'and on dining that month?',
    { ...ada, ...march, categories: ['dining'] },
  ],
  ['a wrong month', 'what did Ada Park spend in April', 'oops wrong month, I meant March', { ...ada, ...march }],
  ['this and not that', 'what did Ada Park spend in April', 'sorry, March, not April', { ...ada, ...march }],
  [
    'the same of somebody else',
    'what did Ada Park spend in March',
    'same again for Marcus Webb',
    { ...webb, ...march },
  ],
  [
    'another order of a total',
    'total of Ada Park in March',
    'now split that by merchant',
    { ...ada, ...march, group_by: 'merchant' },
  ],
  ['a word for it', 'what did Ada Park spend in April', 'did I say April? I meant March', { ...ada, ...march }],
])('follows up with %s', async (_kind, before, text, expected) => {
  expect((await answerTo(before, text)).calls).toEqual([expected]);
});

it.each([
  ['what did Ada Park spend on weird gizmos in March', 'gizmos'],
  ['what did Ada Park spend in March. Just the contactless ones', 'contactless'],
  ['I only care about the online ones. What did Ada Park spend in March?', 'online'],
])('says back what it cannot use: "%s"', async (text, word) => {
  const { calls, text: said } = await answerTo(text);
  expect(`${JSON.stringify(calls)} ${said}`).toContain(word);
});

it('leaves a shop to the tool that stands where only a shop can', async () => {
  expect((await answerTo('what did Ada Park spend at Petes Pets in March')).calls).toEqual([
    { ...ada, ...march, merchant: 'petes pets' },
  ]);
});

it('mails purchases without refunds where purchases are asked for', async () => {
  expect((await answerTo("mail Ada Park's purchases of March to kim@example.com")).calls).toEqual([
    { ...ada, ...march, direction: 'spent', recipient: 'kim@example.com' },
  ]);
});

it('moves no money, whoever gets it', async () => {
  const { text } = await answerTo("The gardener is here. Could you pay him $20 from Ada Park's card?");
  expect(text).toMatch(/can't move money/);
});

it.each([
  "Total up Ada Park's March spending, Metro Cab left by the wayside",
  'What did Ada Park spend in March? Harbor Hotel can sit this one out',
  "Ada Park's transactions for March, groceries being none of my concern",
  'How much has Ada Park spent in March with travel taken off the table?',
  "Ada Park's total for March, dining and all that set aside",
  "Ada Park's total for March, rent you may forget about",
])('asks whether what nobody understands leaves something out: "%s"', async (text) => {
  const { calls, text: said } = await answerTo(text);
  expect(calls).toEqual([]);
  expect(said).toMatch(/^I am not sure whether you mean/);
});

it.each([
  'Do you ever get tired of all these questions?',
  'Did you sleep all right?',
  'Who built you, then?',
  'Do they ever give you a lunch break?',
  "What's your favourite colour?",
  'How old are you, if you do not mind my asking?',
])('answers as talk: "%s"', async (text) => {
  const { calls, text: said } = await answerTo(text);
  expect(calls).toEqual([]);
  expect(said).toMatch(/computer program/);
});
