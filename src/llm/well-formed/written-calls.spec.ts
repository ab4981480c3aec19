import fc from 'fast-check';
import type { ToolSpec } from '../llm.port.js';
import { WrittenCalls } from './written-calls.js';

const spec = (name: string, properties: readonly string[], required: readonly string[]): ToolSpec => ({
  name,
  description: '',
  parameters: { type: 'object', properties: Object.fromEntries(properties.map((key) => [key, {}])), required },
});

const tools = [
  spec('query_transactions', ['client_id', 'from', 'to', 'category'], ['client_id']),
  spec('send_email_report', ['client_id', 'recipient'], ['client_id', 'recipient']),
  spec('search_documents', ['query'], ['query']),
];

function read(text: string, cuts: readonly number[] = []) {
  const reader = new WrittenCalls(tools);
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  let said = '';
  let from = 0;
  for (const place of [...places, text.length]) {
    said += reader.add(text.slice(from, place));
    from = place;
  }
  said += reader.end();
  return { said, calls: reader.calls.map((call) => ('fault' in call ? 'fault' : call)) };
}

const everywhere = (text: string): number[] => Array.from({ length: text.length }, (_, n) => n);

/** Ways in which models write the call of `query_transactions` for client 5001 as text. */
const WRITTEN: readonly (readonly [string, string])[] = [
  ['Hermes, Qwen', '<tool_call>\n{"name": "query_transactions", "arguments": {"client_id": 5001}}\n</tool_call>'],
  ['Hermes without its end', '<tool_call>{"name": "query_transactions", "arguments": {"client_id": 5001}}'],
  [
    'arguments as a string',
    '<tool_call>{"name":"query_transactions","arguments":"{\\"client_id\\":5001}"}</tool_call>',
  ],
  [
    'Qwen coder',
    '<tool_call>\n<function=query_transactions>\n<parameter=client_id>\n5001\n</parameter>\n</function>\n</tool_call>',
  ],
  ['Llama 3.1', '<function=query_transactions>{"client_id": 5001}</function>'],
  ['Llama 3.1 without the bracket', '<function=query_transactions{"client_id": 5001}</function>'],
  ['Llama 3', '<|python_tag|>{"name": "query_transactions", "parameters": {"client_id": 5001}}'],
  ['Llama 4', '[query_transactions(client_id=5001)]'],
  ['bare JSON', '{"name": "query_transactions", "arguments": {"client_id": 5001}}'],
  [
    'bare JSON with type',
    '{"type": "function", "function": {"name": "query_transactions", "arguments": {"client_id": 5001}}}',
  ],
  ['a list of them', '[{"name": "query_transactions", "arguments": {"client_id": 5001}}]'],
  [
    'a whole message',
    '{"tool_calls": [{"function": {"name": "query_transactions", "arguments": "{\\"client_id\\": 5001}"}}]}',
  ],
  [
    'parallel use',
    '{"tool_uses": [{"recipient_name": "functions.query_transactions", "parameters": {"client_id": 5001}}]}',
  ],
  ['the name as key', '{"query_transactions": {"client_id": 5001}}'],
  ['as in Python', "{'name': 'query_transactions', 'arguments': {'client_id': 5001}}"],
  ['a function', 'query_transactions({"client_id": 5001})'],
  ['a function with names', 'query_transactions(client_id=5001)'],
  ['its name and JSON', 'query_transactions\n{"client_id": 5001}'],
  ['a namespace', 'functions.query_transactions({"client_id": 5001})'],
  ['Gemma', '```tool_code\nprint(query_transactions(client_id=5001))\n```'],
  ['a fence', '```json\n{"name": "query_transactions", "arguments": {"client_id": 5001}}\n```'],
  ['Mistral', '[TOOL_CALLS][{"name": "query_transactions", "arguments": {"client_id": 5001}}]'],
  ['Mistral, later', '[TOOL_CALLS]query_transactions[ARGS]{"client_id": 5001}'],
  ['Mistral with an id', '[TOOL_CALLS]query_transactions[CALL_ID]abc123XYZ[ARGS]{"client_id": 5001}'],
  [
    'Harmony',
    '<|channel|>commentary to=functions.query_transactions <|constrain|>json<|message|>{"client_id": 5001}<|call|>',
  ],
  [
    'Harmony with its start',
    '<|start|>assistant<|channel|>commentary to=functions.query_transactions json<|message|>{"client_id":5001}<|call|>',
  ],
  ['Harmony that lost its tokens', 'commentary to=functions.query_transactions json{"client_id": 5001}'],
  [
    'DeepSeek',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>query_transactions\n```json\n{"client_id": 5001}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  [
    'DeepSeek, later',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>query_transactions<｜tool▁sep｜>{"client_id": 5001}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  [
    'DeepSeek as tags',
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="query_transactions">\n<｜DSML｜parameter name="client_id" string="false">5001</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  ],
  [
    'Kimi',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.query_transactions:0<|tool_call_argument_begin|>{"client_id": 5001}<|tool_call_end|><|tool_calls_section_end|>',
  ],
  ['GLM', '<tool_call>query_transactions\n<arg_key>client_id</arg_key>\n<arg_value>5001</arg_value>\n</tool_call>'],
  [
    'invoke',
    '<function_calls>\n<invoke name="query_transactions">\n<parameter name="client_id">5001</parameter>\n</invoke>\n</function_calls>',
  ],
  [
    'MiniMax',
    '<minimax:tool_call>\n<invoke name="query_transactions">\n<parameter name="client_id">5001</parameter>\n</invoke>\n</minimax:tool_call>',
  ],
  ['Granite', '<|tool_call|>[{"name": "query_transactions", "arguments": {"client_id": 5001}}]'],
  [
    'InternLM',
    '<|action_start|><|plugin|>{"name": "query_transactions", "parameters": {"client_id": 5001}}<|action_end|>',
  ],
  [
    'Command',
    '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "query_transactions", "parameters": {"client_id": 5001}}]<|END_ACTION|>',
  ],
  ['a tag of its own', '<query_transactions>{"client_id": 5001}</query_transactions>'],
  ['ReAct', 'Action: query_transactions\nAction Input: {"client_id": 5001}'],
  ['a history that is imitated', '[Calling tool: query_transactions({"client_id": 5001})]'],
  ['arguments alone, of one tool', '<|channel|>commentary<|message|>{"client_id": 5001, "category": "travel"}<|end|>'],
];

const argumentsOf = (call: unknown) => JSON.parse((call as { arguments: string }).arguments) as Record<string, unknown>;

describe('a tool call that is written as text', () => {
  it.each(WRITTEN)('is read, and not said: %s', (_name, text) => {
    for (const cuts of [[], everywhere(text)]) {
      const { said, calls } = read(
        `One moment. ${text}`,
        cuts.map((cut) => cut + 12),
      );
      expect(said.trim()).toBe('One moment.');
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({ name: 'query_transactions' });
      expect(Number(argumentsOf(calls[0])['client_id'])).toBe(5001);
    }
  });

  it('is the same however it is split', () => {
    const texts = WRITTEN.map(([, text]) => text);
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.constantFrom('', 'One moment. ', 'I look. '),
        fc.array(fc.nat(), { maxLength: 40 }),
        (text, before, cuts) => {
          expect(read(before + text, cuts)).toEqual(read(before + text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(WRITTEN)('is never said when it is cut off: %s', (_name, text) => {
    for (let length = 0; length < text.length; length += 1) {
      const { said } = read(`One moment. ${text.slice(0, length)}`);
      if (said.trim() === 'One moment.') continue;
      // A few characters alone are a word or a mark like any other.
      expect(said.slice(12).trim()).not.toMatch(/5001|client|query_t.*[{(]|transactions[^\s]/);
    }
  });

  it('is a fault when it is not whole', () => {
    for (const text of [
      '<tool_call>{"name": "query_transactions", "arguments": {"client_id": 50',
      '<tool_call></tool_call>',
      '<tool_call>query_transactions</tool_call>',
      'query_transactions({"client_id": 5001',
      '[TOOL_CALLS]',
      '{"name": "query_transactions", "arguments": {"client_id": 5001',
      '```json\n{"name": "query_transactions", "argu',
      '<function=query_transactions><parameter=client_id>50',
      `<tool_call>${'['.repeat(500)}</tool_call>`,
      `<tool_call>{"name": "query_transactions", "arguments": {"category": "${'x'.repeat(40_000)}"}}</tool_call>`,
    ]) {
      const { said, calls } = read(text);
      expect([said.trim(), calls]).toEqual(['', ['fault']]);
    }
  });

  it('is none in the arguments of another, and none where a tool is only spoken of', () => {
    const quoted = '[search_documents(query="how do I use query_transactions(client_id=7)")]';
    expect(read(quoted).calls).toMatchObject([{ name: 'search_documents' }]);
    // A fault, which the model is told of: nothing runs.
    expect(read('You can say search_documents() to start.').calls).toEqual(['fault']);
  });

  it('may be several', () => {
    const one = '<tool_call>{"name":"query_transactions","arguments":{"client_id":5001}}</tool_call>';
    const other = '<tool_call>{"name":"search_documents","arguments":{"query":"refunds"}}</tool_call>';
    const { said, calls } = read(`Let me look. ${one}\n${other} That takes a second.`);
    expect(said.replaceAll(/\s+/g, ' ')).toBe('Let me look. That takes a second.');
    expect(calls).toMatchObject([{ name: 'query_transactions' }, { name: 'search_documents' }]);
  });
});

