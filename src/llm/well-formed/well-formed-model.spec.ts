import fc from 'fast-check';
import { FakeModel } from '../../../test/fakes/providers.js';
import type { SimulatedChatRequest } from '../../../test/simulators/openai-knobs.js';
import { faultOfHistory } from '../../../test/simulators/strict-history.js';
import type { ChatMessage, LlmPart, LlmRequest, ToolCall } from '../llm.port.js';
import { toParams } from '../openai/map-request.js';
import { WellFormedModel } from './well-formed-model.js';

const tools = [
  {
    name: 'query_transactions',
    description: '',
    parameters: { properties: { client_id: {}, to: {} }, required: ['client_id'] },
  },
  { name: 'web_search', description: '', parameters: { properties: { query: {} }, required: ['query'] } },
];
const settings = { model: 'm', maxTokensField: 'max_tokens', askForUsage: false } as const;

/** What a strict server says to this history, through the model. */
async function verdict(messages: readonly ChatMessage[]): Promise<string | undefined> {
  let sent: LlmRequest | undefined;
  const inner = new FakeModel((request) => {
    sent = request;
    return [{ type: 'finished', reason: 'stop' }];
  });
  await collect(new WellFormedModel(inner), messages);
  const body = toParams(sent ?? { messages: [], tools: [] }, settings);
  return faultOfHistory(JSON.parse(JSON.stringify(body.messages)) as SimulatedChatRequest['messages']);
}

async function collect(model: WellFormedModel, messages: readonly ChatMessage[] = [{ role: 'user', text: 'Hi.' }]) {
  const parts: LlmPart[] = [];
  for await (const part of model.stream({ messages, tools }, new AbortController().signal)) parts.push(part);
  return parts;
}

/** The call that comes of what a model has written. */
async function callOf(call: Partial<ToolCall>): Promise<ToolCall> {
  const whole = { id: 'call_1', name: 'query_transactions', arguments: '{"client_id":5001}', ...call };
  const inner = new FakeModel(() => [
    { type: 'tool.call', call: whole },
    { type: 'finished', reason: 'tool_calls' },
  ]);
  const [part] = await collect(new WellFormedModel(inner));
  if (part?.type !== 'tool.call') throw new Error('no call');
  return part.call;
}

