import { WorkSlots } from './work-slots.js';

const NEVER = new AbortController().signal;
const LONG = 60_000;

/** Work that goes on until it is told to stop. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: async () => promise, finish: () => resolve('done'), fail: () => reject(new Error('failed')) };
}

describe('WorkSlots', () => {
  it('does so much at once and the rest in the order of its arrival', async () => {
    const slots = new WorkSlots({ concurrent: 2, waiting: 5, maxWaitMs: LONG });
    const jobs = [job(), job(), job(), job()];
    const begun: number[] = [];
    const runs = jobs.map(({ work }, n) =>
      slots.run(NEVER, async () => {
        begun.push(n);
        return work();
      }),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    expect([slots.active, slots.queued]).toEqual([2, 2]);
    jobs[1]?.finish();
    await runs[1];
    jobs[0]?.fail();
    await expect(runs[0]).rejects.toThrow('failed');
    for (const { finish } of jobs) finish();
    await Promise.all(runs.slice(1));
    expect(begun).toEqual([0, 1, 2, 3]);
    expect([slots.active, slots.queued]).toEqual([0, 0]);
  });

  it('refuses whoever finds the queue full, and whoever has waited too long', async () => {
    const slots = new WorkSlots({ concurrent: 1, waiting: 1, maxWaitMs: 20 });
    const running = job();
    const run = slots.run(NEVER, running.work);
    const waiting = slots.run(NEVER, async () => 'never');
    await expect(slots.run(NEVER, async () => 'never')).rejects.toMatchObject({ code: 'busy', retryAfterS: 1 });
    await expect(waiting).rejects.toMatchObject({ code: 'busy' });
    expect(slots.queued).toBe(0);
    running.finish();
    await run;
    expect(slots.active).toBe(0);
  });

  it('gives no place to one who has left', async () => {
    const slots = new WorkSlots({ concurrent: 1, waiting: 5, maxWaitMs: LONG });
    const running = job();
    const run = slots.run(NEVER, running.work);
    const leaving = new AbortController();
    let hasBegun = false;
    const left = slots.run(leaving.signal, async () => (hasBegun = true));
    const patient = slots.run(NEVER, async () => 'mine');
    leaving.abort(new Error('gone'));
    // In the same breath: the one who left must not be handed the place.
    running.finish();
    await expect(left).rejects.toThrow('gone');
    expect(await patient).toBe('mine');
    await run;
    expect(hasBegun).toBe(false);
    expect(slots.active).toBe(0);
  });
});
