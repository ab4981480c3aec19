// Whatever is in the messages, an answer is made, is finished, and calls only what is offered.
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  json,
  oneof,
  record,
  string,
  subarray,
  tuple,
  type Arbitrary,
} from 'fast-check';
import { answerOf, TODAY, TOOLS } from '../../../test/support/rules-conversation.js';
import type { ChatMessage, ToolCall } from '../../llm/llm.port.js';
import { RulesModel } from '../../llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from './planner.js';

const WORDS =
  'client five thousand and one zero oh double 5001 42 what transactions does have show me send those that it to john at an ' +
  'example dot com no yes please chart draw in march between may last three weeks since how much spent on groceries refund ' +
  'policy weather the more repeat sorry i mean not wrong address cancel and for 2025 fifth of june category @ $5.00 % hello';
const said = oneof(
  array(constantFrom(...WORDS.split(' ')), { maxLength: 14 }).map((words) => words.join(' ')),
  string(),
  // Signs that addresses and patterns are made of, where a word is expected.
  array(constantFrom(...'+ % _ . @ $ ( [ \\ ? * - ’s a@b.co Hale $& constructor'.split(' ')), { maxLength: 5 }).map(
    (signs) => signs.join(''),
  ),
);
const names = constantFrom(...TOOLS.map((tool) => tool.name), 'other_tool', '');
const id = constantFrom('call_1', 'call_2', 'call_3', 'x');
const calls: Arbitrary<readonly ToolCall[]> = array(
  record({
    id,
    name: names,
    arguments: oneof(constantFrom('{"client_id":5001}', '{"client_id":"x","recipient":7}', '[]', '{'), json()),
  }),
  { maxLength: 3 },
);
const OUTCOMES = [
  { ok: true, data: {} },
  { ok: true, data: { client: { id: 1, name: 'A' }, count: 3, total: -1.5, transactions: [], currency: 'nope' } },
  {
    ok: true,
    data: {
      client: { id: 5001, name: '' },
      count: 9,
      total: 1e12,
      by_category: [{ category: '', count: 1, total: 1 }],
      transactions: [{ date: 'whenever', description: '*\u0000*', category: '', amount: -0 }],
    },
  },
  { ok: true, data: { results: [{ title: 'T', content: 'What client. Five thousand!' }, {}] } },
  { ok: true, data: { answer: 7, results: 'none' } },
  { ok: false, code: 'confirmation_required', message: 'Shall I send it to john@example.com?' },
  { ok: false, code: 'pending', message: '' },
];
const content = oneof(
  constantFrom(...OUTCOMES).map((outcome) => JSON.stringify(outcome)),
  json(),
  string(),
);

const message: Arbitrary<ChatMessage> = oneof(
  said.map((text): ChatMessage => ({ role: 'user', text })),
  said.map((text): ChatMessage => ({ role: 'system', text: `You are ${text}` })),
  tuple(said, calls, boolean()).map(([text, toolCalls, interrupted]): ChatMessage => ({
    role: 'assistant',
    text,
    toolCalls,
    interrupted,
  })),
  record({ role: constant('tool' as const), callId: id, name: names, content }),
);

const model = new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY });

describe('RulesModel', () => {
  it('answers any conversation, to the end, with offered tools and valid arguments only', async () => {
    await assert(
      asyncProperty(array(message, { maxLength: 16 }), subarray([...TOOLS]), async (messages, tools) => {
        const answer = await answerOf(model.stream({ messages, tools }, new AbortController().signal));
        const offered = new Set(tools.map((tool) => tool.name));
        const used = new Set(
          messages.flatMap((one) => (one.role === 'assistant' ? (one.toolCalls ?? []) : [])).map((one) => one.id),
        );
        expect(answer.calls.filter((call) => !offered.has(call.name) || used.has(call.id))).toEqual([]);
        for (const call of answer.calls) expect(typeof JSON.parse(call.arguments)).toBe('object');
        expect(new Set(answer.calls.map((call) => call.id)).size).toBe(answer.calls.length);
        expect(answer.reason).toBe(answer.calls.length > 0 ? 'tool_calls' : 'stop');
        // Never silence: the caller would not know whether anyone is there.
        if (answer.calls.length === 0) expect(answer.text.trim()).not.toBe('');
      }),
      { numRuns: 600 },
    );
  });

  it('comes to an end in every turn: each round of results is answered by fewer wishes', async () => {
    await assert(
      asyncProperty(
        array(said, { minLength: 1, maxLength: 4 }),
        array(content, { minLength: 12, maxLength: 12 }),
        async (turns, contents) => {
          const messages: ChatMessage[] = [];
          let n = 0;
          for (const text of turns) {
            messages.push({ role: 'user', text });
            for (let round = 0; ; round += 1) {
              expect(round).toBeLessThan(4);
              const answer = await answerOf(model.stream({ messages, tools: TOOLS }, new AbortController().signal));
              messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.calls });
              if (answer.calls.length === 0) break;
              for (const call of answer.calls) {
                n += 1;
                messages.push({ role: 'tool', callId: call.id, name: call.name, content: contents[n % 12] ?? '' });
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
