import { answerOf, RulesCall, TODAY, TOOLS } from '../../../test/support/rules-conversation.js';
import type { ChatMessage } from '../../llm/llm.port.js';
import { RulesModel } from '../../llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from './planner.js';

const PENDING = { ok: false, code: 'pending', message: 'That takes longer.' };
const CHART = { ok: true, data: { title: 'Spending of client 5001 by month', url: '/c', count: 7 } };

/** What the model says when the messages end with this result of the call made first. */
async function told(messages: readonly ChatMessage[], result: unknown): Promise<string> {
  const [call] = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
  if (call === undefined) throw new Error('no call was made');
  const id = `${call.id}_late`;
  const late: ChatMessage[] = [
    { role: 'assistant', text: '', toolCalls: [{ ...call, id }] },
    { role: 'tool', callId: id, name: call.name, content: JSON.stringify(result) },
  ];
  const model = new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY });
  const answer = await answerOf(
    model.stream({ messages: [...messages, ...late], tools: TOOLS }, new AbortController().signal),
  );
  expect(answer.calls).toEqual([]);
  return answer.text;
}

describe('a result that came late', () => {
  it('is told once it is there', async () => {
    const julia = new RulesCall().tool('generate_transaction_chart', PENDING);
    expect((await julia.say('draw a chart for client 5001')).text).toBe('That takes longer.');
    expect(await told(julia.messages, CHART)).toContain('Spending of client 5001 by month');
  });

  it('is told although the talk has gone on to something else', async () => {
    const julia = new RulesCall().tool('generate_transaction_chart', PENDING).tool('search_documents', {
      ok: true,
      data: { results: [{ title: 'Fees', excerpt: 'Transfers are free.', content: 'Transfers are free of charge.' }] },
    });
    await julia.say('draw a chart for client 5001');
    await julia.say('what are the fees for transfers');
    expect(await told(julia.messages, CHART)).toContain('Spending of client 5001 by month');
  });

  it('may be a failure, which is told as it is', async () => {
    const julia = new RulesCall().tool('generate_transaction_chart', PENDING);
    await julia.say('draw a chart for client 5001');
    const failed = { ok: false, code: 'timeout', message: 'The chart took too long.' };
    expect(await told(julia.messages, failed)).toBe('The chart took too long.');
  });
});