describe('thoughts and tokens', () => {
  it.each([
    ['<think>Client 5001?</think>Good morning.', 'Good morning.'],
    ['Well, <think>I should {"look": 1}.</think>good morning.', 'Well, good morning.'],
    ['Good <thinking>a < b</thinking>morning.', 'Good morning.'],
    ['Good morning.</think>', 'Good morning.'],
    ['Good morning.<think>never ends', 'Good morning.'],
    ['[THINK]so so[/THINK]Good morning.', 'Good morning.'],
    ['◁think▷so so◁/think▷Good morning.', 'Good morning.'],
    ['<|START_THINKING|>so so<|END_THINKING|>Good morning.', 'Good morning.'],
    ['<seed:think>so so</seed:think>Good morning.', 'Good morning.'],
    ['Good morning.<|im_end|>', 'Good morning.'],
    ['<s>Good morning.</s>', 'Good morning.'],
    ['Good morning.<end_of_turn>', 'Good morning.'],
    [
      '<|channel|>analysis<|message|>They say hi.<|end|><|start|>assistant<|channel|>final<|message|>Good morning.<|return|>',
      'Good morning.',
    ],
    ['analysisThey say hi. We greet.assistantfinalGood morning.', 'Good morning.'],
  ])('%s', (text, said) => {
    for (const cuts of [[], everywhere(text)]) expect(read(text, cuts)).toEqual({ said, calls: [] });
  });
});

