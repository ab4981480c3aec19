/** What a wait is measured by. */
export interface Timers {
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

const REAL: Timers = {
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** The promise's value, or undefined when it has none within `ms`. Rejects as the promise does, unless that comes later. */
export async function outcomeWithin<T>(promise: Promise<T>, ms: number, timers = REAL): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = timers.after(ms, () => late.resolve(undefined));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}

/** Whether the promise settles within `ms`. Its outcome, good or bad, does not matter. */
export async function settledWithin(promise: Promise<unknown>, ms: number, timers = REAL): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return (await outcomeWithin(settled, ms, timers)) === true;
}
