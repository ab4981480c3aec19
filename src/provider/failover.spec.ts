import { settle } from '../../test/fakes/manual-clock.js';
import { chainName, Failover, toProviderError } from './failover.js';
import type { Choice } from './failover.js';
import { ProviderHealth } from './health.js';
import { ProviderError } from './provider.port.js';
import type { ProviderErrorCode } from './provider.port.js';
import { RetryPolicy } from './retry.js';

interface Details {
  readonly code?: ProviderErrorCode;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}
const failure = (provider: string, { code = 'unavailable', retryable = true, retryAfterMs }: Details = {}) =>
  new ProviderError('It broke.', {
    provider,
    code,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** A failover over providers named a, b, c, ...; `broken` ones have an open breaker. */
async function make(length: number, broken: readonly number[] = []) {
  const health = new ProviderHealth({ failures: 1, random: () => 1 });
  const names = ['a', 'b', 'c', 'd'].slice(0, length);
  const breakers = names.map((name) => health.breaker('stt', name));
  for (const index of broken) {
    breakers[index]?.begin().failed(failure('x', { retryAfterMs: 20_000 + index * 1000 }));
  }
  await settle();
  const retry = new RetryPolicy({ attempts: 2, baseMs: 100, random: () => 1 });
  return { names, breakers, failover: new Failover(breakers, retry) };
}

/** Lets everyone fail until nobody is left; returns who was asked, and the waits that were not 0. */
function exhaust(failover: Failover, names: readonly string[], details: Details = {}, again = false): string[] {
  const asked: string[] = [];
  let choice: Choice | undefined = { index: failover.first(), waitMs: 0 };
  while (choice !== undefined) {
    const name = names[choice.index] ?? '?';
    asked.push(choice.waitMs > 0 ? `${name}+${choice.waitMs}` : name);
    choice = failover.next(choice.index, failure(name, details), again);
  }
  return asked;
}

describe('the failover in a chain', () => {
  it('asks everyone in order, and then those again that a retry may help', async () => {
    const { failover, names } = await make(3);
    expect(exhaust(failover, names)).toEqual(['a', 'b', 'c', 'a+100', 'b+100', 'c+100']);
  });

  it('asks nobody twice whom a retry cannot help', async () => {
    const { failover, names } = await make(3);
    expect(exhaust(failover, names, { retryable: false })).toEqual(['a', 'b', 'c']);
  });

  it('asks the same one again first, when told so', async () => {
    const { failover, names } = await make(2);
    expect(exhaust(failover, names, {}, true)).toEqual(['a', 'a+100', 'b', 'b+100']);
  });

  it('does not wait for a deadline twice, nor for one that asked for patience, while there is another', async () => {
    for (const details of [{ code: 'timeout' }, { code: 'rate_limited', retryAfterMs: 500 }] as const) {
      const { failover, names } = await make(2);
      const asked = exhaust(failover, names, details, true).map((name) => name.split('+')[0]);
      expect(asked).toEqual(['a', 'b', 'b', 'a']);
    }
  });

  it('retries a chain of one', async () => {
    const { failover, names } = await make(1);
    expect(exhaust(failover, names)).toEqual(['a', 'a+100']);
  });

  it('passes over whoever is broken, and asks the first due of them when nobody else is left', async () => {
    const { failover, names } = await make(3, [0, 2]);
    expect(exhaust(failover, names)).toEqual(['b', 'b+100', 'a']);
  });

  it('asks the first due when all are broken, and one more', async () => {
    const { failover, names } = await make(3, [2, 1, 0]);
    expect(exhaust(failover, names)).toEqual(['a', 'b']);
    const single = await make(1, [0]);
    expect(exhaust(single.failover, single.names)).toEqual(['a']);
  });

  it('forgets failures once something has worked', async () => {
    const { failover, names } = await make(2);
    expect(failover.next(0, failure('a'))).toEqual({ index: 1, waitMs: 0 });
    failover.proven();
    expect(failover.next(1, failure('b'))).toEqual({ index: 0, waitMs: 0 });
    expect(exhaust(failover, names)[0]).toBe('a');
  });

  it('hands on the error of one as it is', async () => {
    const { failover } = await make(2);
    const error = failure('a', { retryable: false });
    failover.next(0, error);
    expect(failover.failure('a>b')).toBe(error);
  });

  it('hands on an error that a retry can help, and names everyone', async () => {
    const { failover } = await make(3);
    failover.next(0, failure('a', { code: 'unauthorized', retryable: false }));
    failover.next(1, failure('b', { code: 'rate_limited', retryAfterMs: 4000 }));
    failover.next(2, failure('c', { code: 'rate_limited', retryAfterMs: 2000 }));
    const error = failover.failure('a>b>c');
    expect(error).toMatchObject({ provider: 'b', code: 'rate_limited', retryable: true, retryAfterMs: 2000 });
    expect(error.message).toBe('all of a>b>c failed: a unauthorized, b rate_limited, c rate_limited');
  });

  it('names a chain, and refuses an empty one', () => {
    expect(chainName([{ name: 'a' }, { name: 'b' }])).toBe('a>b');
    expect(() => chainName([])).toThrow(RangeError);
  });

  it('keeps the words of an unexpected error to itself', () => {
    const known = failure('a');
    expect(toProviderError('a', known)).toBe(known);
    const error = toProviderError('a', new TypeError('the caller said: my card number is'));
    expect(error).toMatchObject({ provider: 'a', code: 'unavailable', retryable: false });
    expect(JSON.stringify([error.message, error.cause])).not.toContain('card');
  });
});
