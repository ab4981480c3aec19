import { ManualClock, settle } from '../../../test/fakes/manual-clock.js';
import { calls, FakeModel, says } from '../../../test/fakes/providers.js';
import type { Script } from '../../../test/fakes/providers.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { ProviderErrorCode } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../llm.port.js';
import { FallbackModel } from './fallback-model.js';
import type { FallbackModelOptions } from './fallback-model.js';

const REQUEST: LlmRequest = { messages: [{ role: 'user', text: 'How much?' }], tools: [] };
const failure = (code: ProviderErrorCode = 'unavailable', retryAfterMs?: number) =>
  new ProviderError('It broke.', {
    provider: 'm',
    code,
    retryable: code !== 'bad_request' && code !== 'unauthorized',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** Yields these texts and parts, then throws; without an error it just ends. */
const breaksOff = (parts: readonly (string | LlmPart)[], error?: Error): Script =>
  function* () {
    for (const part of parts) yield typeof part === 'string' ? { type: 'text', delta: part } : part;
    if (error !== undefined) throw error;
  };
const lookUp: LlmPart = { type: 'tool.call', call: { id: 'a', name: 'look', arguments: '{}' } };

/** Answers by the first script, then the second, ...; the last one is used again and again. */
class Scripted extends FakeModel {
  constructor(name: string, ...scripts: Script[]) {
    let next = 0;
    super((request, signal) => {
      const script = scripts[Math.min(next, scripts.length - 1)];
      next += 1;
      return script?.(request, signal) ?? [];
    }, name);
  }
}

function setUp(models: readonly LanguageModel[], options: Partial<FallbackModelOptions> = {}) {
  const health = options.health ?? new ProviderHealth({ random: () => 1 });
  const clock = new ManualClock();
  const outcomes: ProviderOutcome[] = [];
  const chain = new FallbackModel(models, {
    health,
    retry: new RetryPolicy({ random: () => 1 }),
    after: (ms, action) => clock.after(ms, action),
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  return { chain, clock, outcomes, health };
}

interface Answer {
  text: string;
  readonly parts: LlmPart[];
  error: unknown;
}

async function ask({ chain, clock }: ReturnType<typeof setUp>, signal = new AbortController().signal): Promise<Answer> {
  const answer: Answer = { text: '', parts: [], error: undefined };
  const reading = (async () => {
    try {
      for await (const part of chain.stream(REQUEST, signal)) {
        answer.parts.push(part);
        if (part.type === 'text') answer.text += part.delta;
      }
    } catch (error) {
      answer.error = error;
    }
  })();
  // More than all retries can take.
  await clock.advance(10_000);
  await reading;
  await settle();
  return answer;
}

describe('a chain of models', () => {
  it('says what one model says, and asks no other', async () => {
    const second = new Scripted('b', () => says('No.'));
    const set = setUp([new Scripted('a', () => says('It is forty dollars.')), second]);
    const { text, parts } = await ask(set);
    expect(set.chain.name).toBe('a>b');
    expect(text).toBe('It is forty dollars.');
    expect(parts.at(-1)).toEqual({ type: 'finished', reason: 'stop' });
    expect(second.requests).toEqual([]);
    expect(set.outcomes).toEqual([]);
  });

  it('refuses an empty chain', () => {
    expect(() => setUp([])).toThrow(RangeError);
  });

  it('asks the same model once more, shortly after, when nothing is out', async () => {
    const first = new Scripted('a', breaksOff([], failure()), () => says('Forty.'));
    const set = setUp([first, new Scripted('b', () => says('No.'))]);
    expect((await ask(set)).text).toBe('Forty.');
    expect(first.requests).toEqual([REQUEST, REQUEST]);
    expect(set.outcomes).toEqual([
      { kind: 'llm', provider: 'a', code: 'unavailable', status: undefined, next: 'a', gaveUp: false, midway: false },
    ]);
  });

  it('asks the next one after that, with the request as it was', async () => {
    const first = new Scripted('a', breaksOff([], failure()));
    const second = new Scripted('b', () => says('Forty.'));
    expect((await ask(setUp([first, second]))).text).toBe('Forty.');
    expect([first.requests.length, second.requests]).toEqual([2, [REQUEST]]);
  });

  it('goes to the next at once after a deadline, or when the first asks for patience', async () => {
    for (const error of [failure('timeout'), failure('rate_limited', 500)]) {
      const first = new Scripted('a', breaksOff([], error));
      const set = setUp([first, new Scripted('b', () => says('Forty.'))]);
      expect((await ask(set)).text).toBe('Forty.');
      expect(first.requests).toHaveLength(1);
    }
  });

  it('lets the next model go on with what is out', async () => {
    const second = new Scripted('b', () => says('forty dollars. Anything else?'));
    const set = setUp([new Scripted('a', breaksOff(['It', ' is', ' for'], failure())), second]);
    expect((await ask(set)).text).toBe('It is forty dollars. Anything else?');
    expect(second.requests[0]?.messages.slice(0, 2)).toEqual([
      { role: 'user', text: 'How much?' },
      { role: 'assistant', text: 'It is' },
    ]);
    expect(set.outcomes).toMatchObject([{ provider: 'a', next: 'b', midway: true }]);
  });

  it('asks a model afresh that cannot go on with the words of another', async () => {
    const second = new Scripted('b', () => says('Your balance is forty dollars.'));
    const set = setUp([new Scripted('a', breaksOff(['It is '], failure())), second], {
      continues: (model) => model !== 'b',
    });
    expect((await ask(set)).text).toBe('It is … Your balance is forty dollars.');
    expect(second.requests).toEqual([REQUEST]);
  });

  it('leaves out what the next model repeats', async () => {
    const set = setUp([
      new Scripted('a', breaksOff(['It is about ', 'four'], failure())),
      new Scripted('b', breaksOff(['It is about forty', ' dol'], failure())),
      new Scripted('c', () => says('about forty dollars.')),
    ]);
    expect((await ask(set)).text).toBe('It is about forty dollars.');
  });

  it('starts anew when only a part of a word had come', async () => {
    const second = new Scripted('b', () => says('Forty.'));
    expect((await ask(setUp([new Scripted('a', breaksOff(['It'], failure('timeout'))), second]))).text).toBe('Forty.');
    expect(second.requests).toEqual([REQUEST]);
  });

  it('goes on with the same model when there is only one', async () => {
    const only = new Scripted('a', breaksOff(['It is '], failure()), () => says('forty.'));
    expect((await ask(setUp([only]))).text).toBe('It is forty.');
    expect(only.requests).toHaveLength(2);
  });

  it('ends the answer as one that calls tools when a call is out', async () => {
    const second = new Scripted('b', () => calls({ id: 'b', name: 'look', args: {} }));
    const set = setUp([new Scripted('a', breaksOff(['Let me see. ', lookUp, 'One mo'], failure())), second]);
    const { parts } = await ask(set);
    expect(parts).toEqual([
      { type: 'text', delta: 'Let me see. ' },
      lookUp,
      { type: 'text', delta: 'One ' },
      { type: 'finished', reason: 'tool_calls' },
    ]);
    expect(second.requests).toEqual([]);
    expect(set.outcomes).toMatchObject([{ provider: 'a', next: undefined, gaveUp: false, midway: true }]);
  });

  it('lets text out before the call that follows it', async () => {
    const set = setUp([new Scripted('a', breaksOff(['Looking', lookUp, { type: 'finished', reason: 'tool_calls' }]))]);
    expect((await ask(set)).parts.map(({ type }) => type)).toEqual(['text', 'tool.call', 'finished']);
  });

  it('takes an answer that ends without its end for a failure', async () => {
    const set = setUp([new Scripted('a', breaksOff(['It is '])), new Scripted('b', () => says('forty.'))]);
    expect((await ask(set)).text).toBe('It is forty.');
    expect(set.outcomes).toMatchObject([{ code: 'closed_early' }]);
  });

  it('goes to the next with a request that one refuses, without holding it against that one', async () => {
    const first = new Scripted('a', breaksOff([], failure('bad_request')));
    const set = setUp([first, new Scripted('b', () => says('Forty.'))]);
    for (let i = 0; i < 5; i += 1) expect((await ask(set)).text).toBe('Forty.');
    expect(first.requests).toHaveLength(5);
    expect(set.health.statuses()[0]).toMatchObject({ provider: 'a', state: 'closed' });
  });

  it('passes over a model whose breaker is open', async () => {
    const first = new Scripted('a', breaksOff([], failure()));
    const set = setUp([first, new Scripted('b', () => says('Forty.'))]);
    for (let i = 0; i < 4; i += 1) expect((await ask(set)).text).toBe('Forty.');
    // Twice each, until it had failed three times in a row.
    expect(first.requests).toHaveLength(4);
    expect(set.health.statuses().map(({ state }) => state)).toEqual(['open', 'closed']);
  });

  it('fails with an error that says whether to try again, and who failed', async () => {
    const set = setUp([
      new Scripted('a', breaksOff([], failure('unauthorized'))),
      new Scripted('b', breaksOff([], failure())),
    ]);
    const { error, parts } = await ask(set);
    expect(parts).toEqual([]);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(set.outcomes.at(-1)).toMatchObject({ provider: 'b', next: undefined, gaveUp: true });
  });

  it('keeps what an unexpected error says to itself', async () => {
    const { error } = await ask(setUp([new Scripted('a', breaksOff([], new TypeError('the caller said: my PIN')))]));
    expect(error).toMatchObject({ provider: 'a', retryable: false });
    expect(String(error)).not.toContain('PIN');
  });

  it("throws the signal's reason when it aborts, and falls over to nobody", async () => {
    const reason = new Error('interrupted');
    for (const moment of ['before', 'before the first part', 'in the middle', 'with an error', 'while waiting']) {
      const controller = new AbortController();
      if (moment === 'before') controller.abort(reason);
      const first = new Scripted('a', function* () {
        if (moment === 'while waiting') {
          setImmediate(() => controller.abort(reason));
          throw failure();
        }
        if (moment !== 'in the middle') controller.abort(reason);
        if (moment === 'with an error') throw failure();
        yield { type: 'text', delta: 'Well, ' };
        controller.abort(reason);
        yield { type: 'text', delta: 'no. ' };
      });
      const second = new Scripted('b', () => says('No.'));
      const set = setUp([first, second]);
      const { error } = await ask(set, controller.signal);
      expect([moment, error]).toEqual([moment, reason]);
      expect(second.requests).toEqual([]);
      expect([first.running, set.clock.waiting]).toEqual([0, 0]);
      expect(set.outcomes).toHaveLength(moment === 'while waiting' ? 1 : 0);
    }
  });

  it('lets go of the model when nobody reads on', async () => {
    const first = new Scripted('a', () => says('It is forty dollars.'));
    const { chain, health } = setUp([first]);
    for await (const part of chain.stream(REQUEST, new AbortController().signal)) {
      expect(part.type).toBe('text');
      break;
    }
    await settle();
    expect(first.running).toBe(0);
    expect(health.statuses()[0]?.state).toBe('closed');
  });

  it('leaves a probe to the next request when it was abandoned before anything came', async () => {
    const health = new ProviderHealth({ failures: 1, openMs: 0, random: () => 1 });
    health.breaker('llm', 'a').begin().failed(failure());
    await settle();
    const controller = new AbortController();
    const first = new Scripted(
      'a',
      () => {
        controller.abort(new Error('never mind'));
        return [];
      },
      () => says('Forty.'),
    );
    await ask(setUp([first], { health }), controller.signal);
    expect(health.statuses()[0]?.state).toBe('open');
    expect((await ask(setUp([first], { health }))).text).toBe('Forty.');
    expect(health.statuses()[0]?.state).toBe('closed');
  });
});
