// Requests of callers whose clients and shops are known: by their names, whole or in part, misheard or mistyped.
import { RulesCall } from '../../../test/support/rules-conversation.js';

const vocabulary = {
  client: [
    'Ada Park',
    'Marcus Webb',
    'Elena Ruiz',
    'Ruth Carter',
    'Samuel Hart',
    'April Stone',
    'Ada',
    'Marcus',
    'Ruth',
    'Samuel',
  ],
  merchant: ['Metro Cab', 'Clearline Internet', 'Corner Grocer', 'Blue Door Cafe', 'Cloudnote', 'Noodle House'],
  category: ['groceries', 'dining', 'travel'],
};

/** The arguments of the last call that the requests come to. */
async function askedFor(...turns: readonly string[]): Promise<unknown> {
  const call = new RulesCall({ vocabulary }).tool('query_transactions', {
    ok: true,
    data: { client: { id: 5001, name: 'Ada Park' }, count: 2, total: 30, currency: 'USD', transactions: [] },
  });
  let last: string | undefined;
  for (const turn of turns) last = (await call.say(turn)).calls.at(-1)?.arguments;
  return last === undefined ? undefined : JSON.parse(last);
}

it.each<[string, object]>([
  ['how many times did ruth carter ride with metro cab', { client_name: 'ruth carter', merchant: 'metro cab' }],
  [
    'how much went to Clearline Internet from Samuel Hart',
    { client_name: 'samuel hart', merchant: 'clearline internet' },
  ],
  ["what is ada's total at Blue Door Cafe", { client_name: 'ada', merchant: 'blue door cafe' }],
  ['what did April Stone spend', { client_name: 'april stone' }],
  ['total of ada between jan 1 and mar 31', { client_name: 'ada', from: '2026-01-01', to: '2026-03-31' }],
  ['what did ada spend in april', { client_name: 'ada', from: '2026-04-01', to: '2026-04-30' }],
  ['how much did samuel hard spend on travel', { client_name: 'samuel hart', categories: ['travel'] }],
  ['total for Marcos Web at the noodel house', { client_name: 'marcus webb', merchant: 'noodle house' }],
  ['how much did Elana Ruiz spend', { client_name: 'elena ruiz' }],
  ['how much did marcus pay for cloudnote', { client_name: 'marcus', merchant: 'cloudnote' }],
  [
    'what were last months Metro Cab payments for Samuel Hart?',
    { client_name: 'samuel hart', merchant: 'metro cab', direction: 'spent', from: '2026-10-01', to: '2026-10-31' },
  ],
  ['groceries for marcus, monthly', { client_name: 'marcus', categories: ['groceries'], group_by: 'month' }],
  ['all of ada: seldom seen totals', { client_name: 'ada' }],
  ['leave the refunds out and tell me how much ada park spent', { client_name: 'ada park', direction: 'spent' }],
  ["by merchant please where did ada park's money go", { client_name: 'ada park', group_by: 'merchant' }],
  [
    'Merchant by merchant, what did Samuel Hart spend in the week from Monday the twelfth to Sunday the eighteenth of October?',
    { client_name: 'samuel hart', group_by: 'merchant', from: '2026-10-12', to: '2026-10-18' },
  ],
  [
    'month for month please what marcus has spent on groceries from february up to and including september',
    { client_name: 'marcus', categories: ['groceries'], group_by: 'month', from: '2026-02-01', to: '2026-09-30' },
  ],
  [
    "the average of Ada Park's purchases in July... oh dear, I tell a lie, May it was. May, please.",
    { client_name: 'ada park', direction: 'spent', from: '2026-05-01', to: '2026-05-31' },
  ],
  [
    'what did Ada Park spend in July, my mistake, June',
    { client_name: 'ada park', from: '2026-06-01', to: '2026-06-30' },
  ],
  // As a recogniser writes "into".
  ["split up ada park's spending in two categories for me", { client_name: 'ada park', group_by: 'category' }],
  [
    "if you don't count metro cab they how much has ada park spent on transport",
    { client_name: 'ada park', categories: ['transport'], except: ['metro cab'] },
  ],
  [
    'show me any purchases of hers above 150, Ada Park i mean',
    { client_name: 'ada park', min_amount: 150, direction: 'spent' },
  ],
  // Nobody's name: not hers who has the first half of it.
  ['how much did Ada Clark spend', { client_name: 'ada clark' }],
  ["i'd like to hear the latest transaction of Ada Park", { client_name: 'ada park', limit: 1 }],
  [
    'what does Ada Park spend on average when she eats out? June to August only',
    {
      client_name: 'ada park',
      categories: ['dining'],
      direction: 'spent',
      from: '2026-06-01',
      to: '2026-08-31',
    },
  ],
  [
    "which category ate up most of Ada Park's money in march",
    { client_name: 'ada park', from: '2026-03-01', to: '2026-03-31', group_by: 'category' },
  ],
  ['how often did Ruth Carter fly', { client_name: 'ruth carter', categories: ['travel'] }],
  ['how often did Ruth Carter eat at Noodle House', { client_name: 'ruth carter', merchant: 'noodle house' }],
  ['what did Ada Park spend on plane tickets and pills', { client_name: 'ada park', categories: ['travel', 'health'] }],
  ['what did Ada Park spend on petrol and cabs', { client_name: 'ada park', categories: ['transport'] }],
  [
    'what did April Stone pay Cloudnote altogether between 1 January and 30 June',
    {
      client_name: 'april stone',
      merchant: 'cloudnote',
      from: '2026-01-01',
      to: '2026-06-30',
    },
  ],
  [
    'how much money has samuel hart had back from metro cab since march',
    {
      client_name: 'samuel hart',
      merchant: 'metro cab',
      direction: 'refunded',
      from: '2026-03-01',
    },
  ],
  [
    'what did Metro Cab return to Samuel Hart',
    {
      client_name: 'samuel hart',
      merchant: 'metro cab',
      direction: 'refunded',
    },
  ],
  [
    'has Ada Park got any of it back from Cloudnote',
    {
      client_name: 'ada park',
      merchant: 'cloudnote',
      direction: 'refunded',
    },
  ],
  [
    'what transactions did Ada Park have back in june',
    {
      client_name: 'ada park',
      from: '2026-06-01',
      to: '2026-06-30',
    },
  ],
  [
    'sam hart grocries AND dining, total spent in the first half of the year',
    { client_name: 'samuel hart', categories: ['groceries', 'dining'], from: '2026-01-01', to: '2026-06-30' },
  ],
  ['how much did Trent spend', { client_name: 'trent' }],
  ['how much did Jonathan Price spend', { client_name: 'jonathan price' }],
])('understands "%s"', async (text, expected) => {
  expect(await askedFor(text)).toEqual(expected);
});

