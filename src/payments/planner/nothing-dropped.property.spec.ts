// No word of a request is dropped in silence: whatever is put into one changes what is called, or is said back.
import { array, assert, asyncProperty, constantFrom, nat, oneof, string, type Arbitrary } from 'fast-check';
import { RulesCall } from '../../../test/support/rules-conversation.js';

const REQUESTS = [
  'what transactions does client 5001 have',
  'how much did client 5001 spend in march',
  'how many transactions did client 5001 have last month',
  'show me the last three transactions of client 5001',
  'what was the biggest purchase of client 5001 this year',
  'how much did client 5001 spend on groceries and travel between march and may',
  'which refunds did client 5001 get at harbor hotel',
  'transactions of client 5001 over 100 dollars',
  'in which month did client 5001 spend the most',
  'show me client 5001 and client 5002',
  "what is ada park's average purchase since june",
  'draw a chart for client 5001',
  'make a pie chart of the spending of client 5001 this year',
  'send the march transactions of client 5001 to ann@example.com',
];
/** What tools cannot filter by, or might: qualities, times, places, shops, people. */
const QUALIFIERS = (
  'pending recurring contactless overseas domestic weekly hourly fortnightly approved disputed taxable deductible cancelled ' +
  'reimbursable suspicious foreign european germany budapest online offline mornings evenings mondays weekends wednesdays ' +
  'birthday christmas holiday lunch midnight opening-hours visa cheque atm crypto netflix uber ikea amazon starbucks costco ' +
  'business private family wife manager supervisor auditor vip blue heavy early late urgent round odd prime tenth ' +
  'eats ate dined rides rode flies flew stayed drove cabs pills'
).split(' ');
const LEADS = [
  '',
  'at',
  'from',
  'in',
  'with',
  'by',
  'for',
  'on',
  'during',
  'near',
  'without',
  'except',
  'only',
  'not',
  'the',
  'during the',
  // Clauses of their own.
  'when she',
  'while he only',
  '? only',
  '. Just',
  'and only',
];

const letters = string({
  unit: constantFrom(...'b c d f g h k l m n p r s t v w x z'.split(' ')),
  minLength: 4,
  maxLength: 9,
});
const phrase: Arbitrary<readonly string[]> = array(
  oneof({ weight: 3, arbitrary: constantFrom(...QUALIFIERS) }, letters),
  {
    minLength: 1,
    maxLength: 3,
  },
);

const result = ({ client_id = 5001 }: Record<string, unknown>): unknown => ({
  ok: true,
  data: { client: { id: client_id, name: 'Ada Park' }, count: 0, total: 0, currency: 'USD', transactions: [] },
});

/** The calls of a request, and everything that the caller hears. */
async function answerTo(
  text: string,
  vocabulary?: typeof NAMES,
): Promise<{ readonly calls: string; readonly heard: string }> {
  const call = new RulesCall(vocabulary === undefined ? {} : { vocabulary })
    .tool('query_transactions', result)
    .tool('generate_transaction_chart', { ok: true, data: { title: 'Spending', count: 3 } })
    .tool('send_email_report', { ok: false, code: 'confirmation_required', message: 'I will send it. Shall I?' })
    .tool('search_documents', { ok: true, data: { results: [] } })
    .tool('web_search', { ok: true, data: { results: [] } });
  const { calls, text: said } = await call.say(text);
  const spoken = call.messages.map((message) => (message.role === 'assistant' ? message.text : ''));
  return {
    calls: calls.map(({ name, arguments: args }) => `${name} ${args}`).join('\n'),
    heard: [...spoken, said].join(' '),
  };
}

/** Of callers whose clients and shops are known. */
const NAMES = {
  client: ['Ada Park', 'Victor Hale', 'Ada', 'Victor'],
  merchant: ['Harbor Hotel', 'Netflix', 'Starbucks Coffee'],
  category: ['groceries', 'travel'],
};

it.each([
  ['nobody', undefined],
  ['clients and shops', NAMES],
])(
  'names or uses every word that is put into a request, where %s is known',
  async (_who, vocabulary) => {
    const plain = new Map<string, string>();
    for (const request of REQUESTS) plain.set(request, (await answerTo(request, vocabulary)).calls);
    await assert(
      asyncProperty(
        constantFrom(...REQUESTS),
        constantFrom(...LEADS),
        phrase,
        nat({ max: 20 }),
        async (request, lead, extra, place) => {
          const words = request.split(' ');
          const at = place % (words.length + 1);
          const text = [...words.slice(0, at), lead, ...extra, ...words.slice(at)]
            .filter((word) => word !== '')
            .join(' ');
          const { calls, heard } = await answerTo(text, vocabulary);
          if (calls !== plain.get(request)) return;
          // Nothing was done about it: then each of its words is said.
          const missing = extra.filter((word) => !word.split('-').every((part) => heard.includes(part)));
          expect({ text, missing, heard }).toEqual({ text, missing: [], heard });
        },
      ),
      // The same words in every run: whoever changes the planner tries others, by another seed.
      { numRuns: 700, seed: 20_261_129 },
    );
  },
  60_000,
);