describe('what is said', () => {
  it.each([
    'Good morning. What can I do for you?',
    'That is 5 < 6, and 7 > 3 <- or so.',
    'You spent [a lot] on travel (in March), {sic}.',
    'See [our page](https://example.com/refunds) for `details`.',
    'I will query transactions (in a moment) and send_email_report later.',
    'Analysis of your spending: action items follow. Functions are fine, tools too.',
    'The tool is to search documents. A question to=answer is fine.',
    'Your data: {"client_id": 42}. Is that right?',
    'Press <toolbar> and <pythonic>, then wait.',
    'Write <b>bold</b> or <https://example.com>, I <3 it.',
    '```\nplain\n```',
    'assistants are final',
    'q',
    'query_transactions',
    'Ein Satz mit Umlauten: größer, 你好，世界。',
  ])('goes through: %s', (text) => {
    for (const cuts of [[], everywhere(text)]) expect(read(text, cuts)).toEqual({ said: text, calls: [] });
  });

  it('goes through at once', () => {
    const reader = new WrittenCalls(tools);
    expect(['Good ', 'morning. ', 'How ', 'are '].map((delta) => reader.add(delta))).toEqual([
      'Good ',
      'morning. ',
      'How ',
      'are ',
    ]);
  });

  it('is never lost, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '<',
      '[',
      '{',
      '"',
      'a',
      ' ',
      '`',
      '(',
      'query',
      '_transactions',
      ':',
      '|',
      '>',
      '\n',
      '5',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 30 }), (pieces, cuts) => {
        const text = pieces.join('');
        const whole = read(text);
        expect(read(text, cuts)).toEqual(whole);
        if (whole.calls.length === 0 && !/[<[]\W*[a-z|/]/.test(text)) expect(whole.said).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

it('takes time that grows with the length of what is written', () => {
  for (const unit of [
    '<a',
    '{"',
    '[{',
    '<|x',
    '```{',
    'query_transactions(',
    '<tool_call>',
    '<think>',
    'a ',
    '<parameter=a>',
  ]) {
    const reader = new WrittenCalls(tools);
    const text = unit.repeat(60_000 / unit.length);
    const began = performance.now();
    for (let at = 0; at < text.length; at += 4) reader.add(text.slice(at, at + 4));
    reader.end();
    expect(performance.now() - began).toBeLessThan(2000);
  }
});
