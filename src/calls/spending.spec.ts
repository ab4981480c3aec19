import { caller } from '../../test/fakes/call.js';
import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import { SharedMemory } from '../../test/fakes/memory-session-store.js';
import { DailyBudgets } from '../usage/daily-budgets.js';
import type { CallBook } from './call-book.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Prices } from '../usage/prices.port.js';

const usage = (characters: number): ProviderUsage => ({
  kind: 'tts',
  provider: 'v',
  model: '',
  amounts: { characters },
});
/** A cent a character, and nothing is known of the ears. */
const prices: Prices = {
  costOf: ({ kind, amounts }) =>
    kind === 'stt' ? undefined : { currency: 'USD', amount: (amounts.characters ?? 0) / 100 },
};

describe('what a call may cost', () => {
  it('ends it when that is spent, and says why, once', async () => {
    const { calls, clock, stt, observer, faults } = fakeProcess({ prices, maxCost: 1 });
    const line = new LogLine();
    const call = calls.start(request(), line);
    await clock.advance(10);
    stt.options?.onUsage?.(usage(60));
    stt.options?.onUsage?.({ kind: 'stt', provider: 'e', model: '', amounts: { audioSeconds: 1e6 } });
    await clock.advance(10);
    expect(line.types).not.toContain('session.ended');
    stt.options?.onUsage?.(usage(40));
    stt.options?.onUsage?.(usage(40));
    await clock.advance(10);
    await call.ended;
    expect(line.events.filter(({ type }) => type === 'error')).toMatchObject([
      { code: 'call_too_costly', fatal: true },
    ]);
    expect(line.events.at(-1)).toMatchObject({ type: 'session.ended', reason: 'limit' });
    expect(observer.costs).toEqual([0.6, undefined, 0.4, 0.4]);
    expect(faults).toEqual([]);
  });

  it('is counted on where the call goes', async () => {
    const memory = new SharedMemory();
    const first = fakeProcess({ prices, maxCost: 1, shared: { memory, name: 'a' } });
    const { clock } = first;
    const second = fakeProcess({ prices, maxCost: 1, clock, shared: { memory, name: 'b' } });
    const begun = first.calls.start(request(), new LogLine());
    await clock.advance(10);
    first.stt.options?.onUsage?.(usage(70));
    await first.calls.handOver(1000);
    const line = new LogLine();
    const call = await second.calls.resume({ sessionId: 's1', resumeToken: begun.resumeToken, caller });
    call.attach(line, { lastSeq: 1 }, () => undefined);
    await clock.advance(10);
    second.stt.options?.onUsage?.(usage(30));
    await clock.advance(10);
    expect(line.events).toContainEqual(expect.objectContaining({ type: 'error', code: 'call_too_costly' }));
  });

  it('is no limit without one, or without prices', async () => {
    for (const options of [{ prices }, { maxCost: 1 }]) {
      const { calls, clock, stt } = fakeProcess(options);
      const line = new LogLine();
      calls.start(request(), line);
      await clock.advance(10);
      stt.options?.onUsage?.(usage(1e6));
      await clock.advance(10);
      expect(line.types).not.toContain('error');
    }
  });

  it('is, of a user and a day, told when it is low, ends the call that uses it up, and lets no other begin', async () => {
    const budgets = new DailyBudgets({
      limit: 1,
      warnPercent: 80,
      spentSince: async () => 0,
      log: { warn: () => undefined },
    });
    const ended: object[] = [];
    const book = { asked: async () => undefined, notBegun: (_call: object, why: object) => void ended.push(why) };
    const { calls, clock, stt } = fakeProcess({ prices, budgets, book: book as unknown as CallBook });
    const line = new LogLine();
    const opening = await calls.open(request());
    const call = opening.start(line);
    await clock.advance(10);
    for (const characters of [70, 20, 5, 10, 10]) stt.options?.onUsage?.(usage(characters));
    await clock.advance(10);
    await call.ended;
    expect(line.events.filter(({ type }) => type === 'error')).toMatchObject([
      { code: 'budget_low', fatal: false },
      { code: 'budget_spent', fatal: true },
    ]);
    expect(line.events.at(-1)).toMatchObject({ type: 'session.ended', reason: 'limit' });
    const another = await calls.open(request('s2'));
    expect(() => another.start(new LogLine())).toThrow(
      expect.objectContaining({ code: 'budget_spent', message: expect.stringMatching(/next day begins at 00:00 UTC/) }),
    );
    expect(ended).toMatchObject([{ status: 'refused', error: { code: 'budget_spent' } }]);
  });
});
