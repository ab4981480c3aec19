// A call with the rules planner: a script of what the caller says and what the tools answer.
import type { ChatMessage, LanguageModel, LlmPart, ToolCall, ToolSpec } from '../../src/llm/llm.port.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';

/** Friday, 20 November 2026: what "today" is in these scripts. */
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

type Answering = (args: Readonly<Record<string, unknown>>) => unknown;

export class RulesCall {
  readonly messages: ChatMessage[] = [];
  private readonly tools: readonly ToolSpec[];
  private readonly model: LanguageModel;
  private readonly answers = new Map<string, Answering>();

  constructor({
    system = 'You are Julia, the voice assistant of Acme Payments.',
    tools = TOOLS,
    model = new RulesModel({ now: () => TODAY }),
  }: { system?: string; tools?: readonly ToolSpec[]; model?: LanguageModel } = {}) {
    this.messages.push({ role: 'system', text: system });
    this.tools = tools;
    this.model = model;
  }

  /** What the tool answers from now on: a ToolOutcome, or how to make one of the arguments. */
  tool(name: string, answer: Answering | object): this {
    this.answers.set(name, typeof answer === 'function' ? (answer as Answering) : () => answer);
    return this;
  }

  /** One turn of the caller: the calls of every round, and the words that ended it. */
  async say(text: string): Promise<Answer> {
    this.messages.push({ role: 'user', text });
    const calls: ToolCall[] = [];
    for (let round = 0; round < 4; round += 1) {
      const answer = await this.next();
      if (answer.calls.length === 0) {
        this.messages.push({ role: 'assistant', text: answer.text });
        return { ...answer, calls };
      }
      calls.push(...answer.calls);
      this.messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.calls });
      for (const call of answer.calls) {
        const content = this.answers.get(call.name)?.(JSON.parse(call.arguments) as Record<string, unknown>);
        this.messages.push({
          role: 'tool',
          callId: call.id,
          name: call.name,
          content: JSON.stringify(content ?? null),
        });
      }
    }
    throw new Error('the planner never stopped calling tools');
  }

  /** The planner's next answer to the messages as they are. */
  next(): Promise<Answer> {
    const request = { messages: this.messages, tools: this.tools };
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
