import { ManualClock } from '../../test/fakes/manual-clock.js';
import { outcomeWithin, settledWithin } from './within.js';

const never = new Promise<never>(() => undefined);

describe('a wait with an end', () => {
  it('has the value of what comes in time, nothing of what does not, and leaves no timer', async () => {
    const clock = new ManualClock();
    expect(await outcomeWithin(Promise.resolve(7), 10, clock)).toBe(7);
    await expect(outcomeWithin(Promise.reject(new Error('no')), 10, clock)).rejects.toThrow('no');
    expect(clock.waiting).toBe(0);
    const late = outcomeWithin(never, 10, clock);
    await clock.advance(10);
    expect(await late).toBeUndefined();
    expect(await outcomeWithin(never, 1)).toBeUndefined();
  });

  it('says whether it was in time, however it ended', async () => {
    const clock = new ManualClock();
    expect(await settledWithin(Promise.resolve(undefined), 10, clock)).toBe(true);
    expect(await settledWithin(Promise.reject(new Error('no')), 10, clock)).toBe(true);
    const late = settledWithin(never, 10, clock);
    await clock.advance(10);
    expect(await late).toBe(false);
  });

  it('lets a fault that comes too late harm nobody', async () => {
    const clock = new ManualClock();
    const work = Promise.withResolvers<void>();
    const late = outcomeWithin(work.promise, 10, clock);
    await clock.advance(10);
    await late;
    work.reject(new Error('too late'));
    // An unhandled rejection would end the test.
    await clock.advance(1);
  });
});
