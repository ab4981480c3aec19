import { timeoutError } from '../../provider/failure.js';

/**
 * Runs one request under a deadline of ours and a signal of the caller's.
 *
 * @param what is waited for, for the error's message
 * @param ms longest wait
 * @throws the outer signal's reason when it aborts, a ProviderError (`timeout`) when the time is over, else whatever `run` threw
 */
export async function withDeadline<T>(
  provider: string,
  what: string,
  ms: number,
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort();
  }, ms);
  try {
    return await run(AbortSignal.any([outer, deadline.signal]));
  } catch (error) {
    outer.throwIfAborted();
    throw deadline.signal.aborted ? timeoutError(provider, what, ms) : error;
  } finally {
    clearTimeout(timer);
  }
}
