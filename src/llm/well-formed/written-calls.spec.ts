import fc from 'fast-check';
import { everywhere, readWritten as read, writtenTools as tools } from '../../../test/support/written-answer.js';
import { WrittenCalls } from './written-calls.js';

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
  [
    'ReAct that imagines the answer',
    'Action: query_transactions\nAction Input: {"client_id": 5001}\nObservation: {"total": 7}\nFinal Answer: Seven.',
  ],
  ['its name and input as labels', 'Tool: query_transactions\nArguments: {"client_id": 5001}'],
  ['FunctionGemma', '<start_function_call>call:query_transactions{client_id:5001}<end_function_call>'],
  [
    'FunctionGemma with a text',
    '<start_function_call>call:query_transactions{client_id:5001,category:<escape>a "b" {c<escape>}<end_function_call><start_function_response>',
  ],
  ['FunctionGemma without its tokens', 'call:query_transactions{client_id:5001,category:<escape>travel}<escape>}'],
  ['Gemma 4', '<|tool_call>call:query_transactions{client_id:5001,category:<|"|>travel<|"|>}<tool_call|>'],
  [
    'Gemma 4 with an imagined answer',
    '<|tool_call>call:query_transactions{client_id:5001}<tool_call|><|tool_response>response:x{n:1}<tool_response|>',
  ],
  [
    'LongCat',
    '<longcat_tool_call>query_transactions\n<longcat_arg_key>client_id</longcat_arg_key>\n<longcat_arg_value>5001</longcat_arg_value>\n</longcat_tool_call>',
  ],
  [
    'LongCat without the name',
    '<longcat_tool_call><longcat_arg_key>client_id</longcat_arg_key><longcat_arg_value>5001</longcat_arg_value></longcat_tool_call>',
  ],
  [
    'LongCat as JSON',
    '<longcat_tool_call>{"name": "query_transactions", "arguments": {"client_id": 5001}}</longcat_tool_call>',
  ],
  ['Functionary 2', '<|from|>assistant\n<|recipient|>query_transactions\n<|content|>{"client_id": 5001}<|stop|>'],
  ['Functionary 3', '>>>query_transactions\n{"client_id": 5001}'],
  ['FireFunction, Phi', 'functools[{"name": "query_transactions", "arguments": {"client_id": 5001}}]'],
  ['Nemotron', '<TOOLCALL>[{"name": "query_transactions", "arguments": {"client_id": 5001}}]</TOOLCALL>'],
  ['Apertus', '<|tools_prefix|>[{"query_transactions": {"client_id": 5001}}]<|tools_suffix|>'],
  ['Liquid', '<|tool_call_start|>[query_transactions(client_id=5001)]<|tool_call_end|>'],
  [
    'Seed',
    '<seed:tool_call>\n<function=query_transactions>\n<parameter=client_id>5001</parameter>\n</function>\n</seed:tool_call>',
  ],
  [
    'Step',
    '<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="query_transactions"><steptml:parameter name="client_id">5001</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
  ],
  ['OLMo', '<function_calls>query_transactions(client_id=5001)</function_calls>'],
  ['GigaChat', 'function call<|role_sep|>\n{"name": "query_transactions", "arguments": {"client_id": 5001}}'],
  [
    'Hunyuan',
    '<tool_calls:x><tool_call:x>query_transactions<tool_sep:x><arg_key:x>client_id</arg_key:x><arg_value:x>5001</arg_value:x></tool_call:x></tool_calls:x>',
  ],
  ['in a tool tag', '<tool name="query_transactions">{"client_id": 5001}</tool>'],
  ['a result in Python', '```python\nresult = query_transactions(client_id=5001)\nprint(result)\n```'],
  [
    'its own end, quoted',
    '<tool_call>{"name":"query_transactions","arguments":{"client_id":5001,"category":"what is </tool_call>?"}}</tool_call>',
  ],
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

  it('is none in the arguments of another', () => {
    const quoted = '[search_documents(query="how do I use query_transactions(client_id=7)")]';
    expect(read(quoted).calls).toMatchObject([{ name: 'search_documents' }]);
  });

  it.each([
    'search_documents("refunds")',
    "search_documents('refunds')",
    '[search_documents("refunds")]',
    '`search_documents("refunds")`',
    '<tool_call>search_documents("refunds")</tool_call>',
    'Action: search_documents[refunds]',
    'Thought: I look.\nAction: search_documents\nAction Input: refunds\nObservation: none',
    'Question: So?\nThought: I look.\nAction: search_documents\nAction Input: "refunds"',
  ])('may have the one text that its tool needs: %s', (text) => {
    for (const cuts of [[], everywhere(text)]) {
      expect(read(text, cuts)).toEqual({
        said: '',
        calls: [{ name: 'search_documents', arguments: '{"query":"refunds"}' }],
      });
    }
  });

  it.each([
    'query_transactions("5001")',
    'query_transactions(5001)',
    'send_email_report("a@b.c")',
    'search_documents(7)',
  ])('has no argument that is not named, where its tool needs another or several: %s', (text) => {
    expect(read(text)).toEqual({ said: '', calls: ['fault'] });
  });

  it.each([
    ['query_transactions(client_id=5001), search_documents(query="x")', ', '],
    ['query_transactions(client_id=5001); search_documents(query="x")', '; '],
    ['query_transactions(client_id=5001)\nsearch_documents(query="x")', '\n'],
    ['>>>query_transactions\n{"client_id": 5001}\n>>>search_documents\n{"query": "x"}', '\n'],
    [
      'functools[{"name":"query_transactions","arguments":{"client_id":5001}},{"name":"search_documents","arguments":{"query":"x"}}]',
      '',
    ],
  ])('may be two at once: %s', (text, between) => {
    for (const cuts of [[], everywhere(text)]) {
      expect(read(text, cuts)).toMatchObject({
        said: between,
        calls: [{ name: 'query_transactions' }, { name: 'search_documents' }],
      });
    }
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
    ['<|channel>thought\nso so<channel|>Good morning.<turn|>', 'Good morning.'],
    ['<|from|>assistant\n<|recipient|>all\n<|content|>Good morning.<|stop|>', 'Good morning.'],
    ['all\n<|content|>Good morning.<|stop|>', 'Good morning.'],
    ['all\nGood morning.', 'Good morning.'],
    ['>>>all\nGood morning.', 'Good morning.'],
    ['Thought: They say hi.\nFinal Answer:Good morning.', 'Good morning.'],
    [
      '<tool_response>{"name": "query_transactions", "arguments": {"client_id": 1}}</tool_response>Good morning.',
      'Good morning.',
    ],
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

  it('is the same however it is cut, a token with two bars too', () => {
    for (const text of ['<|| query<', '<||| a>b', '</| query_transactions>', '<//x']) {
      expect(read(text, everywhere(text))).toEqual(read(text));
    }
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
        if (whole.calls.length === 0 && !/[<[]\W*[a-z_|/]/.test(text)) expect(whole.said).toBe(text);
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
    'call:a{<escape>',
    'Action: ',
    'a <think> a',
    '"query_transactions(',
    '<tool_call>{"',
    '>>>a\n{',
    'functools[',
  ]) {
    const reader = new WrittenCalls(tools);
    const text = unit.repeat(60_000 / unit.length);
    const began = performance.now();
    for (let at = 0; at < text.length; at += 4) reader.add(text.slice(at, at + 4));
    reader.end();
    expect(performance.now() - began).toBeLessThan(2000);
  }
});

describe('a call of a tool that there is not', () => {
  it.each([
    '<tool_call>\n<function=web_search>\n<parameter=query>\nx\n</parameter>\n</function>\n</tool_call>',
    '<function_calls><invoke name="web_search"><parameter name="query">x</parameter></invoke></function_calls>',
    '<tool_call>web_search\n{"query": "x"}</tool_call>',
    '<|tool_call|>web_search{"query": "x"}',
    '<tool_call>web_search<arg_key>query</arg_key><arg_value>x</arg_value></tool_call>',
    '[TOOL_CALLS]web_search[ARGS]{"query": "x"}',
    'Action: web_search\nAction Input: {"query": "x"}',
    'Action: ```json\n[{"tool_name": "web_search", "parameters": {"query": "x"}}]\n```',
  ])('is none of another one that takes the same: %j', (text) => {
    const expected = { said: '', calls: [{ name: 'web_search', arguments: '{"query":"x"}' }] };
    expect(read(text)).toEqual(expected);
    expect(read(text, everywhere(text))).toEqual(expected);
  });

  it.each(['<tool_call>{"query": "x"}</tool_call>', '<tool_call>\n<parameter=query>x</parameter>\n</tool_call>'])(
    'arguments without any name are those of the only tool that takes them: %j',
    (text) => {
      expect(read(text).calls).toMatchObject([{ name: 'search_documents' }]);
    },
  );

  it.each(['Action is needed: please wait.', 'Action: [none] needed today.', 'Action: required\nPlease call us back.'])(
    'is no sentence: %j',
    (text) => {
      expect(read(text, everywhere(text))).toEqual({ said: text, calls: [] });
    },
  );
});
