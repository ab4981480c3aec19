import fc from 'fast-check';
import { ManualClock } from '../../../test/fakes/manual-clock.js';
import { FakeModel } from '../../../test/fakes/providers.js';
import type { Script } from '../../../test/fakes/providers.js';
import { ProviderHealth } from '../../provider/health.js';
import { ProviderError } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import { FallbackModel } from '../fallback/fallback-model.js';
import type { LlmPart } from '../llm.port.js';
import { FirstTokenLatency } from './first-token-latency.js';
import { HedgedModel } from './hedged-model.js';

// Whatever models do, and whenever the caller interrupts: one answer, from one model after another, and nothing left.

const P95_MS = 500;
/** Longer than everything that can happen in one run, ms. */
const LONG = 200_000;

/** What a model does with every request: waits, says something or calls a tool, and ends well or not. */
interface Behaviour {
  readonly firstMs: number;
  readonly betweenMs: number;
  /** Parts before it fails; undefined when it does not. */
  readonly failsAfter: number | undefined;
}

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  firstMs: fc.constantFrom(0, 1, P95_MS - 1, P95_MS, P95_MS + 1, P95_MS + 100, 2 * P95_MS, 5000),
  betweenMs: fc.constantFrom(0, 1, 300),
  failsAfter: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
});

// No figures: "three" after "three" may be meant, so a chain never takes it for a repetition.
const WORDS: readonly LlmPart[] = ['Every ', 'refund ', 'arrived.'].map((delta) => ({ type: 'text', delta }));
const CALL: readonly LlmPart[] = [{ type: 'tool.call', call: { id: 'x', name: 'send', arguments: '{}' } }];

describe('hedging', () => {
  it('gives one answer, asks nobody twice at once, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(behaviour, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.option(fc.constantFrom(0, 1, P95_MS, P95_MS + 50, 3 * P95_MS), { nil: undefined }),
        async (behaviours, calls, abortMs) => {
          const clock = new ManualClock();
          const health = new ProviderHealth({ random: () => 1 });
          const latency = new FirstTokenLatency();
          const parts = calls ? CALL : WORDS;
          let most = 0;
          const models = behaviours.map((does, at) => {
            const model: FakeModel = new FakeModel((request, signal) => {
              most = Math.max(most, model.running);
              return play(does, parts, clock)(request, signal);
            }, `m${at}`);
            for (let n = 0; n < 20; n += 1) latency.record(model.name, P95_MS);
            return model;
          });
          const chain = new HedgedModel(models, {
            latency,
            now: () => clock.now(),
            after: (ms, action) => clock.after(ms, action),
            chain: (chained) =>
              new FallbackModel(chained, {
                health,
                retry: new RetryPolicy({ random: () => 1 }),
                after: (ms, action) => clock.after(ms, action),
              }),
          });

          const controller = new AbortController();
          const reason = new Error('barge-in');
          const heard: LlmPart[] = [];
          let end: unknown = 'nothing';
          void (async () => {
            try {
              for await (const part of chain.stream({ messages: [], tools: [] }, controller.signal)) heard.push(part);
              end = 'finished';
            } catch (error) {
              end = error;
            }
          })();
          if (abortMs !== undefined) {
            await clock.advance(abortMs);
            controller.abort(reason);
          }
          await clock.advance(LONG);

          expect(most).toBeLessThanOrEqual(1);
          expect(models.map(({ running }) => running)).toEqual(models.map(() => 0));
          expect(clock.waiting).toBe(0);
          expect(heard.filter(({ type }) => type === 'tool.call').length).toBeLessThanOrEqual(1);
          const finished = heard.findIndex(({ type }) => type === 'finished');
          expect([-1, heard.length - 1]).toContain(finished);
          if (end === 'finished') expect(finished).toBe(heard.length - 1);
          else expect(end === reason || end instanceof ProviderError).toBe(true);
          if (abortMs === undefined) expect(end).not.toBe(reason);
          // Being slow, or slower than another, is no failure.
          for (const { provider, lastFailure } of health.statuses()) {
            const does = behaviours[Number(provider.slice(1))];
            if (does?.failsAfter === undefined) expect(lastFailure).toBeUndefined();
          }
          // As long as one model works and nobody interrupts, there is an answer, and all of it.
          if (abortMs === undefined && behaviours.some(({ failsAfter }) => failsAfter === undefined)) {
            expect(end).toBe('finished');
            const text = heard.map((part) => (part.type === 'text' ? part.delta : '')).join('');
            expect(text).toBe(calls ? '' : 'Every refund arrived.');
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

function play({ firstMs, betweenMs, failsAfter }: Behaviour, parts: readonly LlmPart[], clock: ManualClock): Script {
  const pause = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const cancel = clock.after(ms, () => {
        signal.removeEventListener('abort', leave);
        resolve();
      });
      const leave = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  return async function* (_request, signal) {
    await pause(firstMs, signal);
    for (const [at, part] of [...parts, { type: 'finished', reason: 'stop' } as const].entries()) {
      if (at === failsAfter) {
        throw new ProviderError('It broke.', { provider: 'm', code: 'unavailable', retryable: true });
      }
      yield part;
      await pause(betweenMs, signal);
    }
  };
}
