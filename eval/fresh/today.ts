// The day on which a file of requests was written, for everything in this process that asks what day it is.

/**
 * Sets the process's clock to noon (UTC) of `today`, YYYY-MM-DD, from where it goes on; returns what sets it back. Timers
 * and `performance` are left alone, and so are other threads.
 */
export function beToday(today: string): () => void {
  const Real = globalThis.Date;
  const shiftMs = Real.parse(`${today}T12:00:00Z`) - Real.now();
  const now = (): number => Real.now() + shiftMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new Real(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  return () => {
    globalThis.Date = Real;
  };
}
