import { MemoryEffects } from '../../test/fakes/side-effects.js';
import { callOf, contextOf } from '../../test/support/tools.js';
import { z } from 'zod';
import { DataError } from '../database/data.port.js';
import { SpokenFailure } from './say.js';
import { defineTool, type Tool } from './tool.js';
import { ToolRegistry } from './tool-runner.js';
import type { ToolOutcome } from './tool.port.js';

const DONE: ToolOutcome = { ok: true, data: { booked: 7 } };
const UNKNOWN = { ok: false, code: 'failed', message: 'I do not know whether that was booked.' };

/** A worker: a registry of its own over side effects that several may share. */
function worker(effects: MemoryEffects, run: Tool['run'], timeoutMs = 1000) {
  const faults: unknown[] = [];
  const book = defineTool({
    name: 'book',
    description: 'Books a table.',
    schema: z.object({ table: z.coerce.number(), name: z.string().optional() }),
    effect: 'write',
    timeoutMs,
    lateMessage: UNKNOWN.message,
    run,
  });
  const registry = new ToolRegistry([book], { onFault: (_tool, error) => faults.push(error), effects });
  const call = (args: object, number: number, begin = () => true) =>
    registry.run(callOf('book', args), { ...contextOf(), consent: { number, begin } });
  return { call, faults };
}

describe('a side effect', () => {
  let effects: MemoryEffects;
  let keys: string[];
  const book = (_args: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
    keys.push(idempotencyKey);
    return Promise.resolve(DONE);
  };
  beforeEach(() => {
    effects = new MemoryEffects();
    keys = [];
  });

  it('is kept before it begins, under a key that the tool is given', async () => {
    let kept: unknown;
    const { call } = worker(effects, (args, run) => {
      kept = effects.kept.get(run.idempotencyKey)?.status;
      return book(args, run);
    });
    expect(await call({ table: 7 }, 1)).toEqual(DONE);
    expect(kept).toBe('running');
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect([...effects.kept.values()]).toEqual([{ status: 'done', outcome: DONE }]);
  });

  it('happens once for one yes: twice at a time, again later, on another worker, however the call is written', async () => {
    const [one, other] = [worker(effects, book), worker(effects, book)];
    const both = await Promise.all([one.call({ table: 7, name: 'Ann' }, 1), one.call({ name: 'Ann', table: '7' }, 1)]);
    expect(both).toEqual([DONE, DONE]);
    expect(await one.call({ table: 7, name: 'Ann' }, 1)).toEqual(DONE);
    expect(await other.call({ name: 'Ann', table: 7 }, 1)).toEqual(DONE);
    expect(keys).toHaveLength(1);
  });

  it('happens again for another yes, another call, or other arguments', async () => {
    const { call } = worker(effects, book);
    await call({ table: 7 }, 1);
    await call({ table: 7 }, 2);
    await call({ table: 8 }, 2);
    expect(new Set(keys).size).toBe(3);
  });

  it('whose worker was killed is told as unknown, and not tried again', async () => {
    const killed = worker(effects, () => new Promise(() => undefined), 20);
    expect(await killed.call({ table: 7 }, 1)).toMatchObject({ ok: false, code: 'timeout' });
    expect(await worker(effects, book).call({ table: 7 }, 1)).toEqual(UNKNOWN);
    expect(keys).toEqual([]);
  });

  it.each<[string, Error, boolean]>([
    ['a fault of ours', new TypeError('oops'), false],
    ['a database that broke off', new DataError('timeout', 'slow'), false],
    ['a tool that does not know', new SpokenFailure('failed', 'Hm.', { cause: undefined, uncertain: true }), false],
    ['a tool that knows that nothing was done', new SpokenFailure('failed', 'No.', { cause: undefined }), true],
  ])('after %s may be tried again: %s', async (_what, error, again) => {
    const failing = worker(effects, () => Promise.reject(error));
    expect(await failing.call({ table: 7 }, 1)).toMatchObject({ ok: false });
    expect(await worker(effects, book).call({ table: 7 }, 1)).toEqual(again ? DONE : UNKNOWN);
  });

  it('that was taken back while it was being noted does not happen, and may be agreed to anew', async () => {
    const { call } = worker(effects, book);
    expect(await call({ table: 7 }, 1, () => false)).toMatchObject({ ok: false, code: 'cancelled' });
    expect(keys).toEqual([]);
    expect(await call({ table: 7 }, 1)).toEqual(DONE);
  });

  it('that cannot be noted does not happen', async () => {
    effects.claimEffect = () => Promise.reject(new DataError('unavailable', 'gone'));
    expect(await worker(effects, book).call({ table: 7 }, 1)).toMatchObject({ ok: false, code: 'unavailable' });
    expect(keys).toEqual([]);
  });

  it('that has happened is told as it was although the note of it was lost, which operators hear of', async () => {
    effects.settleEffect = () => Promise.reject(new DataError('unavailable', 'gone'));
    const { call, faults } = worker(effects, book);
    expect(await call({ table: 7 }, 1)).toEqual(DONE);
    expect(faults).toHaveLength(1);
    expect(await call({ table: 7 }, 1)).toEqual(UNKNOWN);
    expect(keys).toHaveLength(1);
  });

  it('whose answer was too long to keep is known to have happened', async () => {
    const { call } = worker(effects, book);
    await call({ table: 7 }, 1);
    for (const [key, { status }] of effects.kept) effects.kept.set(key, { status, outcome: undefined });
    expect(await call({ table: 7 }, 1)).toMatchObject({ ok: true });
    expect(keys).toHaveLength(1);
  });
});
