import { getEventListeners } from 'node:events';
import { untilAborted } from './until-aborted.js';

const never = new Promise<never>(() => undefined);

describe('work that can be given up', () => {
  it('has its outcome, and leaves nothing with the signal', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is given up with the signal’s reason, also when that was there before', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(never, stop.signal);
    stop.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    await expect(untilAborted(never, stop.signal)).rejects.toThrow('too late');
  });

  it('harms nobody when it fails after that', async () => {
    const stop = new AbortController();
    const work = Promise.withResolvers<void>();
    const waiting = untilAborted(work.promise, stop.signal);
    stop.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    work.reject(new Error('unhandled, this would end the test'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
