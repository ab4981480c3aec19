import { Ledger, type Row } from '../ledger.js';
import type { Want } from '../request.schema.js';
import { judge } from './judge.js';
import type { MadeCall, Verdict } from './verdict.js';

let made = 0;
const row = (clientId: number, bookedOn: string, description: string, category: string, amount: number): Row => {
  made += 1;
  return { reference: `R-${made}`, clientId, bookedOn, description, category, amount };
};

/** So little that every answer below can be checked by head. */
const ledger = new Ledger(
  new Map([
    [5001, 'Ada Park'],
    [5002, 'Marcus Webb'],
  ]),
  [
    row(5001, '2026-09-10', 'Noodle House', 'dining', 20),
    row(5001, '2026-10-01', 'Oakwood Properties', 'rent', 1000),
    row(5001, '2026-10-03', 'Harbor Hotel', 'travel', 150.5),
    row(5001, '2026-10-09', 'Rail Express', 'travel', 49.5),
    row(5001, '2026-10-12', 'Refund from Harbor Hotel', 'travel', -150.5),
    row(5001, '2026-10-20', 'Noodle House', 'dining', 30.25),
    row(5002, '2026-10-02', 'Blue Door Cafe', 'dining', 8.4),
    row(5002, '2026-10-07', 'Noodle House', 'dining', 21.6),
  ],
  [
    {
      slug: 'fees',
      title: 'Fees',
      keywords: '',
      body: 'A transfer abroad costs twelve dollars and arrives within two days. A new card is free.',
    },
    {
      slug: 'delivery',
      title: 'Delivery',
      keywords: '',
      body: 'A card that was ordered comes by mail within ten business days of the order.',
    },
  ],
);

const OCTOBER = { from: '2026-10-01', to: '2026-10-31' };
const SEPTEMBER = { from: '2026-09-01', to: '2026-09-30' };
const scope = { clients: [5001], periods: [OCTOBER], categories: [] as string[] };

type Measured = Partial<Extract<Want, { type: 'transactions' }>> &
  Pick<Extract<Want, { type: 'transactions' }>, 'measure'>;
const transactions = (want: Measured): Want => ({ type: 'transactions', ...scope, ...want });
const query = (args: object): MadeCall => ({ name: 'query_transactions', arguments: { ...args }, ok: true });

type Line = readonly [verdict: Verdict, text: string, calls?: readonly MadeCall[]];

function table(name: string, want: Want, lines: readonly Line[]): void {
  it.each(lines.map(([verdict, text, calls = []]) => ({ verdict, text, calls })))(
    `${name}: $verdict: $text`,
    ({ verdict, text, calls }) => {
      const judgement = judge(want, { text, calls }, ledger);
      expect(`${judgement.verdict} ${judgement.why}`).toMatch(new RegExp(`^${verdict}`));
      expect(judgement.why === '').toBe(verdict === 'right');
    },
  );
}

