import { jest } from '@jest/globals';
import { PeriodicTask } from './periodic-task.js';

describe('PeriodicTask', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Rounds that end when they are told to. */
  function slow() {
    const under: (() => void)[] = [];
    let begun = 0;
    const task = new PeriodicTask({
      go: () => {
        begun += 1;
        return new Promise((resolve) => under.push(resolve));
      },
      everyMs: 100,
      onFailed: (error) => {
        throw error;
      },
    });
    const end = async (): Promise<void> => {
      under.shift()?.();
      await jest.advanceTimersByTimeAsync(0);
    };
    return { task, end, begun: () => begun };
  }

  it('has one round under way at a time, and the next some time after its end', async () => {
    const { task, end, begun } = slow();
    task.start(10);
    await jest.advanceTimersByTimeAsync(9);
    expect(begun()).toBe(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(begun()).toBe(1);
    await end();
    await jest.advanceTimersByTimeAsync(99);
    expect(begun()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(begun()).toBe(2);
  });

  it('has a whole round after it was asked for one, and one for many who ask', async () => {
    const { task, end, begun } = slow();
    task.run();
    expect(begun()).toBe(1);
    task.run();
    task.run();
    task.start(1);
    await jest.advanceTimersByTimeAsync(50);
    expect(begun()).toBe(1);
    await end();
    expect(begun()).toBe(2);
    await end();
    await jest.advanceTimersByTimeAsync(99);
    expect(begun()).toBe(2);
  });

  it('has ended its round when it is closed, and has none after that', async () => {
    const { task, end, begun } = slow();
    task.run();
    task.run();
    let isClosed = false;
    const closed = task.close().then(() => (isClosed = true));
    await jest.advanceTimersByTimeAsync(1000);
    expect([isClosed, task.isClosed]).toEqual([false, true]);
    await end();
    await closed;
    task.start(0);
    task.run();
    await jest.advanceTimersByTimeAsync(1000);
    expect(begun()).toBe(1);
  });

  it('tells of a failure once, until a round has ended well again', async () => {
    const answers = ['away', 'away', 'back', 'away', 'back'];
    const told: unknown[] = [];
    const task = new PeriodicTask({
      go: () => {
        const answer = answers.shift();
        return answer === 'away' ? Promise.reject(new Error(`${answers.length} left`)) : Promise.resolve();
      },
      everyMs: 1,
      onFailed: (error) => told.push(error),
    });
    task.start(0);
    await jest.advanceTimersByTimeAsync(20);
    await task.close();
    expect(answers).toEqual([]);
    expect(told).toEqual([new Error('4 left'), new Error('1 left')]);
  });
});
