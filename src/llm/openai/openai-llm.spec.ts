import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { OpenAiSimulatorOptions } from '../../../test/simulators/openai.js';
import type { ChatKnobs } from '../../../test/simulators/openai-knobs.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { LlmPart, LlmRequest } from '../llm.port.js';
import { OpenAiLanguageModel } from './openai-llm.js';
import type { OpenAiLlmOptions } from './openai-llm.js';

const hello: LlmRequest = { messages: [{ role: 'user', text: 'Hello.' }], tools: [] };
const never = new AbortController().signal;

describe('the OpenAI language model', () => {
  let simulator: OpenAiSimulator;
  let llm: OpenAiLanguageModel;

  const simulate = async (
    chat: ChatKnobs | ((request: number) => ChatKnobs),
    options: Partial<OpenAiLlmOptions> = {},
    others: OpenAiSimulatorOptions = {},
  ): Promise<void> => {
    simulator = await OpenAiSimulator.start({ replyWords: 5, ...others, chat });
    llm = new OpenAiLanguageModel({
      apiKey: SIMULATED_OPENAI_KEY,
      model: 'gpt-4o-mini',
      baseUrl: simulator.url,
      ...options,
    });
  };

  const read = async (request: LlmRequest = hello, signal: AbortSignal = never): Promise<LlmPart[]> => {
    const parts: LlmPart[] = [];
    for await (const part of llm.stream(request, signal)) parts.push(part);
    return parts;
  };

  const failure = async (request: LlmRequest = hello): Promise<ProviderError> => {
    try {
      await read(request);
    } catch (error) {
      if (error instanceof ProviderError) return error;
      throw error;
    }
    throw new Error('it did not fail');
  };

  afterEach(async () => {
    await until('no request is left', () => simulator.active === 0);
    await llm.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('sends the conversation as OpenAI wants it', async () => {
    await simulate({});
    const tool = { name: 'lookup', description: 'Looks up.', parameters: { type: 'object', properties: {} } };
    await read({
      messages: [
        { role: 'system', text: 'You are Julia.' },
        { role: 'user', text: 'Client 5001?' },
        { role: 'assistant', text: '', toolCalls: [{ id: 'call_1', name: 'lookup', arguments: '{"id":5001}' }] },
        { role: 'tool', callId: 'call_1', name: 'lookup', content: '{"ok":true}' },
        { role: 'assistant', text: 'She has three', interrupted: true },
        { role: 'user', text: 'Stop.' },
        { role: 'assistant', text: '', interrupted: true },
        { role: 'user', text: 'Go on.' },
      ],
      tools: [tool],
      maxTokens: 200,
      temperature: 0.2,
    });
    expect(simulator.chatRequests).toEqual([
      {
        model: 'gpt-4o-mini',
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: 'system', content: 'You are Julia.' },
          { role: 'user', content: 'Client 5001?' },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'lookup', arguments: '{"id":5001}' } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: '{"ok":true}' },
          { role: 'assistant', content: 'She has three…' },
          { role: 'user', content: 'Stop.\n\nGo on.' },
        ],
        tools: [{ type: 'function', function: tool }],
        max_completion_tokens: 200,
        temperature: 0.2,
      },
    ]);
  });

  it('can name the bound of tokens as older servers do, and leaves out what is not asked for', async () => {
    await simulate({}, { maxTokensField: 'max_tokens' });
    await read({ ...hello, maxTokens: 9 });
    await read(hello);
    expect(simulator.chatRequests[0]).toMatchObject({ max_tokens: 9 });
    expect(Object.keys(simulator.chatRequests[1] ?? {})).toEqual(['model', 'stream', 'stream_options', 'messages']);
  });

  describe('of a compatible server', () => {
    it.each([
      ['max_completion_tokens', { maxTokensField: 'max_tokens' }],
      ['stream_options', { askForUsage: false }],
    ] as [NonNullable<ChatKnobs['refusesField']>, Partial<OpenAiLlmOptions>][])(
      'that refuses %s is not asked for it',
      async (refusesField, options) => {
        await simulate({ refusesField }, options);
        expect((await read({ ...hello, maxTokens: 9 })).at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
      },
    );

    it('is told what went wrong when it is asked for it', async () => {
      await simulate({ refusesField: 'stream_options' });
      expect(await failure()).toMatchObject({ code: 'bad_request', retryable: false });
    });

    it('needs no key where it wants none', async () => {
      await simulate({}, { apiKey: 'none' }, { apiKey: null });
      expect((await read()).at(-1)?.type).toBe('finished');
    });

    it('may call tools whole, without ids, under "stop"', async () => {
      const script = () => [
        { tool: { name: 'one', arguments: '{"x":1}' } },
        { tool: { name: 'two', arguments: '{}' } },
      ];
      const knobs: ChatKnobs = {
        wholeToolCalls: true,
        withoutToolIds: true,
        withoutToolIndexes: true,
        finishReason: 'stop',
      };
      await simulate(knobs, {}, { script });
      const parts = await read();
      expect(parts.flatMap((part) => (part.type === 'tool.call' ? [part.call.name, part.call.arguments] : []))).toEqual(
        ['one', '{"x":1}', 'two', '{}'],
      );
      expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'tool_calls' });
    });

    it('may send comments to keep the connection, which are no tokens', async () => {
      await simulate({ comments: true, fault: { kind: 'stall', afterChunks: 1 } }, { firstTokenTimeoutMs: 80 });
      expect(await failure()).toMatchObject({ code: 'timeout' });
    });

    it('may think longer than a first word may take, as long as it goes on', async () => {
      const thought = { raw: { choices: [{ index: 0, delta: { reasoning_content: 'Hm.' } }] } };
      const script = () => [thought, thought, thought, thought, { text: 'Hello.' }];
      const deadlines = { firstTokenTimeoutMs: 1000, tokenTimeoutMs: 1000 };
      await simulate({ betweenTokens: { ms: 300 } }, deadlines, { script });
      expect((await read()).map((part) => (part.type === 'text' ? part.delta : part.type))).toEqual([
        'Hello.',
        'finished',
      ]);
    });

    it('may send one object although a stream was asked for', async () => {
      const script = () => [{ text: 'One moment.' }, { tool: { name: 'lookup', arguments: '{"client_id":5001}' } }];
      await simulate({ ignoresStream: true }, {}, { script });
      expect(await read()).toMatchObject([
        { type: 'text', delta: 'One moment.' },
        { type: 'tool.call', call: { id: 'call_0', name: 'lookup', arguments: '{"client_id":5001}' } },
        { type: 'finished', reason: 'tool_calls' },
      ]);
    });

    it('may send us in a circle, four times', async () => {
      await simulate({ redirect: '/v1/chat/completions' });
      expect(await failure()).toMatchObject({ code: 'bad_request', retryable: false, status: 307 });
      expect(simulator.counts.chat).toBe(4);
    });

    it('may send more arguments than anybody reads: they are cut', async () => {
      const script = () => [{ tool: { name: 'lookup', arguments: `{"a":"${'x'.repeat(1_000_000)}"}`, pieces: 50 } }];
      await simulate({}, {}, { script });
      const [part] = await read();
      expect(part?.type === 'tool.call' ? part.call.arguments.length : 0).toBe(32_769);
    });

    it('may say in the stream which status it means', async () => {
      const script = () => [{ raw: { error: { message: 'No.', type: 'BadRequestError', code: 400 } } }];
      await simulate({}, {}, { script });
      expect(await failure()).toMatchObject({ code: 'bad_request', retryable: false, status: 400 });
    });
  });

  it('reports the usage', async () => {
    await simulate({});
    expect((await read()).at(-1)).toEqual({
      type: 'finished',
      reason: 'stop',
      usage: { inputTokens: 9, outputTokens: 5 },
    });
  });

  it('keeps its connection for the next answer, also when the body ends after [DONE] only', async () => {
    await simulate({ endOfBody: { ms: 10 } });
    for (let turn = 0; turn < 6; turn += 1) {
      await read();
      await until('the body has ended', () => simulator.active === 0);
    }
    expect(simulator.counts).toMatchObject({ finished: 6, aborted: 0 });
    // Two, because a request may go out before the pool has its connection back.
    expect(simulator.counts.connections).toBeLessThanOrEqual(2);
  });

  describe('reports, without retrying,', () => {
    const refusals: [string, NonNullable<ChatKnobs['refusal']>, object][] = [
      ['a wrong key', { status: 401, error: { code: 'invalid_api_key' } }, { code: 'unauthorized', retryable: false }],
      ['a forbidden model', { status: 403 }, { code: 'unauthorized', retryable: false }],
      ['a bad request', { status: 400, error: { code: 'invalid_value' } }, { code: 'bad_request', retryable: false }],
      ['a model that is not there', { status: 404 }, { code: 'bad_request', retryable: false }],
      ['a conflict', { status: 409 }, { code: 'unavailable', retryable: true }],
      [
        'too many requests',
        { status: 429, headers: { 'retry-after': '2' }, error: { code: 'rate_limit_exceeded' } },
        { code: 'rate_limited', retryable: true, retryAfterMs: 2000 },
      ],
      [
        'too many requests, to the millisecond',
        { status: 429, headers: { 'retry-after': '2', 'retry-after-ms': '1250' } },
        { code: 'rate_limited', retryable: true, retryAfterMs: 1250 },
      ],
      [
        'credit that is used up',
        { status: 429, error: { code: 'insufficient_quota' } },
        { code: 'rate_limited', retryable: false },
      ],
      ['a broken server', { status: 500 }, { code: 'unavailable', retryable: true }],
      ['a busy server', { status: 503, headers: { 'retry-after': '1' } }, { code: 'unavailable', retryAfterMs: 1000 }],
    ];
    it.each(refusals)('%s', async (_name, refusal, expected) => {
      await simulate({ refusal });
      expect(await failure()).toMatchObject({ provider: 'openai', status: refusal.status, ...expected });
      expect(simulator.counts.chat).toBe(1);
    });

    const faults: [NonNullable<ChatKnobs['fault']>['kind'], number, object][] = [
      ['end', 0, { code: 'closed_early', retryable: true }],
      ['end', 3, { code: 'closed_early', retryable: true }],
      ['destroy', 3, { code: 'unavailable', retryable: true }],
      ['stall', 1, { code: 'timeout', retryable: true }],
      ['stall', 3, { code: 'timeout', retryable: true }],
      ['garbage', 3, { code: 'protocol', retryable: true }],
      ['malformed', 3, { code: 'protocol', retryable: true }],
      ['error', 3, { code: 'unavailable', retryable: true }],
    ];
    it.each(faults)('an answer with the fault "%s" after %i chunks', async (kind, afterChunks, expected) => {
      // Short deadlines only where they are meant to pass: the machine may be busy.
      const ms = kind === 'stall' ? 80 : 15_000;
      await simulate({ fault: { kind, afterChunks } }, { firstTokenTimeoutMs: ms, tokenTimeoutMs: ms });
      expect(await failure()).toMatchObject(expected);
      expect(simulator.counts.chat).toBe(1);
    });

    it('a server that never answers', async () => {
      await simulate({ hang: true }, { firstTokenTimeoutMs: 60 });
      const error = await failure();
      expect(error).toMatchObject({ code: 'timeout', retryable: true });
      expect(error.message).toBe('openai: no first token within 60 ms');
    });

    it('nothing of the key or of what was said', async () => {
      await simulate({}, { apiKey: 'sk-very-secret' });
      const error = await failure({ messages: [{ role: 'user', text: 'my secret' }], tools: [] });
      expect(error).toMatchObject({ code: 'unauthorized', status: 401 });
      expect(error.message).toBe('openai answered 401: invalid_api_key');
      expect(error.cause).toBeUndefined();
    });
  });

  it('counts the wait for a token only while somebody reads', async () => {
    await simulate({ betweenTokens: { ms: 15 } }, { tokenTimeoutMs: 500 });
    const parts: LlmPart[] = [];
    for await (const part of llm.stream(hello, never)) {
      parts.push(part);
      if (parts.length === 1) {
        await new Promise((resolve) => {
          setTimeout(resolve, 700);
        });
      }
    }
    expect(parts.at(-1)?.type).toBe('finished');
  });

  it('does not wait for the end of a body that has said it is finished', async () => {
    await simulate({ neverEnds: true, withoutDone: true, withoutUsage: true }, { usageTimeoutMs: 30 });
    expect((await read()).at(-1)).toEqual({ type: 'finished', reason: 'stop' });
  });

  describe('when aborted', () => {
    it.each([
      ['before the answer', { hang: true }],
      ['in the answer', { fault: { kind: 'stall', afterChunks: 3 } }],
    ] as [string, ChatKnobs][])('%s, throws the reason and cancels the request', async (_name, chat) => {
      await simulate(chat);
      const controller = new AbortController();
      const reason = new Error('barge-in');
      const reading = read(hello, controller.signal);
      reading.catch(() => undefined);
      await until('the request', () => simulator.active === 1 && simulator.counts.chat === 1);
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
      await until('the request is gone', () => simulator.active === 0);
      expect(simulator.counts.aborted).toBe(1);
    });

    it('cancels the request at once, also while nobody reads', async () => {
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

    it('cancels the request when the reader leaves', async () => {
      await simulate({ betweenTokens: { ms: 5 } }, {}, { replyWords: 500 });
      for await (const part of llm.stream(hello, never)) if (part.type === 'text') break;
      await until('the request is gone', () => simulator.active === 0);
      expect(simulator.counts.aborted).toBe(1);
    });
  });

  it('connects to nothing before a call', async () => {
    await simulate({});
    await llm.warmUp();
    expect(simulator.counts.connections).toBe(0);
  });

  it('leaves nothing behind after many answers', async () => {
    await simulate((request) => (request % 3 === 0 ? { fault: { kind: 'destroy', afterChunks: 2 } } : {}));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) => read(hello, at % 5 === 0 ? AbortSignal.timeout(1) : never)),
    );
    expect(outcomes).toHaveLength(60);
    const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as Error).name : 'fine'));
    expect(new Set(codes)).toEqual(new Set(['fine', 'ProviderError', 'TimeoutError']));
  });
});
