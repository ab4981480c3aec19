// Wherever models break off, the answer comes out once, and no tool is called twice.
import * as fc from 'fast-check';
import { FakeModel } from '../../../test/fakes/providers.js';
import { ProviderHealth } from '../../provider/health.js';
import { ProviderError } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { LlmPart, LlmRequest } from '../llm.port.js';
import { FallbackModel } from './fallback-model.js';

/** How a model goes on with another's answer. */
type Manner = 'exact' | 'exact with a blank' | 'last words again' | 'from the beginning';

interface Plan {
  /** Fails after so many parts of this answer; absent finishes it. */
  readonly failsAfter?: number;
  readonly manner: Manner;
  readonly again: number;
  /** Lengths of its deltas, used in turn. */
  readonly deltas: readonly number[];
}

const SUFFIXES = ['', '', '', ',', '.', '?', '!', '…', ':', '"'];
/** Letters only, all different: w, wa, wb, ... so that a repetition is one. */
const wordAt = (n: number): string =>
  `w${n.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')}`;

const answer = fc
  .array(fc.constantFrom(...SUFFIXES), { minLength: 1, maxLength: 25, size: 'max' })
  .map((suffixes) => suffixes.map((suffix, n) => `${wordAt(n)}${suffix}`));
const plan: fc.Arbitrary<Plan> = fc.record(
  {
    failsAfter: fc.nat(30),
    manner: fc.constantFrom<Manner>('exact', 'exact with a blank', 'last words again', 'from the beginning'),
    again: fc.integer({ min: 1, max: 6 }),
    deltas: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ['manner', 'again', 'deltas'] },
);

/** What a model writes when so much of the answer is out. */
function rest(words: readonly string[], { messages }: LlmRequest, { manner, again }: Plan): string {
  const said = messages.findLast(({ role }) => role === 'assistant');
  if (said === undefined) return words.join(' ');
  const count = said.role === 'assistant' ? said.text.split(/\s+/).length : 0;
  const from = {
    exact: count,
    'exact with a blank': count,
    'last words again': Math.max(0, count - again),
    'from the beginning': 0,
  };
  return `${manner === 'exact with a blank' ? ' ' : ''}${words.slice(from[manner]).join(' ')}`;
}

function* cut(text: string, lengths: readonly number[]): Iterable<LlmPart> {
  for (let at = 0, n = 0; at < text.length; n += 1) {
    const length = lengths[n % lengths.length] ?? 1;
    yield { type: 'text', delta: text.slice(at, at + length) };
    at += length;
  }
}

function modelOf(words: readonly string[], tools: number, plans: readonly Plan[], name: string): FakeModel {
  let next = 0;
  return new FakeModel(function* (request) {
    const step = plans[Math.min(next, plans.length - 1)];
    next += 1;
    if (step === undefined) throw new Error('no plan');
    let parts = 0;
    const failing = (): void => {
      if (parts === step.failsAfter) {
        throw new ProviderError('It broke.', { provider: name, code: 'unavailable', retryable: true });
      }
      parts += 1;
    };
    for (const part of cut(rest(words, request, step), step.deltas)) {
      failing();
      yield part;
    }
    for (let n = 0; n < tools; n += 1) {
      failing();
      yield { type: 'tool.call', call: { id: `${name}-${n}`, name: `tool${n}`, arguments: '{}' } };
    }
    failing();
    yield { type: 'finished', reason: tools > 0 ? 'tool_calls' : 'stop' };
  }, name);
}

it('says the whole answer once and calls every tool at most once, wherever the models break off', async () => {
  await fc.assert(
    fc.asyncProperty(
      answer,
      fc.nat(2),
      fc.array(fc.array(plan, { minLength: 1, maxLength: 3, size: 'max' }), { maxLength: 3, size: 'max' }),
      plan,
      async (words, tools, mortals, last) => {
        const { failsAfter: _, ...immortal } = last;
        const models = [...mortals, [immortal]].map((plans, n) => modelOf(words, tools, plans, `m${n}`));
        const chain = new FallbackModel(models, {
          health: new ProviderHealth(),
          retry: new RetryPolicy({ baseMs: 0 }),
        });
        const parts: LlmPart[] = [];
        for await (const part of chain.stream(
          { messages: [{ role: 'user', text: 'Go.' }], tools: [] },
          new AbortController().signal,
        )) {
          parts.push(part);
        }
        const text = parts.map((part) => (part.type === 'text' ? part.delta : '')).join('');
        expect(text.trim().split(/\s+/)).toEqual(words);
        const called = parts.flatMap((part) => (part.type === 'tool.call' ? [part.call.name] : []));
        expect(called).toEqual(['tool0', 'tool1'].slice(0, called.length));
        expect(called.length > 0).toBe(tools > 0);
        expect(parts.filter(({ type }) => type === 'finished')).toHaveLength(1);
        expect(parts.at(-1)).toEqual({ type: 'finished', reason: tools > 0 ? 'tool_calls' : 'stop' });
        expect(models.map(({ running }) => running)).toEqual(models.map(() => 0));
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
