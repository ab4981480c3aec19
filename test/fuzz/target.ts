// What is fuzzed: something that takes bytes or text from outside, and what has to hold whatever comes.
import fc from 'fast-check';

export interface Target {
  readonly name: string;
  /** How often it is run beside the others: 10 where an execution takes some microseconds, less where it takes more. */
  readonly share: number;
  /** One execution, on a value that fast-check has drawn. Throws where something does not hold. */
  readonly property: Arbitrary;
}

/** A value and what is done with it, tied together so that targets of all types can stand in one list. */
interface Arbitrary {
  run(options: RunOptions): Promise<Found | undefined>;
}

export interface RunOptions {
  readonly executions: number;
  readonly seed: number;
  /** Told after each execution. */
  readonly ran: () => void;
}

/** An input for which something does not hold. */
export interface Found {
  readonly input: string;
  readonly why: string;
  /** What brings it back: `fc.assert(..., { seed, path })`. */
  readonly seed: number;
  readonly path: string;
}

/** Longest that one input may take, ms of this thread's processor: the largest is some ten thousand bytes. */
const MAX_MS = 500;
/** An input is slow when it was so often in a row: a pause of the machine is not. */
const TRIES = 3;

/** `run` throws for what does not hold; what it must not do longer than half a second is checked here. */
export function property<Value>(
  values: fc.Arbitrary<Value>,
  run: (value: Value) => void | Promise<void>,
  maxMs = MAX_MS,
): Arbitrary {
  return {
    run: async ({ executions, seed, ran }) => {
      const whole = fc.asyncProperty(values, async (value) => {
        ran();
        for (let tries = TRIES; tries > 0; tries -= 1) {
          const { user, system } = process.threadCpuUsage();
          const pending = run(value);
          if (pending !== undefined) await pending;
          const after = process.threadCpuUsage();
          if ((after.user + after.system - user - system) / 1000 < maxMs) return;
        }
        throw new Error(`it takes more than ${maxMs} ms`);
      });
      const result = await fc.check(whole, { numRuns: executions, seed });
      if (!result.failed) return undefined;
      const error = result.errorInstance;
      return {
        input: fc.stringify(result.counterexample).slice(0, 4000),
        why: error instanceof Error ? (error.stack ?? error.message) : String(error),
        seed: result.seed,
        path: result.counterexamplePath ?? '',
      };
    },
  };
}

/** Throws what is none of the errors that may come. */
export function only(kinds: readonly (abstract new (...args: never[]) => Error)[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}

/** The same of what takes its time; what never comes to an end is found. */
export async function onlyLater(
  kinds: readonly (abstract new (...args: never[]) => Error)[],
  work: () => Promise<unknown>,
  patienceMs = 5000,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Stuck()), patienceMs);
  });
  try {
    await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof Stuck || !kinds.some((kind) => error instanceof kind)) throw error;
  } finally {
    clearTimeout(timer);
  }
}

class Stuck extends Error {
  constructor() {
    super('it never comes to an end');
  }
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`does not hold: ${what}`);
}