it.each([
  'how much has Ada Park spent on travel in October, but Metro Cab please not to count it',
  'what did ada park spend in october, dining please not to include',
  "Show Samuel Hart's card payments this month, dining you may disregard",
  'Marcus Webb, everything in June, Blue Door Cafe notwithstanding',
  "List Ada Park's purchases in August - Corner Grocer I'd rather you skipped",
])('asks whether what is named is meant or left out: "%s"', async (text) => {
  expect(await askedFor(text)).toBeUndefined();
});

describe('asked whether somebody else is meant', () => {
  const asked = async (answer: string, names?: typeof vocabulary) => {
    const call = new RulesCall(names === undefined ? {} : { vocabulary: names }).tool(
      'query_transactions',
      ({ client_name: name }: Readonly<Record<string, unknown>>) =>
        name === 'anna park'
          ? {
              ok: false,
              code: 'invalid_arguments',
              message:
                'I cannot find a client named anna park. Do you mean Ada Park? Please say the name or the number.',
            }
          : { ok: true, data: { client: { id: 5001, name: 'Ada Park' }, count: 2, total: 30, transactions: [] } },
    );
    await call.say('how much did anna park spend on travel in march');
    const { calls, text } = await call.say(answer);
    return calls.length === 0 ? text : calls.map((one) => one.arguments).join(' + ');
  };

  it.each([
    ['yes', undefined],
    ['yes please', vocabulary],
    ['yeah that is right', vocabulary],
  ])('goes on with the request at "%s"', async (answer, names) => {
    expect(JSON.parse(await asked(answer, names))).toEqual({
      client_name: 'ada park',
      categories: ['travel'],
      from: '2026-03-01',
      to: '2026-03-31',
    });
  });

  it('asks which client at a no, and takes another one that is named', async () => {
    expect(await asked('no', vocabulary)).toBe('Which client do you mean?');
    expect(JSON.parse(await asked('no, Marcus Webb', vocabulary))).toMatchObject({ client_name: 'marcus webb' });
  });
});

it.each([
  ['Put the March transactions of Ada Park per merchant into a table', { by: 'merchant', kind: 'table' }],
  ["show me a table of Ada Park's spending per category in march", { by: 'category', kind: 'table' }],
])('puts "%s" into a chart', async (text, chart) => {
  const call = new RulesCall({ vocabulary }).tool('generate_transaction_chart', {
    ok: true,
    data: { title: 'A table' },
  });
  const { calls, text: said } = await call.say(text);
  expect(calls.map(({ arguments: args }) => JSON.parse(args) as unknown)).toEqual([
    { client_name: 'ada park', from: '2026-03-01', to: '2026-03-31', ...chart },
  ]);
  expect(said).not.toContain('left out');
});

it('does not say that a grouping is left out by which it adds up', async () => {
  const found = { client: { id: 5001, name: 'Ada Park' }, count: 2, total: 30, currency: 'USD', transactions: [] };
  const call = new RulesCall({ vocabulary }).tool('query_transactions', { ok: true, data: found });
  expect((await call.say("show Ada Park's spending per month")).text).not.toContain('left out');
});

it('takes a shop that is corrected for the one before it', async () => {
  expect(
    await askedFor('how much did Ada Park spend at Noodle House in May', 'No wait, I meant Corner Grocer'),
  ).toEqual({
    client_name: 'ada park',
    merchant: 'corner grocer',
    from: '2026-05-01',
    to: '2026-05-31',
  });
});

it.each<[string, string, object]>([
  [
    "Show me Ada Park's travel costs this year",
    'which month was the most expensive?',
    { client_name: 'ada park', categories: ['travel'], from: '2026-01-01', to: '2026-12-31', group_by: 'month' },
  ],
  [
    'what did ada park spend at metro cab over 20 dollars',
    'how many payments were there in june',
    {
      client_name: 'ada park',
      merchant: 'metro cab',
      direction: 'spent',
      min_amount: 20,
      from: '2026-06-01',
      to: '2026-06-30',
    },
  ],
  ['what did ada park spend on travel', 'how much did ruth carter spend', { client_name: 'ruth carter' }],
])('after "%s" keeps in "%s" what it leans on', async (first, second, expected) => {
  expect(await askedFor(first, second)).toEqual(expected);
});
