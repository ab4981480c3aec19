// Second turns as strangers word them, who had not seen the planner: what they change, and that all else stays.
import { RulesCall } from '../../../test/support/rules-conversation.js';

const TALKS: readonly (readonly [first: string, second: string, changed: Readonly<Record<string, unknown>>])[] = [
  [
    "What was Oscar Lane's largest payment in October?",
    'Right, and which one was it in September?',
    { from: '2026-09-01', to: '2026-09-30' },
  ],
  ['How much did Ruth Carter spend on groceries in August?', 'And on dining, same month?', { categories: ['dining'] }],
  [
    'How many times did Nora Fields pay at Metro Cab this year?',
    'Okay, and at Noodle House, how many there?',
    { merchant: 'noodle house' },
  ],
  [
    "Can you break down Elena Ruiz's spending by category for October, please?",
    "Lovely. Could I have the same for Oscar Lane, if it's no trouble?",
    { client_name: 'oscar lane' },
  ],
  [
    'In which month did Elena Ruiz spend the most on dining this year?',
    'And when was it worst for transport?',
    { categories: ['transport'] },
  ],
  [
    'At which shop did 5016 leave the most money in November?',
    'Er, what about 5003, where did that one leave the most?',
    { client_id: 5003 },
  ],
  [
    "Give me Ruth Carter's spending in March, merchant by merchant.",
    "Now let's have April's, split up the same way.",
    { from: '2026-04-01', to: '2026-04-30' },
  ],
  [
    'What did Nora Fields spend at Fuel Stop last month altogether?',
    'Sorry, my mistake, I meant David Stone, not Nora.',
    { client_name: 'david stone' },
  ],
  [
    'How many purchases did Rose Murphy make in May',
    'oh sorry, I meant Elena Ruiz, not Rose',
    { client_name: 'elena ruiz' },
  ],
  [
    'refunds of Ruth Carter from June until end of August',
    'Ah, wow. And Rose Murphy, she has also?',
    { client_name: 'rose murphy' },
  ],
  [
    'How much has Nora Fields put on cabs with Metro Cab this month?',
    'Gosh. And in the whole of November last year, what was it then?',
    { from: '2025-11-01', to: '2025-11-30' },
  ],
];

/** As in a call: the caller's clients and shops are known. */
const people = ['Oscar Lane', 'Ruth Carter', 'Nora Fields', 'Elena Ruiz', 'Rose Murphy', 'David Stone', 'Ada Park'];
const vocabulary = {
  client: [...people, ...people.map((name) => name.split(' ')[0] ?? '')],
  merchant: ['Metro Cab', 'Noodle House', 'Fuel Stop', 'City Transit'],
  category: ['groceries', 'dining', 'transport', 'rent', 'utilities', 'health'],
};

it.each(TALKS)('%s %s', async (first, second, changed) => {
  const call = new RulesCall({ vocabulary }).tool('query_transactions', { ok: true, data: { count: 0 } });
  const before = await call.say(first);
  const after = await call.say(second);
  const [was, is] = [before, after].map(({ calls }) =>
    calls.map(({ name, arguments: args }) => [name, JSON.parse(args) as Record<string, unknown>] as const),
  );
  expect(was).toHaveLength(1);
  expect(is).toEqual([['query_transactions', { ...was?.[0]?.[1], ...changed }]]);
});

describe.each(['known', 'unknown'])('a question of another kind, with names that are %s', (names) => {
  it.each([
    'And what is your policy on lost cards in December?',
    'actually, what is your refund policy',
    'Actually, how do refunds work?',
    'Hold on, what are the rules for refunds?',
    'and what about the refund process',
    'and how does someone open a dispute with us',
  ])('is left to the documents: "%s"', async (text) => {
    const call = new RulesCall({ vocabulary: names === 'known' ? vocabulary : {} });
    call.tool('query_transactions', { ok: true, data: { count: 0 } });
    await call.say('How much did client 5009 spend in March?');
    const { calls } = await call.say(text);
    expect(calls[0]?.name).toBe('search_documents');
  });
});

it.each([
  "If you pretend rent doesn't exist, what has Ada Park spent so far this year?",
  "the number of purchases by Ada Park in August, and don't let City Transit, utilities or health sneak in there",
  'What has Ada Park spent since January, with Metro Cab airbrushed out of the picture?',
])('tells no sum of what may be left out: "%s"', async (text) => {
  const call = new RulesCall({ vocabulary }).tool('query_transactions', { ok: true, data: { count: 0 } });
  const { calls, text: answer } = await call.say(text);
  expect(calls).toEqual([]);
  expect(answer).toMatch(/^I am not sure whether you mean (rent|city transit|metro cab)/);
});

it.each([
  "My boss is asking for Ada Park's two largest payments to Metro Cab, doesn't matter when they were",
  'how much has Ada Park paid for health this year, only the dentist, not the farmacy',
])('asks nothing back where nothing is left out: "%s"', async (text) => {
  const call = new RulesCall({ vocabulary }).tool('query_transactions', { ok: true, data: { count: 0 } });
  expect((await call.say(text)).calls).toHaveLength(1);
});
