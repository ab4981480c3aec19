// A call with the rules planner: a script of what the caller says and what the tools answer.
import { z } from 'zod';
import { answerReader } from '../../src/conversation/lexicon/answers.js';
import { lexiconFor } from '../../src/conversation/lexicon/lexicon-for.js';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest, ToolCall, ToolSpec } from '../../src/llm/llm.port.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from '../../src/payments/planner/planner.js';

const Asks = z.object({ code: z.literal('confirmation_required'), message: z.string() });

/** Friday, 20 November 2026: what "today" is in these scripts. */
const readAnswer = answerReader(lexiconFor('en-US', { name: 'Julia' }));

export const TODAY = new Date(2026, 10, 20, 10);

const spec = (name: string, properties: Record<string, unknown>): ToolSpec => ({
  name,
  description: name,
  parameters: { type: 'object', properties },
});
export const TOOLS: readonly ToolSpec[] = [
  spec('query_transactions', { client_id: { type: 'integer' }, limit: { type: 'integer', maximum: 50 } }),
  spec('send_email_report', { client_id: { type: 'integer' }, recipient: { type: 'string' } }),
  spec('search_documents', { query: { type: 'string' } }),
  spec('web_search', { query: { type: 'string' } }),
  spec('generate_transaction_chart', { client_id: { type: 'integer' } }),
];

export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly reason: string;
}

/** Reads a whole answer; checks that it ends as the port promises. */
export async function answerOf(parts: AsyncIterable<LlmPart>): Promise<Answer> {
  let text = '';
  let reason = '';
  const calls: ToolCall[] = [];
  for await (const part of parts) {
    if (reason !== '') throw new Error('something came after finished');
    if (part.type === 'text') text += part.delta;
    else if (part.type === 'tool.call') calls.push(part.call);
    else reason = part.reason;
  }
  if (reason === '') throw new Error('the answer was not finished');
  return { text, calls, reason };
}

/** What the caller is asked before a call, and whether it was heard. */
interface Asked {
  readonly call: ToolCall;
  readonly question: string;
}

type Answering = (args: Readonly<Record<string, unknown>>) => unknown;

export class RulesCall {
  readonly messages: ChatMessage[] = [];
  private readonly tools: readonly ToolSpec[];
  private readonly model: LanguageModel;
  private readonly vocabulary: LlmRequest['vocabulary'] | undefined;
  private readonly answers = new Map<string, Answering>();
  private asked: Asked | undefined;
  private confirmed = 0;

  constructor({
    system = 'You are Julia, the voice assistant of Acme Payments.',
    tools = TOOLS,
    model = new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY }),
    vocabulary,
  }: {
    system?: string;
    tools?: readonly ToolSpec[];
    model?: LanguageModel;
    vocabulary?: LlmRequest['vocabulary'];
  } = {}) {
    this.vocabulary = vocabulary;
    this.messages.push({ role: 'system', text: system });
    this.tools = tools;
    this.model = model;
  }

  /** What the tool answers from now on: a ToolOutcome, or how to make one of the arguments. */
  tool(name: string, answer: Answering | object): this {
    this.answers.set(name, typeof answer === 'function' ? (answer as Answering) : () => answer);
    return this;
  }

  /**
   * One turn of the caller: the calls of every round, and the words that ended it. As in a real call, the question of a tool
   * that wants a yes is spoken at the end, and the call is made after a yes to it, before the planner is asked.
   */
  async say(text: string): Promise<Answer> {
    this.messages.push({ role: 'user', text });
    const calls = this.settle(text);
    for (let round = 0; round < 4; round += 1) {
      const answer = await this.next();
      if (answer.calls.length === 0) return this.end(answer, calls);
      calls.push(...answer.calls);
      const results = this.make(answer.calls, answer.text);
      const asked = results.find(({ question }) => question !== undefined);
      this.asked ??= asked === undefined ? undefined : { call: asked.call, question: asked.question ?? '' };
      if (results.every(({ question }) => question !== undefined)) return this.end({ ...answer, text: '' }, calls);
    }
    throw new Error('the planner never stopped calling tools');
  }

  /** What the caller's words do about the question before them. */
  private settle(text: string): ToolCall[] {
    const { asked } = this;
    this.asked = undefined;
    const before = this.messages.at(-2);
    const statement = asked?.question.replace(/[^.]*$/, '').trim() ?? '';
    const heard = before?.role === 'assistant' && before.text.includes(statement);
    const verdict = asked === undefined ? undefined : readAnswer(text, { statement: asked.question, ask: '' });
    if (asked === undefined || !heard || verdict === undefined) return [];
    this.confirmed += 1;
    const call = { ...asked.call, id: `confirmed_${this.confirmed}` };
    if (verdict === 'yes') this.make([call]);
    else {
      const content = JSON.stringify({ ok: false, code: 'declined', message: 'The caller said no.' });
      this.messages.push({ role: 'assistant', text: '', toolCalls: [call] });
      this.messages.push({ role: 'tool', callId: call.id, name: call.name, content });
    }
    return verdict === 'yes' ? [call] : [];
  }

  private make(calls: readonly ToolCall[], text = ''): { readonly call: ToolCall; readonly question?: string }[] {
    this.messages.push({ role: 'assistant', text, toolCalls: calls });
    return calls.map((call) => {
      const content = this.answers.get(call.name)?.(JSON.parse(call.arguments) as Record<string, unknown>) ?? null;
      this.messages.push({ role: 'tool', callId: call.id, name: call.name, content: JSON.stringify(content) });
      const asks = Asks.safeParse(content);
      return asks.success ? { call, question: asks.data.message } : { call };
    });
  }

  private end(answer: Answer, calls: readonly ToolCall[]): Answer {
    const text = [answer.text, this.asked?.question ?? ''].filter((part) => part !== '').join(' ');
    this.messages.push({ role: 'assistant', text });
    return { ...answer, text, calls };
  }

  /** The planner's next answer to the messages as they are. */
  next(): Promise<Answer> {
    const { vocabulary } = this;
    const request = { messages: this.messages, tools: this.tools, ...(vocabulary === undefined ? {} : { vocabulary }) };
    return answerOf(this.model.stream(request, new AbortController().signal));
  }

  /** The caller talked over the last answer and heard only so many of its words. */
  interruptAfter(words: number): this {
    const last = this.messages.pop();
    if (last?.role !== 'assistant') throw new Error('nothing was being said');
    const heard = last.text.split(' ').slice(0, words).join(' ');
    if (heard !== '') this.messages.push({ role: 'assistant', text: heard, interrupted: true });
    return this;
  }
}