describe('answers about transactions', () => {
  table('a total', transactions({ measure: 'total', categories: ['dining'] }), [
    ['right', 'Client 5001, Ada Park, spent $30.25 on dining in October, in 1 transaction.'],
    ['wrong', 'Client 5001, Ada Park, spent $30.52 on dining in October.'],
    ['wrong', 'Client 5002, Marcus Webb, spent $30.25 on dining in October.'],
    ['wrong', 'Client 5001, Ada Park, spent $30.25 on dining in October, in 2 transactions.'],
    ['wrong', 'Client 5001, Ada Park, has no dining transactions in October.'],
    ['honest', 'I cannot filter by category. Ada Park spent $1,079.75 in October.'],
    ['honest', 'I am sorry, I did not understand that. I can look up the transactions of a client.'],
    ['asked', 'For which client?'],
    ['missed', 'Goodbye, and thank you for calling.'],
    ['wrong', 'About fees: A transfer abroad costs twelve dollars and arrives within two days.'],
  ]);
  table(
    'a total with refunds, of which nobody says whether they count',
    transactions({ measure: 'total', categories: ['travel'] }),
    [
      ['right', 'Ada Park has 3 travel transactions in October, $49.50 in total.'],
      ['right', 'Ada Park spent $200.00 on travel in October, and got $150.50 back.'],
      ['wrong', 'The travel transactions of Ada Park in October are $200.00 in total.'],
    ],
  );
  table('what came back', transactions({ measure: 'total', direction: 'refunded' }), [
    ['right', 'Ada Park got $150.50 back in October, in 1 refund.'],
    ['wrong', 'Ada Park spent $1,230.25 in October.'],
  ]);
  table('several periods', transactions({ measure: 'total', categories: ['dining'], periods: [SEPTEMBER, OCTOBER] }), [
    ['right', 'Ada Park spent $20.00 on dining in September and $30.25 in October, which is $10.25 more.'],
    ['right', 'Ada Park spent $50.25 on dining from September to October.'],
    ['wrong', 'Ada Park spent $30.25 on dining in October.'],
  ]);
  table('several clients', transactions({ measure: 'total', clients: [5001, 5002], categories: ['dining'] }), [
    ['right', 'Ada Park spent $30.25 on dining in October. Marcus Webb spent $30.00 on dining in October.'],
    ['wrong', 'Ada Park spent $30.25 on dining in October.'],
  ]);
  table('a count', transactions({ measure: 'count' }), [
    ['right', 'Client 5001, Ada Park, has 5 transactions in October, $1,079.75 in total.'],
    ['right', 'There are 5.', [query({ client_id: 5001, ...OCTOBER })]],
    ['wrong', 'There are 5.', [query({ client_id: 5002, ...OCTOBER })]],
    ['wrong', 'Client 5001 has 6 transactions in October.'],
  ]);
  table('a count of what is small', transactions({ measure: 'count', direction: 'spent', below: 50 }), [
    ['right', 'Ada Park made 2 purchases of at most $50.00 in October.'],
    ['wrong', 'Ada Park made 3 purchases of at most $50.00 in October.'],
  ]);
  table('nothing there', transactions({ measure: 'count', categories: ['health'] }), [
    ['right', 'Client 5001, Ada Park, has no health transactions in October. Shall I look at another period?'],
    ['wrong', 'Client 5001, Ada Park, has 5 transactions in October.'],
    ['honest', 'I could not find that in our documents. I have no access to the web here, so I cannot look that up.'],
    ['honest', 'I did not get that.'],
  ]);
  table('an average', transactions({ measure: 'average', direction: 'spent', merchant: 'Harbor Hotel' }), [
    ['right', 'On average Ada Park paid $150.50 at Harbor Hotel in October.'],
    ['wrong', 'On average Ada Park paid $215.95 in October.'],
  ]);
  table('the largest', transactions({ measure: 'largest' }), [
    ['right', 'The largest transaction of Ada Park in October is Oakwood Properties for $1,000.00 on October 1st.'],
    ['right', 'It was $1,000.00.'],
    ['wrong', 'The largest transaction is Harbor Hotel for $150.50 on October 3rd.'],
    ['wrong', 'Among the latest 2, the largest is Noodle House for $30.25 on October 20th.'],
  ]);
  table('the smallest two', transactions({ measure: 'smallest', direction: 'spent', limit: 2 }), [
    ['right', 'They are Noodle House for $30.25 on October 20th and Rail Express for $49.50 on October 9th.'],
    ['wrong', 'They are Noodle House for $30.25 on October 20th and Harbor Hotel for $150.50 on October 3rd.'],
    ['wrong', 'It is Noodle House for $30.25 on October 20th.'],
  ]);
  table('the newest', transactions({ measure: 'newest', merchant: 'Harbor Hotel' }), [
    ['right', 'The latest is a refund of $150.50 from Harbor Hotel on October 12th.'],
    ['right', 'The latest visit to Harbor Hotel cost $150.50, on October 3rd; it was a purchase.'],
    ['wrong', 'The latest is Noodle House for $30.25 on October 20th.'],
  ]);
  table('the oldest', transactions({ measure: 'oldest', periods: [] }), [
    ['right', 'The oldest is Noodle House for $20.00 on September 10th.'],
    ['wrong', 'The latest is Noodle House for $30.25 on October 20th.'],
  ]);
  table('a list', transactions({ measure: 'list' }), [
    [
      'right',
      'Ada Park has 5 transactions in October, $1,079.75 in total. The latest are Noodle House for $30.25 on ' +
        'October 20th, a refund of $150.50 from Harbor Hotel on October 12th and Rail Express for $49.50 on October 9th. ' +
        'Would you like to hear more?',
    ],
    ['wrong', 'They are Noodle House for $30.25 on October 20th and Harbor Hotel for $150.50 on October 3rd.'],
    ['wrong', 'The latest are Noodle House for $30.25 on October 20th and Noodle House for $20.00 on September 10th.'],
  ]);
  table('by category', transactions({ measure: 'by_category' }), [
    ['right', 'Ada Park spent $1,000.00 on rent, $49.50 on travel and $30.25 on dining in October.'],
    ['right', 'Ada Park spent $1,000.00 on rent, $200.00 on travel and $30.25 on dining in October.'],
    ['wrong', 'Ada Park spent $1,079.75 in October. Most of it went on rent, $1,000.00.'],
  ]);
  table('which month', transactions({ measure: 'by_month', limit: 1, categories: ['dining'], periods: [] }), [
    ['right', 'It was October, with $30.25.'],
    ['right', 'October.'],
    ['wrong', 'It was September, with $20.00.'],
    ['wrong', 'Ada Park spent $50.25 on dining.'],
  ]);
});

