import { setImmediate } from 'node:timers/promises';

/** Lets long work on the event loop's own thread pause, so that audio of calls in progress is not held up. */
export interface Breath {
  /** Whether the work has gone on for a slice. Cheap. */
  due(): boolean;
  /** Gives way to whatever else is waiting. Rejects when nobody wants the work any more. */
  take(): Promise<void>;
}

/**
 * Work that is given up when the signal aborts: its next pause rejects with an AbortError.
 * @param sliceMs longest stretch of work between two pauses, ms
 */
export function breathing(signal: AbortSignal, sliceMs = 5): Breath {
  let since = performance.now();
  return {
    due: () => performance.now() - since >= sliceMs,
    async take() {
      await setImmediate(undefined, { signal });
      since = performance.now();
    },
  };
}
