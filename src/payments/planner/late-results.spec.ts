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

/** What the model says when something has become of what it did before, whatever was talked of since. */
async function toldNews(julia: RulesCall, message: string): Promise<string> {
  julia.messages.push(
    { role: 'assistant', text: '', toolCalls: [{ id: 'news_1', name: 'send_email_report', arguments: '{}' }] },
    {
      role: 'tool',
      callId: 'news_1',
      name: 'send_email_report',
      content: JSON.stringify({ ok: false, code: 'failed', message }),
    },
  );
  const model = new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY });
  const request = { messages: julia.messages, tools: TOOLS };
  const answer = await answerOf(model.stream(request, new AbortController().signal));
  expect(answer.calls).toEqual([]);
  return answer.text;
}

describe('a mail that came back', () => {
  const NEWS = 'The e-mail to ann@example.com came back.';
  const FEES = {
    ok: true,
    data: { results: [{ title: 'Fees', excerpt: 'Transfers are free.', content: 'Transfers are free of charge.' }] },
  };

  it('is told, and nothing that was said before is told again', async () => {
    const julia = new RulesCall().tool('search_documents', FEES);
    await julia.say('what are the fees for transfers');
    expect(await toldNews(julia, NEWS)).toBe(NEWS);
  });

  it('is told behind a request that was put and is still open', async () => {
    const julia = new RulesCall();
    await julia.say('show me the transactions');
    expect(await toldNews(julia, NEWS)).toBe(NEWS);
    julia.messages.push({ role: 'assistant', text: NEWS });
    julia.tool('query_transactions', (args) => ({
      ok: false,
      code: 'failed',
      message: `asked ${JSON.stringify(args)}`,
    }));
    expect((await julia.say('5001')).text).toContain('5001');
  });
});

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
