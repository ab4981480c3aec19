import { jest } from '@jest/globals';
import { QueueLoop } from './queue-loop.js';

describe('QueueLoop', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A queue whose row `slow` is never done before it is told to be. */
  function queue(lanes: number) {
    const due: string[] = [];
    const done: string[] = [];
    const told: string[] = [];
    let fault: Error | undefined;
    let looks = 0;
    const hold = Promise.withResolvers<void>();
    const loop = new QueueLoop({
      next: async (_queue, taken) => {
        if (fault !== undefined) throw fault;
        looks += 1;
        const row = due.shift();
        if (row === undefined) return false;
        taken();
        if (row === 'slow') await hold.promise;
        done.push(row);
        return true;
      },
      pollMs: 1000,
      lanes: [lanes],
      onAway: (why) => told.push(why),
    });
    const isAway = (why?: string): void => void (fault = why === undefined ? undefined : new Error(why));
    return { due, done, told, loop, isAway, looks: () => looks, release: () => hold.resolve() };
  }

  it('works on what comes while another row takes its time, when it is told and when it looks by itself', async () => {
    const { due, done, loop } = queue(2);
    due.push('slow');
    loop.start(0);
    await jest.advanceTimersByTimeAsync(10);
    due.push('told');
    loop.look();
    await jest.advanceTimersByTimeAsync(0);
    expect(done).toEqual(['told']);
    due.push('found');
    await jest.advanceTimersByTimeAsync(1000);
    expect(done).toEqual(['told', 'found']);
  });

  it('works on as many rows at a time as it has lanes, from one look on', async () => {
    const { due, done, loop, release } = queue(3);
    due.push('slow', 'slow', 'slow', 'slow');
    loop.start(0);
    await jest.advanceTimersByTimeAsync(10);
    expect([due.length, done.length]).toEqual([1, 0]);
    release();
    await jest.advanceTimersByTimeAsync(10);
    expect([due.length, done.length]).toEqual([0, 4]);
  });

  it('asks a queue with nothing due by one lane', async () => {
    const { loop, looks } = queue(8);
    loop.start(0);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(looks()).toBe(10);
  });

  it('tells once that the queue is away, however many lanes look, until it is back', async () => {
    const { loop, told, isAway } = queue(4);
    isAway('no database');
    loop.start(0);
    await jest.advanceTimersByTimeAsync(3500);
    expect(told).toEqual(['no database']);
    isAway();
    await jest.advanceTimersByTimeAsync(1000);
    isAway('gone again');
    await jest.advanceTimersByTimeAsync(1000);
    expect(told).toEqual(['no database', 'gone again']);
  });

  it('closes when what is being done is settled, and takes no more', async () => {
    const { due, done, loop, release } = queue(1);
    due.push('slow', 'left');
    loop.look();
    const closed = loop.close();
    release();
    await closed;
    loop.look();
    await jest.advanceTimersByTimeAsync(5000);
    expect(done).toEqual(['slow']);
    expect(due).toEqual(['left']);
  });
});
