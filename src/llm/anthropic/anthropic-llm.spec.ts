import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../../../test/simulators/anthropic.js';
import type { AnthropicSimulatorOptions } from '../../../test/simulators/anthropic.js';
import type { MessageKnobs, MessageScript } from '../../../test/simulators/anthropic-knobs.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { ChatMessage, LlmPart, LlmRequest, ToolSpec } from '../llm.port.js';
import { AnthropicLanguageModel } from './anthropic-llm.js';
import type { AnthropicLlmOptions } from './anthropic-llm.js';

const hello: LlmRequest = { messages: [{ role: 'user', text: 'Hello.' }], tools: [] };
const never = new AbortController().signal;
const lookup: ToolSpec = { name: 'lookup', description: 'Looks up.', parameters: { type: 'object', properties: {} } };

describe('the Anthropic language model', () => {
  let simulator: AnthropicSimulator;
  let llm: AnthropicLanguageModel;

  const simulate = async (
    messages: MessageKnobs | ((request: number) => MessageKnobs),
    options: Partial<AnthropicLlmOptions> = {},
    others: AnthropicSimulatorOptions = {},
  ): Promise<void> => {
    simulator = await AnthropicSimulator.start({ replyWords: 5, ...others, messages });
    llm = new AnthropicLanguageModel({
      apiKey: SIMULATED_ANTHROPIC_KEY,
      model: 'claude-haiku-4-5',
      baseUrl: simulator.url,
      ...options,
    });
  };

  const read = async (request: LlmRequest = hello, signal: AbortSignal = never): Promise<LlmPart[]> => {
    const parts: LlmPart[] = [];
    for await (const part of llm.stream(request, signal)) parts.push(part);
    return parts;
  };

  const failure = async (act: () => Promise<unknown> = () => read()): Promise<ProviderError> => {
    const error: unknown = await act().catch((thrown: unknown) => thrown);
    if (error instanceof ProviderError) return error;
    throw new Error('it did not fail as a provider does', { cause: error });
  };

  afterEach(async () => {
    await until('no request is left', () => simulator.active === 0);
    await llm.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('reports what an answer has cost, the prompt cache included', async () => {
    await simulate({ cachedTokens: 4 });
    const [last] = (await read()).slice(-1);
    const usage = { inputTokens: 16, cachedInputTokens: 4, outputTokens: 5 };
    expect(last).toEqual({ type: 'finished', reason: 'stop', usage });
  });

  it('can do without the usage', async () => {
    await simulate({ withoutUsage: true });
    expect((await read()).at(-1)).toEqual({ type: 'finished', reason: 'stop' });
  });

  it('keeps its connection for the next answer, also when the body ends after message_stop only', async () => {
    await simulate({ endOfBody: { ms: 10 } });
    for (let turn = 0; turn < 6; turn += 1) {
      await read();
      await until('the body has ended', () => simulator.active === 0);
    }
    expect(simulator.counts).toMatchObject({ finished: 6, aborted: 0 });
    // Two, because a request may go out before the pool has its connection back.
    expect(simulator.counts.connections).toBeLessThanOrEqual(2);
  });

  it('does not wait for the end of a body that has said it is finished', async () => {
    await simulate({ neverEnds: true }, { usageTimeoutMs: 30 });
    expect((await read()).at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
  });

  it.each([
    ['without message_stop', { withoutStop: true }],
    ['without a reason to stop', { stopReason: null }],
  ] as [string, MessageKnobs][])('takes an answer %s for one that was cut off', async (_name, knobs) => {
    await simulate(knobs);
    expect(await failure()).toMatchObject({ code: 'closed_early', retryable: true });
  });

  it('runs no tool of an answer without message_stop', async () => {
    const script = () => [{ tool: { name: 'send', arguments: '{}' } }];
    await simulate({ withoutStop: true }, {}, { script });
    const parts: LlmPart[] = [];
    await failure(async () => {
      for await (const part of llm.stream(hello, never)) parts.push(part);
    });
    expect(parts).toEqual([]);
  });

  it.each([
    ['max_tokens', 'length'],
    ['refusal', 'content_filter'],
    ['end_turn', 'stop'],
  ])('says %s as %s', async (stopReason, reason) => {
    await simulate({ stopReason });
    expect((await read()).at(-1)).toMatchObject({ type: 'finished', reason });
  });

  it('says nothing of what the model thinks, and waits while it does', async () => {
    const script = () => [{ thinking: 'Hm.' }, { thinking: 'Well.' }, { text: 'Yes.' }];
    await simulate({ pings: true, betweenTokens: { ms: 2 } }, { thinking: 'model' }, { script });
    expect((await read()).map((part) => (part.type === 'text' ? part.delta : part.type))).toEqual(['Yes.', 'finished']);
    expect(simulator.requests[0]?.thinking).toBeUndefined();
  });

  it('gives back what was thought before a tool was called, and forgets what was thought of nothing', async () => {
    const script: MessageScript = ({ messages }) =>
      messages.length === 1
        ? [
            { thinking: 'I have to look.' },
            { tool: { name: 'one', arguments: '{}' } },
            { tool: { name: 'two', arguments: '{}' } },
          ]
        : [{ thinking: 'There.' }, { text: 'Found.' }];
    await simulate({ wantsThoughts: true }, { thinking: 'model' }, { script });
    const calls = (await read()).flatMap((part) => (part.type === 'tool.call' ? [part.call] : []));
    const messages: ChatMessage[] = [
      ...hello.messages,
      { role: 'assistant', text: '', toolCalls: calls },
      ...calls.map(({ id, name }): ChatMessage => ({ role: 'tool', callId: id, name, content: '{"ok":true}' })),
    ];
    expect((await read({ messages, tools: [lookup] })).at(0)).toEqual({ type: 'text', delta: 'Found.' });
    expect(simulator.requests[1]?.messages[1]?.content).toEqual([
      { type: 'thinking', thinking: 'I have to look.', signature: expect.any(String) },
      { type: 'tool_use', id: calls[0]?.id, name: 'one', input: {} },
      { type: 'tool_use', id: calls[1]?.id, name: 'two', input: {} },
    ]);
  });

  it('counts thoughts as life: they may take longer than a first word', async () => {
    const script = () => [...Array.from({ length: 20 }, () => ({ thinking: 'Hm.' })), { text: 'Hello.' }];
    const deadlines = { firstTokenTimeoutMs: 1000, tokenTimeoutMs: 1000 };
    await simulate({ betweenTokens: { ms: 75 } }, deadlines, { script });
    expect((await read()).map((part) => (part.type === 'text' ? part.delta : part.type))).toEqual([
      'Hello.',
      'finished',
    ]);
  });

  it.each([
    ['overloaded_error', { code: 'unavailable', retryable: true, status: 529 }],
    ['rate_limit_error', { code: 'rate_limited', retryable: true }],
    ['invalid_request_error', { code: 'bad_request', retryable: false }],
  ])('tells apart the errors of a stream: %s', async (errorType, expected) => {
    await simulate({ fault: { kind: 'error', afterChunks: 3 }, errorType });
    expect(await failure()).toMatchObject(expected);
    expect(simulator.counts.messages).toBe(1);
  });

  it('says nothing of the key or of what was said', async () => {
    await simulate({}, { apiKey: 'sk-ant-very-secret' });
    const error = await failure(() => read({ messages: [{ role: 'user', text: 'my secret' }], tools: [] }));
    expect(error).toMatchObject({ code: 'unauthorized', status: 401 });
    expect(error.message).toBe('anthropic answered 401: authentication_error');
    expect(error.cause).toBeUndefined();
  });

  it('cancels the request at once when aborted, also while nobody reads', async () => {
    await simulate({ betweenTokens: { ms: 5 } }, {}, { replyWords: 500 });
    const controller = new AbortController();
    const iterator = llm.stream(hello, controller.signal)[Symbol.asyncIterator]();
    await iterator.next();
    const reason = new Error('barge-in');
    controller.abort(reason);
    await until('the request is gone', () => simulator.active === 0);
    expect(simulator.counts.aborted).toBe(1);
    await expect(iterator.next()).rejects.toBe(reason);
  });

  it('connects to nothing before a call', async () => {
    await simulate({});
    await llm.warmUp();
    expect(simulator.counts.connections).toBe(0);
  });
});
