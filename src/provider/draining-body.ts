// Lets a reader leave a response's body before its end without losing the connection.

/** How much may still come after the reader has left, and how long that may take. */
const MAX_BYTES = 64 * 1024;
const MAX_MS = 1000;

/**
 * The body as an async iterable whose early end (`break` in a `for await`) reads what is left instead of cancelling it, up
 * to 64 KiB and 1 s: the openai SDK leaves at `[DONE]`, the end of the body often comes in a packet of its own, and a body
 * that is cancelled takes its connection with it, so that every turn would connect again.
 *
 * A request that is aborted ends at once: its body then fails.
 */
export function drainingBody(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
      const reader = body.getReader();
      return {
        async next() {
          const { value, done } = await reader.read();
          return done ? { value: undefined, done } : { value, done };
        },
        return() {
          void drain(reader);
          return Promise.resolve({ value: undefined, done: true });
        },
      };
    },
  };
}

/** Never rejects: what is left of the body matters to nobody. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const giveUp = (): void => {
    reader.cancel().catch(ignore);
  };
  const timer = setTimeout(giveUp, MAX_MS);
  try {
    let left = MAX_BYTES;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      left -= value.length;
      if (left < 0) return giveUp();
    }
  } catch (error) {
    ignore(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The connection is gone: the next request makes another. */
function ignore(_error: unknown): void {
  // Nothing depends on it.
}