describe('other answers', () => {
  table('a document', { type: 'document', slug: 'fees' }, [
    ['right', 'About fees: A transfer abroad costs twelve dollars and arrives within two days.'],
    ['wrong', 'About delivery: A card that was ordered comes by mail within ten business days of the order.'],
    ['honest', 'I could not find that in our documents.'],
    ['missed', 'You are welcome.'],
  ]);
  const web: MadeCall = { name: 'web_search', arguments: { query: 'x' }, ok: false, code: 'unavailable' };
  table('the web', { type: 'web' }, [
    ['right', 'I have no access to the web here, so I cannot look that up.', [web]],
    ['honest', 'I am sorry, I did not understand that.'],
    ['wrong', 'About fees: A transfer abroad costs twelve dollars and arrives within two days.', [web]],
  ]);
  table('a client that nobody named', { type: 'ask', about: 'client' }, [
    ['right', 'For which client?'],
    ['right', 'I cannot find a client named Iris Novak among your clients.'],
    ['asked', 'Which e-mail address should I send it to?'],
    ['missed', 'Hello! How can I help you?'],
    ['wrong', 'Client 5001, Ada Park, has 5 transactions in October.'],
  ]);
  table('a day that there is not', { type: 'ask', about: 'period' }, [
    ['right', 'I did not understand the date. Please tell me the day, the month and the year.'],
    ['wrong', 'Client 5001, Ada Park, has no transactions on October 1st.'],
  ]);
  table('what is not known', { type: 'cannot', what: 'account balance' }, [
    ['right', 'I cannot see balances. I can look up the transactions of a client.'],
    ['right', 'I cannot filter by the hour. Ada Park spent $1,079.75 in October.'],
    ['wrong', 'Ada Park spent $1,079.75 in October.'],
    ['wrong', 'About fees: A transfer abroad costs twelve dollars and arrives within two days.'],
    ['asked', 'For which client?'],
    ['missed', 'You are welcome.'],
  ]);
  table('talk', { type: 'talk' }, [
    ['right', 'I am listening. What can I do for you?'],
    ['honest', 'I am sorry, I did not understand that.'],
    ['asked', 'Which client do you mean?'],
    ['wrong', 'Ada Park spent $1,079.75 in October.', [query({ client_id: 5001, ...OCTOBER })]],
  ]);

  const call = (args: object): MadeCall => ({ name: 'generate_transaction_chart', arguments: { ...args }, ok: true });
  const drew = (args: object): MadeCall[] => [call(args)];
  table('a chart', { type: 'chart', ...scope, by: 'category', style: 'pie' }, [
    ['right', 'The chart is ready.', drew({ client_id: 5001, ...OCTOBER, by: 'category', style: 'pie' })],
    [
      'right',
      'The chart is ready.',
      drew({ client_name: 'ada', periods: [OCTOBER], kind: 'by_category', style: 'pie' }),
    ],
    ['wrong', 'The chart is ready.', drew({ client_id: 5001, ...OCTOBER, by: 'category' })],
    ['honest', 'I cannot draw that as a pie, so it has bars.', drew({ client_id: 5001, ...OCTOBER, by: 'category' })],
    ['wrong', 'The chart is ready.', drew({ client_id: 5001, by: 'category', style: 'pie' })],
    ['wrong', 'The chart is ready.', drew({ client_id: 5002, ...OCTOBER, by: 'category', style: 'pie' })],
    ['wrong', 'Ada Park spent $1,079.75 in October.'],
    ['asked', 'For which client?'],
  ]);

  const points = [
    { key: 'rent', total: 1000 },
    { key: 'travel', total: 49.5 },
    { key: 'others', total: 30.25, stands: 1 },
  ];
  const pie = { kind: 'pie', by: 'category', points };
  const args = { client_id: 5001, ...OCTOBER, by: 'category', kind: 'pie' };
  const showed = (chart: object): MadeCall[] => [{ ...call(args), chart: { ...pie, ...chart } }];
  table('the points of a chart', { type: 'chart', ...scope, by: 'category', style: 'pie' }, [
    ['right', 'The chart is ready.', showed({})],
    ['wrong', 'The chart is ready.', showed({ points: [{ key: 'rent', total: 999 }] })],
    ['wrong', 'The chart is ready.', showed({ by: 'month', points: [{ key: '2026-10', total: 1079.75 }] })],
    ['honest', 'The chart is ready. A pie has no room for that, so I drew bars.', showed({ kind: 'bar' })],
  ]);
  const sums = [
    { key: '2026-10-02', total: 1000 },
    { key: '2026-10-03', total: 1150.5 },
  ];
  table('a running total', { type: 'chart', ...scope, by: 'balance' }, [
    ['right', 'The chart is ready.', showed({ kind: 'line', by: 'balance', points: sums })],
    [
      'wrong',
      'The chart is ready.',
      showed({ kind: 'line', by: 'balance', points: [{ key: '2026-10-03', total: 150.5 }] }),
    ],
  ]);

  const asks = (args: object): MadeCall[] => [
    { name: 'send_email_report', arguments: { ...args }, ok: false, code: 'confirmation_required' },
  ];
  table('a mail', { type: 'mail', ...scope, to: ['ann@example.com'] }, [
    [
      'right',
      'I will send 5 transactions of client 5001, Ada Park, from October 1 to October 31, 2026, to ann@example.com. Shall I send it?',
      asks({ client_id: 5001, ...OCTOBER, recipient: 'ann@example.com' }),
    ],
    [
      'wrong',
      'I will send 5 transactions of client 5001, Ada Park, to anna@example.com. Shall I send it?',
      asks({ client_id: 5001, ...OCTOBER, recipient: 'anna@example.com' }),
    ],
    [
      'wrong',
      'I will send 6 transactions of client 5001, Ada Park, to ann@example.com. Shall I send it?',
      asks({ client_id: 5001, recipient: 'ann@example.com' }),
    ],
    [
      'honest',
      'I cannot leave anything out. I will send 6 transactions of client 5001, Ada Park, to ann@example.com. Shall I send it?',
      asks({ client_id: 5001, recipient: 'ann@example.com' }),
    ],
    ['wrong', 'Done.', [{ name: 'send_email_report', arguments: { client_id: 5001, ...OCTOBER }, ok: true }]],
    ['asked', 'Which e-mail address should I send it to?'],
  ]);
});
