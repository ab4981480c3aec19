import type { ToolReport, TurnReport } from '../../client/terminal/turn-report.js';
import { CLIENT_ID, CONVERSATION, judgeCall, RECIPIENT } from './conversation.js';
import type { Evidence } from './evidence.js';
import { expectedData, type ExpectedData } from './expected-data.js';

let expected: ExpectedData;

beforeAll(async () => {
  expected = await expectedData(CLIENT_ID, new Date('2026-11-20T12:00:00Z'));
});

const tool = (name: string, args: object = {}, outcome: Partial<ToolReport> = {}): ToolReport => ({
  name,
  arguments: args,
  ok: true,
  artifacts: [],
  durationMs: 1,
  ...outcome,
});

const MAIL = { client_id: CLIENT_ID, recipient: RECIPIENT };

/** A call in which everything went right. */
function rightCall(): TurnReport[] {
  const turns: { tools: ToolReport[]; reply: string }[] = [
    {
      tools: [tool('query_transactions', { client_id: CLIENT_ID })],
      reply: `Client 5001 has ${expected.transactions.length} transactions.`,
    },
    {
      tools: [tool('send_email_report', MAIL, { ok: false, code: 'confirmation_required' })],
      reply: 'I will send them. Shall I send it?',
    },
    { tools: [tool('send_email_report', MAIL)], reply: 'It is sent.' },
    { tools: [tool('search_documents')], reply: 'You can ask for a full refund within 30 days.' },
    {
      tools: [tool('search_documents'), tool('web_search', {}, { ok: false, code: 'unavailable' })],
      reply: 'I could not search the web just now.',
    },
    { tools: [tool('generate_transaction_chart', { client_id: CLIENT_ID })], reply: 'Here is the chart.' },
  ];
  return turns.map((turn, index) => ({
    number: index + 1,
    kind: 'say',
    said: CONVERSATION[index]?.says ?? '',
    heard: '',
    answered: true,
    interrupted: false,
    latency: {},
    audio: { ms: 2000, rms: 3000 },
    ...turn,
  }));
}

function mail(text: string, recipients: readonly string[] = [RECIPIENT]) {
  const raw = Buffer.from(`Subject: Transactions of client ${CLIENT_ID}\r\nContent-Type: text/plain\r\n\r\n${text}`);
  return { from: 'julia@parley.invalid', recipients, raw, file: 'mail-1.eml' };
}

const rows = (): string =>
  expected.transactions
    .map(({ bookedOn, amount, description }) => {
      const money = Math.abs(amount).toLocaleString('en-US', { minimumFractionDigits: 2 });
      return `  ${bookedOn}  ${amount < 0 ? '-' : ''}$${money}  ${description}`;
    })
    .join('\r\n');

function evidence(): Evidence {
  const chart = (mediaType: string, bytes: Uint8Array) => ({
    artifact: { kind: 'chart' as const, title: 'Chart', mediaType },
    file: 'chart',
    bytes,
  });
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(2000)]);
  return {
    expected,
    mails: [mail(rows())],
    artifacts: [chart('image/svg+xml', Buffer.from('<svg><path d="M0 0"/></svg>')), chart('image/png', png)],
  };
}

it('finds nothing wrong with a call that went right', () => {
  expect(expected.transactions.length).toBeGreaterThan(50);
  expect(judgeCall(rightCall(), evidence())).toEqual([[], [], [], [], [], []]);
});

it.each<[string, number, (turn: TurnReport) => Partial<TurnReport>, string]>([
  ['a turn that was not answered', 0, () => ({ answered: false, failure: 'timed out' }), 'not answered: timed out'],
  ['a silent reply', 3, () => ({ audio: { ms: 2000, rms: 3 } }), 'the speech is silent'],
  ['a reply without speech', 3, () => ({ audio: { ms: 0, rms: 0 } }), 'only 0 ms of speech came'],
  ['a reply that was cut off', 3, () => ({ interrupted: true }), 'the reply was cut off'],
  [
    'another client',
    0,
    () => ({ tools: [tool('query_transactions', { client_id: 5002 })] }),
    'client_id is 5002, not 5001',
  ],
  [
    'a tool that failed',
    0,
    () => ({ tools: [tool('query_transactions', { client_id: 5001 }, { ok: false, code: 'timeout' })] }),
    'query_transactions failed: timeout',
  ],
  [
    'a wrong number of transactions',
    0,
    () => ({ reply: 'There are 3 transactions.' }),
    'the reply does not say that there are',
  ],
  [
    'a mail without a question',
    1,
    () => ({ tools: [tool('send_email_report', MAIL)] }),
    'ended with ok, not confirmation_required',
  ],
  [
    'a forgotten client',
    1,
    () => ({
      tools: [tool('send_email_report', { recipient: RECIPIENT }, { ok: false, code: 'confirmation_required' })],
    }),
    'client_id is undefined',
  ],
  ['no tool at all', 2, () => ({ tools: [] }), 'used no tool instead of send_email_report'],
  ['an invented policy', 3, () => ({ reply: 'Refunds take ninety days.' }), 'does not repeat the document'],
  [
    'the web before the documents',
    4,
    ({ tools }) => ({ tools: tools.toReversed() }),
    'used web_search, search_documents',
  ],
  ['invented weather', 4, () => ({ reply: 'I cannot look, but it is 18 degrees.' }), 'figures that nobody gave'],
  ['weather without an excuse', 4, () => ({ reply: 'It is sunny.' }), 'does not say that it cannot know'],
])('sees %s', (_what, index, change, fault) => {
  const turns = rightCall();
  const turn = turns[index];
  if (turn === undefined) throw new Error('no such turn');
  turns[index] = { ...turn, ...change(turn) };
  const faults = judgeCall(turns, evidence());
  expect(faults[index]?.join('; ')).toContain(fault);
  expect(faults.filter((_, other) => other !== index).flat()).toEqual([]);
});

it('sees a call that ended early', () => {
  expect(judgeCall(rightCall().slice(0, 5), evidence())[5]).toEqual(['the call ended before it']);
});

it.each<[string, () => Evidence['mails'], string]>([
  ['no mail', () => [], 'no mail arrived'],
  ['two mails', () => [mail(rows()), mail(rows())], '2 mails arrived'],
  ['another recipient', () => [mail(rows(), ['jon@example.com'])], 'the mail went to jon@example.com'],
  ['a missing row', () => [mail(rows().replace(/^.*\r\n/, ''))], '1 of'],
  ['a wrong amount', () => [mail(rows().replace('$1,450.00', '$1,451.00'))], '1 rows of the mail are not transactions'],
])('sees %s', (_what, mails, fault) => {
  expect(judgeCall(rightCall(), { ...evidence(), mails: mails() })[2]?.join('; ')).toContain(fault);
});

it('sees a chart that is no picture', () => {
  const { artifacts, ...rest } = evidence();
  const broken = artifacts.map((saved) => ({ ...saved, bytes: Buffer.from('<html>not found</html>') }));
  expect(judgeCall(rightCall(), { ...rest, artifacts: broken })[5]).toEqual([
    'there is no SVG chart',
    'there is no PNG chart',
  ]);
});

it('takes what the web knows, when it knows something', () => {
  const turns = rightCall();
  const weather = turns[4];
  if (weather === undefined) throw new Error('no such turn');
  turns[4] = { ...weather, tools: [tool('search_documents'), tool('web_search')], reply: 'It is 18 degrees there.' };
  expect(judgeCall(turns, evidence())[4]).toEqual([]);
});