describe('arguments', () => {
  it.each([
    ['{"client_id": 5001}', { client_id: 5001 }],
    ['```json\n{"client_id": 5001}\n```', { client_id: 5001 }],
    ['```\n{"client_id": 5001}', { client_id: 5001 }],
    ["{'client_id': 5001, 'to': None}", { client_id: 5001, to: null }],
    ['{client_id: 5001, }', { client_id: 5001 }],
    ['{“client_id”: 5001}', { client_id: 5001 }],
    ['{"client_id": 5001, "to": NaN}', { client_id: 5001, to: null }],
    ['"{\\"client_id\\": 5001}"', { client_id: 5001 }],
    ['"\\"{\\\\\\"client_id\\\\\\": 5001}\\""', { client_id: 5001 }],
    ['[{"client_id": 5001}]', { client_id: 5001 }],
    ['{"to": "a\nb"}', { to: 'a\nb' }],
    ['{"to": "half \\ud83d a character, whole \\ud83d\\ude00"}', { to: 'half \ufffd a character, whole 😀' }],
    ['{"to": "a backslash \\\\ud83d"}', { to: 'a backslash \\ud83d' }],
    ['[]', {}],
    ['null', {}],
    ['""', {}],
    ['', {}],
    ['  ', {}],
    ['None', {}],
  ])('are read: %s', async (text, value) => {
    const call = await callOf({ arguments: text });
    expect([JSON.parse(call.arguments), call.fault]).toEqual([value, undefined]);
  });

  it.each([
    '{"client_id": 5001',
    '{"client_id": 5001}}',
    '{"client_id": 5001} I hope that helps.',
    '{"client_id": 5001}{"client_id": 5002}',
    '[{"client_id": 5001}, {"client_id": 5002}]',
    '"x"',
    'x',
    'true',
    '5001',
    '"5001"',
    '{"client_id": 5001, "client_id"}',
    '{"client_id": Infinity}',
    '{client id: 5001}',
    '{"a": "\\ud83',
    `{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
    `{'a': ${'{b:'.repeat(40)}1${'}'.repeat(41)}`,
    `{"a": "${'x'.repeat(1_000_000)}"}`,
  ])('are refused, and the model is told: %#', async (text) => {
    const call = await callOf({ arguments: text });
    expect(call.arguments).toBe('{}');
    expect(call.fault).toMatch(/^The arguments were (not one JSON object\. They began with "|longer than)/);
    expect(call.fault?.length).toBeLessThan(300);
  });
});

describe('names', () => {
  it.each([
    'functions.query_transactions',
    'Query Transactions',
    'queryTransactions',
    'query-transactions',
    'QUERY_TRANSACTIONS',
    'query_transactions<|channel|>commentary',
    'assistant<|channel|>commentary to=functions.query_transactions',
    'functions.query_transactions:0',
    'default_api:query_transactions',
    'mcp__payments__query_transactions',
    'query_transactionsquery_transactions',
    '`query_transactions`',
    ' query_transactions\n',
    'query_transactions()',
    'payments/query_transactions',
  ])('mean a tool: %j', async (name) => {
    expect(await callOf({ name })).toEqual({
      id: 'call_1',
      name: 'query_transactions',
      arguments: '{"client_id":5001}',
    });
  });

  it.each([
    ['', 'unknown_tool'],
    ['send_sms', 'send_sms'],
    ['🙂', 'unknown_tool'],
    ['x'.repeat(5000), 'x'.repeat(64)],
    ['query_transactions or web_search.x', 'query_transactions_or_web_search_x'],
    ['web_search/query_transactions', 'web_search_query_transactions'],
    ['query', 'query'],
  ])('mean none: %j', async (name, acceptable) => {
    const call = await callOf({ name });
    expect(call.name).toBe(acceptable);
    expect(call.fault).toMatch(/There is no tool .* The tools are: query_transactions, web_search\./);
  });
});

it('gives every call an id of its own, of at most 40 characters', async () => {
  const id = 'call_1';
  const call = { id, name: 'web_search', arguments: '{}' };
  const inner = new FakeModel(() => [
    { type: 'tool.call', call },
    { type: 'tool.call', call },
    { type: 'tool.call', call: { ...call, id: 'x'.repeat(41) } },
    { type: 'tool.call', call: { ...call, id: '' } },
    { type: 'tool.call', call: { ...call, id: 'a b' } },
    { type: 'finished', reason: 'tool_calls' },
  ]);
  const parts = await collect(new WellFormedModel(inner), [
    { role: 'user', text: 'Hi.' },
    { role: 'assistant', text: '', toolCalls: [{ id: 'call_0', name: 'web_search', arguments: '{}' }] },
    { role: 'tool', callId: 'call_0', name: 'web_search', content: '{}' },
  ]);
  const ids = parts.flatMap((part) => (part.type === 'tool.call' ? [part.call.id] : []));
  expect(ids[0]).toBe('call_1');
  expect(new Set(ids).size).toBe(5);
  for (const one of ids) expect(one).toMatch(/^[\x21-\x7e]{1,40}$/);
});

describe('a history', () => {
  const call = (id: string, text = '{}', name = 'web_search') => ({ id, name, arguments: text });
  const answer = (callId: string): ChatMessage => ({ role: 'tool', callId, name: 'web_search', content: 'it' });

  it.each<[string, readonly ChatMessage[]]>([
    ['arguments that are no JSON', [{ role: 'assistant', text: '', toolCalls: [call('a', '{"x": ')] }, answer('a')]],
    ['arguments that are a list', [{ role: 'assistant', text: '', toolCalls: [call('a', '[]')] }, answer('a')]],
    ['a name', [{ role: 'assistant', text: '', toolCalls: [call('a', '{}', 'functions.Web Search')] }, answer('a')]],
    ['no name', [{ role: 'assistant', text: '', toolCalls: [call('a', '{}', '')] }, answer('a')]],
    ['one id twice', [{ role: 'assistant', text: '', toolCalls: [call('a'), call('a')] }, answer('a'), answer('a')]],
    [
      'one id in two turns',
      [
        { role: 'assistant', text: '', toolCalls: [call('a')] },
        answer('a'),
        { role: 'assistant', text: '', toolCalls: [call('a')] },
        answer('a'),
      ],
    ],
    ['a long id', [{ role: 'assistant', text: '', toolCalls: [call('a'.repeat(50))] }, answer('a'.repeat(50))]],
    [
      'ids of Mistral beside ours',
      [
        { role: 'assistant', text: '', toolCalls: [call('D681PevKs'), call('confirmed_1')] },
        answer('D681PevKs'),
        answer('confirmed_1'),
      ],
    ],
    [
      'a call without an answer',
      [
        { role: 'assistant', text: '', toolCalls: [call('a')] },
        { role: 'user', text: 'So?' },
      ],
    ],
    ['a call at the end', [{ role: 'assistant', text: '', toolCalls: [call('a'), call('b')] }, answer('b')]],
    ['an answer without a call', [answer('a'), { role: 'user', text: 'So?' }]],
    ['an answer twice', [{ role: 'assistant', text: '', toolCalls: [call('a')] }, answer('a'), answer('a')]],
    [
      'half a character',
      [
        { role: 'user', text: 'So \ud83d?' },
        { role: 'assistant', text: '\ude00', toolCalls: [call('a', '{"x":"\\ud83d"}')] },
        { role: 'tool', callId: 'a', name: 'x', content: '\ud83d' },
      ],
    ],
  ])('is taken by a strict server: %s', async (_what, messages) => {
    const history: ChatMessage[] = [{ role: 'system', text: 'Be kind.' }, ...messages];
    expect(
      faultOfHistory(
        JSON.parse(
          JSON.stringify(toParams({ messages: history, tools }, settings).messages),
        ) as SimulatedChatRequest['messages'],
      ),
    ).not.toBeUndefined();
    expect(await verdict(history)).toBeUndefined();
  });

  it('is taken whatever it is made of, and is the same each time', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\ud800', '{"a":1}', "{'a':1}", '[]', ''),
    );
    const message: fc.Arbitrary<ChatMessage> = fc.oneof(
      text.map((said): ChatMessage => ({ role: 'user', text: said })),
      fc.record({
        role: fc.constant('tool' as const),
        callId: fc.constantFrom('a', 'b', 'abcdefghi'),
        name: text,
        content: text,
      }),
      fc.record({
        role: fc.constant('assistant' as const),
        text,
        toolCalls: fc.array(
          fc.record({ id: fc.constantFrom('a', 'b', 'abcdefghi', ''), name: text, arguments: text }),
          { maxLength: 3 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 8 }), async (messages) => {
        expect(await verdict([{ role: 'system', text: 'Be kind.' }, ...messages])).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('that every server takes goes out as it is', async () => {
    const messages: ChatMessage[] = [
      { role: 'system', text: 'Be kind.' },
      { role: 'user', text: 'Hi 😀.' },
      { role: 'assistant', text: 'One moment.', toolCalls: [call('call_1', '{"query": "a"}')] },
      answer('call_1'),
      { role: 'assistant', text: 'So', interrupted: true },
    ];
    const inner = new FakeModel(() => []);
    await collect(new WellFormedModel(inner), messages);
    expect(inner.requests[0]?.messages).toEqual(messages);
  });
});

describe('calls in the text', () => {
  const one = '<tool_call>{"name":"query_transactions","arguments":{"client_id":5001}}</tool_call>';
  const answering = (parts: readonly LlmPart[]) => collect(new WellFormedModel(new FakeModel(() => parts)));

  it('are made', async () => {
    expect(
      await answering([
        { type: 'text', delta: `Let me look. ${one}` },
        { type: 'finished', reason: 'stop' },
      ]),
    ).toEqual([
      { type: 'text', delta: 'Let me look. ' },
      {
        type: 'tool.call',
        call: {
          id: expect.stringMatching(/^call_\w{8}$/) as string,
          name: 'query_transactions',
          arguments: '{"client_id":5001}',
        },
      },
      { type: 'finished', reason: 'tool_calls' },
    ]);
  });

  it('are not made beside the same as calls', async () => {
    const call = { id: 'a', name: 'query_transactions', arguments: '{"client_id":5001}' };
    const parts = await answering([
      { type: 'text', delta: one },
      { type: 'tool.call', call },
      { type: 'finished', reason: 'tool_calls' },
    ]);
    expect(parts).toEqual([
      { type: 'tool.call', call },
      { type: 'finished', reason: 'tool_calls' },
    ]);
  });

  it('that are not whole are told to the model', async () => {
    const [part] = await answering([
      { type: 'text', delta: one.slice(0, 60) },
      { type: 'finished', reason: 'length' },
    ]);
    expect(part).toMatchObject({
      type: 'tool.call',
      call: { arguments: '{}', fault: expect.stringContaining('written as text') as string },
    });
  });
});

it('puts a character together that was cut in two', async () => {
  const inner = new FakeModel(() => [
    { type: 'text', delta: 'So \ud83d' },
    { type: 'text', delta: '\ude00, and \ud83d' },
    { type: 'text', delta: 'x\ud83d' },
    { type: 'finished', reason: 'stop' },
  ]);
  const said = (await collect(new WellFormedModel(inner)))
    .map((part) => (part.type === 'text' ? part.delta : ''))
    .join('');
  expect(said).toBe('So 😀, and \ufffdx\ufffd');
});

it('takes no more calls and no more text at once than a reply can hold', async () => {
  const call = { id: 'a', name: 'web_search', arguments: '{}' };
  const inner = new FakeModel(() => [
    { type: 'text', delta: 'a '.repeat(500_000) },
    ...Array.from({ length: 1000 }, (): LlmPart => ({ type: 'tool.call', call })),
    { type: 'finished', reason: 'tool_calls' },
  ]);
  const parts = await collect(new WellFormedModel(inner));
  expect(parts.filter(({ type }) => type === 'tool.call')).toHaveLength(32);
  expect(parts[0]?.type === 'text' ? parts[0].delta.length : 0).toBeLessThanOrEqual(65_536);
});
