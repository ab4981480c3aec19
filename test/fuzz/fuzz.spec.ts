// 100,000 executions of everything that takes bytes or text from outside. `npm run fuzz -- --runs 1e7` tries more of them.
import fc from 'fast-check';
import { fuzz, shareOf, TARGETS } from './run-targets.js';
import { holds, onlyLater, property } from './target.js';

const EXECUTIONS = 100_000;
/** Another one with FUZZ=1 (`npm run fuzz`). */
const SEED = process.env['FUZZ'] === '1' ? Date.now() % 2 ** 31 : 20_261_130;

describe('whatever comes from outside', () => {
  let executions = 0;

  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', async (_name, target) => {
    const found = await fuzz(target, shareOf(target, EXECUTIONS), SEED, () => (executions += 1));
    expect(found).toBeUndefined();
  });

  it(`was tried ${EXECUTIONS} times`, () => {
    expect(executions).toBeGreaterThanOrEqual(EXECUTIONS);
  });
});

describe('what does not hold is found', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
  const tried = (run: (value: Uint8Array) => void | Promise<void>) =>
    property(bytes, run, 5).run({ executions: 300, seed: SEED, ran: () => undefined });
  const spin = (): void => {
    const { user } = process.threadCpuUsage();
    while (process.threadCpuUsage().user - user < 6000);
  };

  it.each([
    ['an error of another kind', () => Promise.reject(new TypeError('no function')), /no function/],
    ['a bound that is broken', (value: Uint8Array) => holds(value.length < 5, 'few bytes'), /few bytes/],
    ['an input that takes too long', spin, /takes more than 5 ms/],
  ])('%s', async (_what, run, why) => {
    const found = await tried((value) => ((value[0] ?? 0) > 128 ? run(value) : undefined));
    expect(found?.why).toMatch(why);
    expect(found?.input).toMatch(/Uint8Array/);
  });

  it('a promise that is never kept', async () => {
    await expect(onlyLater([TypeError], () => new Promise(() => undefined), 50)).rejects.toThrow(
      'never comes to an end',
    );
  });
});
