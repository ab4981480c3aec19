import { jest } from '@jest/globals';
import { drainingBody } from './draining-body.js';

/** A body that has sent one chunk; the test sends the rest. */
function body() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const state = { cancelled: false, asked: 0 };
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
      given.enqueue(Uint8Array.of(1));
    },
    pull: () => {
      state.asked += 1;
    },
    cancel: () => {
      state.cancelled = true;
    },
  });
  return { stream, state, send: (bytes: number) => controller?.enqueue(new Uint8Array(bytes)), rest: () => controller };
}

const turn = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

describe('a body that drains', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  const leaveEarly = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of drainingBody(stream)) {
      expect(chunk).toEqual(Uint8Array.of(1));
      break;
    }
  };

  it('is read like any other', async () => {
    const { stream, send, rest } = body();
    send(3);
    rest()?.close();
    const lengths: number[] = [];
    for await (const chunk of drainingBody(stream)) lengths.push(chunk.length);
    expect(lengths).toEqual([1, 3]);
  });

  it('is read to its end when its reader leaves', async () => {
    const { stream, state, send, rest } = body();
    await leaveEarly(stream);
    await turn();
    send(10);
    await turn();
    rest()?.close();
    await turn();
    expect(state.cancelled).toBe(false);
    expect(stream.locked).toBe(true);
  });

  it('is cancelled when too much comes after that', async () => {
    const { stream, state, send } = body();
    await leaveEarly(stream);
    send(40_000);
    await turn();
    expect(state.cancelled).toBe(false);
    send(40_000);
    await turn();
    expect(state.cancelled).toBe(true);
  });

  it('is cancelled when its end takes too long', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { stream, state } = body();
    await leaveEarly(stream);
    await turn();
    jest.advanceTimersByTime(999);
    expect(state.cancelled).toBe(false);
    jest.advanceTimersByTime(1);
    await turn();
    expect(state.cancelled).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('may break after its reader has left', async () => {
    const { stream, rest } = body();
    await leaveEarly(stream);
    rest()?.error(new Error('reset'));
    await turn();
    expect(stream.locked).toBe(true); // and no rejection is left unhandled
  });
});
