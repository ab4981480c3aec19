import { untilAborted } from '../deadline/until-aborted.js';
import { ProviderError } from '../provider/provider.port.js';
import { Fault, runChecks } from './check.js';
import type { Check } from './check.js';

const works = (name: string, note?: string): Check => ({ name, run: () => Promise.resolve(note) });
const fails = (name: string, error: unknown): Check => ({ name, run: () => Promise.reject(error) });

async function run(checks: readonly Check[], deadlineMs = 10_000): Promise<{ isWell: boolean; lines: string[] }> {
  const lines: string[] = [];
  const isWell = await runChecks(checks, { deadlineMs, print: (line) => lines.push(line) });
  return { isWell, lines };
}

describe('checks', () => {
  it('say in one line each that all is well', async () => {
    const { isWell, lines } = await run([works('stt deepgram'), works('database', 'embedded PostgreSQL 18')]);
    expect(isWell).toBe(true);
    expect(lines).toEqual([
      expect.stringMatching(/^ok {2}stt deepgram \(\d+ ms\)$/),
      expect.stringMatching(/^ok {2}database: embedded PostgreSQL 18 \(\d+ ms\)$/),
    ]);
  });

  it('run at the same time, and their lines come in order', async () => {
    const gate = Promise.withResolvers<undefined>();
    const first: Check = { name: 'first', run: () => gate.promise };
    const second: Check = {
      name: 'second',
      run: () => {
        gate.resolve(undefined);
        return Promise.resolve(undefined);
      },
    };
    const { isWell, lines } = await run([first, second]);
    expect(isWell).toBe(true);
    expect(lines.map((line) => line.split(' ')[2])).toEqual(['first', 'second']);
  });

  it('are bad as soon as one is', async () => {
    const { isWell, lines } = await run([works('a'), fails('b', new Fault('is asleep. Wake it.')), works('c')]);
    expect(isWell).toBe(false);
    expect(lines[1]).toBe('BAD b: is asleep. Wake it.');
    expect(lines[2]).toMatch(/^ok {2}c /);
  });

  it('are cut off at their deadline, and told so', async () => {
    let wasTold = false;
    const hangs: Check = {
      name: 'database',
      run: async (signal) => {
        signal.addEventListener('abort', () => {
          wasTold = true;
        });
        return untilAborted(new Promise<never>(() => undefined), signal);
      },
    };
    const { isWell, lines } = await run([hangs], 30);
    expect(isWell).toBe(false);
    expect(lines).toEqual(['BAD database: gave no answer within 30 ms. Check its address and the network in between.']);
    expect(wasTold).toBe(true);
  });

  it('say what to do about a provider', async () => {
    const error = new ProviderError('x answered 401', { provider: 'x', code: 'unauthorized', retryable: false });
    const check: Check = { ...fails('llm x', error), advise: ({ code }) => `${code}: look at the key.` };
    expect((await run([check])).lines).toEqual(['BAD llm x: unauthorized: look at the key.']);
    expect((await run([fails('llm x', error)])).lines).toEqual(['BAD llm x: x answered 401.']);
  });

  it('show of an unknown error only what it is called', async () => {
    const secret = Object.assign(new TypeError('postgres://user:hunter2@host refused'), { code: 'EWHATEVER' });
    const { lines } = await run([fails('a', secret), fails('b', 'hunter2'), fails('c', {})]);
    expect(lines).toEqual([
      'BAD a: failed (TypeError EWHATEVER).',
      'BAD b: failed (unknown reason).',
      'BAD c: failed (unknown reason).',
    ]);
  });
});
