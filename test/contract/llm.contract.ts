import { ProviderError } from '../../src/provider/provider.port.js';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest, ToolSpec } from '../../src/llm/llm.port.js';

// What every language model adapter must do, whatever is behind it (src/llm/llm.port.ts in the form of tests).

export interface LlmHarness {
  readonly llm: LanguageModel;
  /** What the user says to get an answer in words (a few words at least). */
  readonly small: string;
  /** What the user says to get a call of the tool below, and what its arguments must hold. */
  readonly toolTurn: {
    readonly text: string;
    readonly tool: ToolSpec;
    readonly arguments: Readonly<Record<string, unknown>>;
  };
  /** What the tool answers, and what the model's answer to that must match. */
  readonly toolAnswer: { readonly content: string; readonly spoken: RegExp };
  /** The same adapter when its provider cannot be reached; absent for a model that has none. */
  unreachable?(): Promise<LanguageModel> | LanguageModel;
  /** Frees the adapter and its simulator. */
  close(): Promise<void>;
}

const STREAMS_AT_ONCE = 4;

export function llmContract(name: string, makeHarness: () => Promise<LlmHarness>): void {
  describe(`${name} keeps the language model contract`, () => {
    let harness: LlmHarness;

    const request = (text: string, tools: readonly ToolSpec[] = []): LlmRequest => ({
      messages: [
        { role: 'system', text: 'You are Julia. Answer in one sentence.' },
        { role: 'user', text },
      ],
      tools,
    });

    const read = async (
      wanted: LlmRequest,
      signal: AbortSignal = new AbortController().signal,
      llm: LanguageModel = harness.llm,
    ): Promise<LlmPart[]> => {
      const parts: LlmPart[] = [];
      for await (const part of llm.stream(wanted, signal)) parts.push(part);
      return parts;
    };

    const textOf = (parts: readonly LlmPart[]): string =>
      parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');

    const callsOf = (parts: readonly LlmPart[]) =>
      parts.flatMap((part) => (part.type === 'tool.call' ? [part.call] : []));

    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);

    afterAll(async () => {
      await harness.close();
    }, 30_000);

    it('answers in words, and says finished last and once', async () => {
      const parts = await read(request(harness.small));
      expect(textOf(parts).trim()).not.toBe('');
      expect(parts.filter((part) => part.type === 'finished')).toHaveLength(1);
      expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
      expect(parts.every((part) => part.type !== 'text' || part.delta !== '')).toBe(true);
    });

    it('calls no tool that it was not given', async () => {
      expect(callsOf(await read(request(harness.toolTurn.text)))).toEqual([]);
    });

    it('calls a tool with whole arguments, under an id', async () => {
      const { text, tool, arguments: expected } = harness.toolTurn;
      const parts = await read(request(text, [tool]));
      const [call] = callsOf(parts);
      expect(call?.name).toBe(tool.name);
      expect(call?.id).not.toBe('');
      expect(JSON.parse(call?.arguments ?? '')).toMatchObject(expected);
      expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'tool_calls' });
    });

    it('speaks about what a tool has answered', async () => {
      const { text, tool } = harness.toolTurn;
      const asked = request(text, [tool]);
      const calls = callsOf(await read(asked));
      const answers = calls.map((call): ChatMessage => ({
        role: 'tool',
        callId: call.id,
        name: call.name,
        content: harness.toolAnswer.content,
      }));
      const messages: ChatMessage[] = [
        ...asked.messages,
        { role: 'assistant', text: '', toolCalls: calls },
        ...answers,
      ];
      const parts = await read({ messages, tools: [tool] });
      expect(textOf(parts)).toMatch(harness.toolAnswer.spoken);
      expect(parts.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' });
    });

    it('takes a context with answers that were cut off, or not heard at all', async () => {
      const messages: ChatMessage[] = [
        ...request(harness.small).messages,
        { role: 'assistant', text: 'I was about to', interrupted: true },
        { role: 'user', text: harness.small },
        { role: 'assistant', text: '', interrupted: true },
        { role: 'user', text: harness.small },
      ];
      expect(textOf(await read({ messages, tools: [] })).trim()).not.toBe('');
    });

    it('keeps answers apart when many run at once', async () => {
      const { text, tool } = harness.toolTurn;
      const answers = await Promise.all(
        Array.from({ length: STREAMS_AT_ONCE }, (_, at) =>
          read(at % 2 === 0 ? request(harness.small) : request(text, [tool])),
        ),
      );
      for (const [at, parts] of answers.entries()) {
        expect(callsOf(parts)).toHaveLength(at % 2);
        expect(parts.at(-1)?.type).toBe('finished');
      }
      const ids = answers.flatMap(callsOf).map(({ id }) => id);
      expect(ids.every((id) => id !== '')).toBe(true);
    });

    it('throws the reason of a signal that is aborted already', async () => {
      const reason = new Error('the caller hung up');
      await expect(read(request(harness.small), AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('throws the reason of a signal that aborts in the middle, and never ends silently', async () => {
      const reason = new Error('the caller talks over it');
      const controller = new AbortController();
      const seen: LlmPart[] = [];
      const reading = (async () => {
        for await (const part of harness.llm.stream(request(harness.small), controller.signal)) {
          seen.push(part);
          controller.abort(reason);
        }
      })();
      await expect(reading).rejects.toBe(reason);
      expect(seen).toHaveLength(1);
    });

    it('lets a reader stop early', async () => {
      for await (const part of harness.llm.stream(request(harness.small), new AbortController().signal)) {
        expect(part.type).toBe('text');
        break;
      }
      expect((await read(request(harness.small))).at(-1)?.type).toBe('finished');
    });

    it('reports a provider that cannot be reached', async () => {
      if (harness.unreachable === undefined) return;
      const reading = read(request(harness.small), undefined, await harness.unreachable());
      await expect(reading).rejects.toBeInstanceOf(ProviderError);
      await expect(reading).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    });
  });
}
