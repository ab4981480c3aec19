import fc from 'fast-check';
import { everywhere, readWritten } from '../../../test/support/written-answer.js';

// What looks like a tool call, a thought or a token, and is only spoken of: it is said, word for word, and nothing runs.

const CALL = 'query_transactions(client_id=5001)';
const JSON_CALL = '{"name": "query_transactions", "arguments": {"client_id": 5001}}';

it.each([
  // Tags
  'Models write <tool_call> around their calls, and I do not.',
  'The tag <tool_call> is what a model writes. And so on.',
  'A `<tool_call>` tag begins a call, and `</tool_call>` ends it. Is that clear?',
  'He wrote “<tool_call>” twice, and "<think>" once.',
  'Der Tag <tool_call> steht vor einem Aufruf. Mehr nicht.',
  'La etiqueta <tool_call> va antes. Nada más.',
  'A <think> tag is a thought. And so on.',
  '<invoke> is a tag in their XML.',
  'To do it yourself, write <function=query_transactions> and so on.',
  'The [TOOL_CALLS] token is for machines.',
  'The tag <tool_response> holds an answer.',
  // Types
  'Use a List<Function> in Java, or a Map<String, Function>.',
  'Use Array<Tool> and Promise<ToolCall>.',
  'A Set<Function<T>> and vector<tool> and Action<Result>.',
  // Names and labels
  'You can say search_documents() to start.',
  'I would use search_documents("refunds") for that, would you like me to?',
  'I call query_transactions (which lists them) for you.',
  'The action: query_transactions is a tool.',
  'Action: please call the bank. Tool: hammer. Function: none.',
  'Call: 555 1234. A phone call:free of charge {today}.',
  'Thought of the day: be kind.',
  'All\nof it is yours, all in all.',
  'I use functools in Python: functools.reduce(f, [1, 2]).',
  'Python shows >>> as its prompt. >>> print("x")',
  'The arrow is => or >>> or >>.',
  // JSON
  '{"flour": "200 g", "eggs": 2}',
  'The recipe as JSON: {"flour": "200 g", "eggs": 2}. Enjoy.',
  '{"name": "Pancakes", "ingredients": ["flour", "milk"]}',
  '{"action": "mix", "input": "flour"}',
  '{"actions": [{"name": "mix"}, {"name": "bake"}]}',
  '```json\n{"name": "Pancakes", "steps": [{"action": "mix"}]}\n``` Enjoy!',
  'An API answers {"name": "Ada", "age": 36} here.',
  'I looked: {"title": "how to query_transactions (all)", "pages": 2} came back.',
  'Use {"key": value} as a template, then go on with many more words that follow here.',
  'In JSON {"flour" is a key, as you know. And so on.',
  // Quoted
  `For example: "${CALL}". Do not worry.`,
  `For example: “${CALL}”, or ‘${CALL}’, or «${CALL}».`,
  `You could write \`${CALL}\` yourself.`,
  `Say '${JSON_CALL}' to it.`,
])('is said: %s', (text) => {
  for (const cuts of [[], everywhere(text)]) expect(readWritten(text, cuts)).toEqual({ said: text, calls: [] });
});

/** What runs where it stands alone. */
const CALLS = [
  CALL,
  `functions.${CALL}`,
  'query_transactions({"client_id": 5001})',
  'search_documents("refunds")',
  'call:query_transactions{client_id:5001}',
  JSON_CALL,
  `[${JSON_CALL}]`,
  `<tool_call>${JSON_CALL}</tool_call>`,
  '<function=query_transactions>{"client_id": 5001}</function>',
  '<query_transactions>{"client_id": 5001}</query_transactions>',
  `<tool_call>${CALL}</tool_call>`,
];
const runs = (text: string, cuts: readonly number[] = []): boolean =>
  readWritten(text, cuts).calls.some((call) => call !== 'fault');

it.each(CALLS)('never runs a call that is quoted or in the middle of a sentence: %s', (call) => {
  expect(runs(call)).toBe(true);
  expect(runs(`One moment.\n${call}\nThat takes a second.`)).toBe(true);
  fc.assert(
    fc.property(
      fc.constantFrom('For example', 'You would write', 'Der Aufruf wäre', 'Se escribe'),
      fc.constantFrom(
        ...([' "|"', ' “|”', ' `|`', " '|'", ' «|»', ' ‘|’', ': "|"'] as const).map((each) => each.split('|')),
      ),
      fc.constantFrom('', '.', ' for that.', ', and so on.', ' wäre das.', ' Good.'),
      fc.array(fc.nat(), { maxLength: 20 }),
      (before, [open = '', close = ''], after, cuts) => {
        expect(runs(before + open + call + close + after, cuts)).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
  for (const [before, after] of [
    ['He said that', 'is the call.'],
    ['I could use', 'for you, if you like.'],
    ['Mit', 'sucht man danach.'],
    ['Con', 'se busca.'],
  ]) {
    for (const cuts of [[], everywhere(`${before} ${call} ${after}`)]) {
      const { said, calls } = readWritten(`${before} ${call} ${after}`, cuts);
      expect(calls.filter((each) => each !== 'fault')).toEqual([]);
      // The words around it are said.
      expect(said.startsWith(before ?? '') && said.endsWith(after ?? '')).toBe(true);
    }
  }
});
