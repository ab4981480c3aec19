import { ManualClock, settle } from '../../../test/fakes/manual-clock.js';
import { FakeModel, says } from '../../../test/fakes/providers.js';
import type { Script } from '../../../test/fakes/providers.js';
import { ProviderHealth } from '../../provider/health.js';
import type { HedgeOutcome } from '../../provider/provider-hedges.js';
import { ProviderError } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import { FallbackModel } from '../fallback/fallback-model.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { FirstTokenLatency } from './first-token-latency.js';
import { HedgedModel } from './hedged-model.js';
import type { HedgedModelOptions } from './hedged-model.js';

const REQUEST: LlmRequest = { messages: [{ role: 'user', text: 'How much?' }], tools: [] };
const P95_MS = 1000;

const broken = (provider: string) =>
  new ProviderError('It broke.', { provider, code: 'unavailable', retryable: false });

describe('a chain of models that hedges', () => {
  let clock: ManualClock;
  let health: ProviderHealth;
  let latency: FirstTokenLatency;
  let hedges: HedgeOutcome[];

  beforeEach(() => {
    clock = new ManualClock();
    health = new ProviderHealth({ random: () => 1, failures: 1 });
    latency = new FirstTokenLatency();
    hedges = [];
  });

  /** Answers with `script` after `ms`, unless it is aborted before. */
  const after = (ms: number, script: Script): Script =>
    async function* (request, signal) {
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(ms, resolve);
        signal.addEventListener('abort', () => {
          cancel();
          reject(signal.reason as Error);
        });
      });
      yield* script(request, signal);
    };
  const fails = (name: string): Script =>
    // eslint-disable-next-line require-yield -- it fails before anything comes
    function* () {
      throw broken(name);
    };

  const know = (...names: string[]): void => {
    for (const name of names) for (let at = 0; at < 20; at += 1) latency.record(name, P95_MS);
  };

  const hedged = (models: readonly LanguageModel[], options: Partial<HedgedModelOptions> = {}) =>
    new HedgedModel(models, {
      chain: (chained) =>
        new FallbackModel(chained, {
          health,
          retry: new RetryPolicy({ random: () => 1 }),
          after: (ms, action) => clock.after(ms, action),
        }),
      latency,
      after: (ms, action) => clock.after(ms, action),
      now: () => clock.now(),
      onHedge: (outcome) => hedges.push(outcome),
      ...options,
    });

  /** Reads in the background. */
  const ask = (model: LanguageModel, signal: AbortSignal = new AbortController().signal) => {
    const answer: { text: string; parts: LlmPart[]; error?: unknown; done: boolean } = {
      text: '',
      parts: [],
      done: false,
    };
    void (async () => {
      try {
        for await (const part of model.stream(REQUEST, signal)) {
          answer.parts.push(part);
          if (part.type === 'text') answer.text += part.delta;
        }
      } catch (error) {
        answer.error = error;
      }
      answer.done = true;
    })();
    return answer;
  };

  it('asks nobody else as long as the first token is not late', async () => {
    const first = new FakeModel(
      after(P95_MS - 1, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(() => says('Four.'), 'b');
    know('a');
    const answer = ask(hedged([first, second]));
    await clock.advance(P95_MS - 1);
    expect(answer.text).toBe('Three.');
    expect(second.requests).toHaveLength(0);
    expect(hedges).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('takes the second one when it starts first, and stops the first without charging it', async () => {
    const first = new FakeModel(
      after(9000, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(
      after(300, () => [...says('Four.')]),
      'b',
    );
    know('a');
    const answer = ask(hedged([first, second]));
    await clock.advance(P95_MS - 1);
    expect(second.requests).toHaveLength(0);
    await clock.advance(1);
    expect([first.running, second.running]).toEqual([1, 1]);
    await clock.advance(300);
    expect(answer).toMatchObject({ text: 'Four.', done: true });
    expect([first.running, second.running]).toEqual([0, 0]);
    expect(hedges).toEqual([{ slow: 'a', second: 'b', winner: 'second', promptTokens: undefined }]);
    expect(health.statuses().map(({ provider, state, lastFailure }) => [provider, state, lastFailure])).toEqual([
      ['a', 'closed', undefined],
      ['b', 'closed', undefined],
    ]);
  });

  it('takes the first one when it starts after all, and says what the other has cost', async () => {
    const usage = { inputTokens: 70, outputTokens: 5 };
    const first = new FakeModel(
      after(P95_MS + 100, () => [
        { type: 'text', delta: 'Three.' },
        { type: 'finished', reason: 'stop', usage },
      ]),
      'a',
    );
    const second = new FakeModel(
      after(9000, () => says('Four.')),
      'b',
    );
    know('a');
    const answer = ask(hedged([first, second]));
    await clock.advance(P95_MS + 100);
    expect(answer.text).toBe('Three.');
    expect(second.running).toBe(0);
    expect(hedges).toEqual([{ slow: 'a', second: 'b', winner: 'slow', promptTokens: 70 }]);
    expect(health.statuses().every(({ lastFailure }) => lastFailure === undefined)).toBe(true);
  });

  it('lets no tool be called twice when both start at the same moment', async () => {
    const lookUp: LlmPart = { type: 'tool.call', call: { id: 'x', name: 'send', arguments: '{}' } };
    const calling = (): LlmPart[] => [lookUp, { type: 'finished', reason: 'tool_calls' }];
    const first = new FakeModel(after(P95_MS + 100, calling), 'a');
    const second = new FakeModel(after(100, calling), 'b');
    know('a');
    const answer = ask(hedged([first, second]));
    await clock.advance(P95_MS + 100);
    expect(answer.parts.filter(({ type }) => type === 'tool.call')).toHaveLength(1);
    expect(answer.done).toBe(true);
    expect([first.running, second.running]).toEqual([0, 0]);
  });

  it('stops both when the caller talks over it', async () => {
    const models = ['a', 'b'].map(
      (name) =>
        new FakeModel(
          after(9000, () => says('Three.')),
          name,
        ),
    );
    know('a');
    const controller = new AbortController();
    const answer = ask(hedged(models), controller.signal);
    await clock.advance(P95_MS);
    expect(models.map(({ running }) => running)).toEqual([1, 1]);
    const reason = new Error('barge-in');
    controller.abort(reason);
    await settle();
    expect(answer).toMatchObject({ error: reason, done: true, parts: [] });
    expect(models.map(({ running }) => running)).toEqual([0, 0]);
    expect(hedges).toEqual([{ slow: 'a', second: 'b', winner: undefined, promptTokens: undefined }]);
    expect(clock.waiting).toBe(0);
  });

  it('stops both when the reader leaves', async () => {
    const first = new FakeModel(
      after(9000, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(
      after(100, () => says('Four and five.')),
      'b',
    );
    know('a');
    const parts: LlmPart[] = [];
    const reading = (async () => {
      for await (const part of hedged([first, second]).stream(REQUEST, new AbortController().signal)) {
        parts.push(part);
        break;
      }
    })();
    await clock.advance(P95_MS + 100);
    await reading;
    expect(parts).toHaveLength(1);
    expect([first.running, second.running]).toEqual([0, 0]);
  });

  describe('while both are asked', () => {
    it('leaves the answer to the second when the first fails, and asks the second once', async () => {
      const first = new FakeModel(after(P95_MS + 100, fails('a')), 'a');
      const second = new FakeModel(
        after(500, () => says('Four.')),
        'b',
      );
      know('a');
      const answer = ask(hedged([first, second]));
      await clock.advance(P95_MS + 500);
      expect(answer.text).toBe('Four.');
      expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
      // That one did fail: the breaker is charged.
      expect(health.breaker('llm', 'a').status().state).toBe('open');
    });

    it('waits on for the first when the second fails, and asks the first once', async () => {
      const first = new FakeModel(
        after(P95_MS + 500, () => says('Three.')),
        'a',
      );
      const second = new FakeModel(after(100, fails('b')), 'b');
      know('a');
      const answer = ask(hedged([first, second]));
      await clock.advance(P95_MS + 500);
      expect(answer.text).toBe('Three.');
      expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
    });

    it('fails as the chain does when both fail', async () => {
      const first = new FakeModel(after(P95_MS + 500, fails('a')), 'a');
      const second = new FakeModel(after(100, fails('b')), 'b');
      know('a');
      const answer = ask(hedged([first, second]));
      await clock.advance(P95_MS + 9000);
      expect(answer.error).toBeInstanceOf(ProviderError);
      expect(answer).toMatchObject({ done: true, parts: [] });
      expect(clock.waiting).toBe(0);
    });
  });

  it('lets the next model go on when the winner breaks off in the middle', async () => {
    const first = new FakeModel(
      after(9000, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(
      after(100, function* () {
        yield { type: 'text', delta: 'Four ' };
        yield { type: 'text', delta: 'and ' };
        throw broken('b');
      }),
      'b',
    );
    const third = new FakeModel(() => says('five.'), 'c');
    know('a');
    const answer = ask(hedged([first, second, third]));
    await clock.advance(P95_MS + 100);
    expect(answer.text).toBe('Four and five.');
    expect(first.requests).toHaveLength(1);
  });

  it('does not hedge what the chain is mending already', async () => {
    const first = new FakeModel(fails('a'), 'a');
    const second = new FakeModel(
      after(P95_MS * 3, () => says('Four.')),
      'b',
    );
    const third = new FakeModel(() => says('Five.'), 'c');
    know('a', 'b', 'c');
    const answer = ask(hedged([first, second, third]));
    await clock.advance(P95_MS * 3);
    expect(answer.text).toBe('Four.');
    expect(third.requests).toHaveLength(0);
    expect(hedges).toEqual([]);
  });

  it('asks no second model that must not be one', async () => {
    const first = new FakeModel(
      after(P95_MS * 3, () => says('Three.')),
      'a',
    );
    const rules = new FakeModel(() => says('Four.'), 'rules');
    know('a');
    const answer = ask(hedged([first, rules], { mayBeSecond: (name) => name !== 'rules' }));
    await clock.advance(P95_MS * 3);
    expect(answer.text).toBe('Three.');
    expect(rules.requests).toHaveLength(0);
  });

  it('asks no second model whose breaker is open', async () => {
    health.breaker('llm', 'b').begin().failed(broken('b'));
    await settle();
    const first = new FakeModel(
      after(P95_MS * 3, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(() => says('Four.'), 'b');
    know('a');
    const answer = ask(hedged([first, second]));
    await clock.advance(P95_MS * 3);
    expect(answer.text).toBe('Three.');
    expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
    expect(hedges).toEqual([]);
  });

  it('learns how long first tokens take before it hedges, and from those that were too late', async () => {
    const first = new FakeModel(
      after(400, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(
      after(100, () => says('Four.')),
      'b',
    );
    const chain = hedged([first, second]);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(latency.p95('a')).toBeUndefined();
      ask(chain);
      await clock.advance(400);
    }
    expect(latency.p95('a')).toBe(400);
    expect(second.requests).toHaveLength(0);
    first.script = after(5000, () => says('Three.'));
    ask(chain);
    await clock.advance(500);
    expect(second.requests).toHaveLength(1);
    expect(hedges).toMatchObject([{ winner: 'second' }]);
    // One of 21 is the slowest twentieth; with two, the percentile follows.
    ask(chain);
    await clock.advance(500);
    expect(latency.p95('a')).toBe(500);
  });

  it('makes no more than one second request for ten in the long run', async () => {
    const first = new FakeModel(
      after(5000, () => says('Three.')),
      'a',
    );
    const second = new FakeModel(
      after(0, () => says('Four.')),
      'b',
    );
    latency.record = () => undefined;
    latency.p95 = () => P95_MS;
    const chain = hedged([first, second]);
    for (let turn = 0; turn < 100; turn += 1) {
      ask(chain);
      await clock.advance(5000);
    }
    expect(second.requests.length).toBeGreaterThanOrEqual(10);
    expect(second.requests.length).toBeLessThanOrEqual(13);
  }, 30_000);
});

describe('the latency of first tokens', () => {
  it('is the 95th percentile of the last hundred, once there are twenty', () => {
    const latency = new FirstTokenLatency();
    for (let ms = 1; ms <= 19; ms += 1) latency.record('a', ms * 100);
    expect(latency.p95('a')).toBeUndefined();
    latency.record('a', 2000);
    expect(latency.p95('a')).toBe(1900);
    for (let ms = 1; ms <= 100; ms += 1) latency.record('a', ms * 10);
    expect(latency.p95('a')).toBe(950);
    expect(latency.p95('b')).toBeUndefined();
  });

  it('is never so short that a second request is not worth it', () => {
    const latency = new FirstTokenLatency();
    for (let at = 0; at < 30; at += 1) latency.record('a', 5);
    expect(latency.p95('a')).toBe(200);
  });
});
