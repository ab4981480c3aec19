// Timers of this process by name: a count alone says that one is left, and not whose.
import { queryObjects } from 'node:v8';

/** Every timer that will still ring, by "timer after 30000 ms: name of its function" (or "timer every"), those that keep no process alive too. */
export function activeTimers(): Map<string, number> {
  const probe = setTimeout(() => undefined, 0);
  clearTimeout(probe);
  // What V8 prints of each object of the class; there is no other list of them.
  const all = queryObjects(probe.constructor, { format: 'summary' });
  const counts = new Map<string, number>();
  for (const text of all) {
    if (!text.includes('_destroyed: false')) continue;
    const field = (name: string): string => new RegExp(`${name}: (.*?),?\\n`).exec(text)?.[1] ?? '?';
    const called = /\[(?:Async)?Function: (.+)\]/.exec(field('_onTimeout'))?.[1] ?? 'anonymous';
    const name = `timer ${field('_repeat') === 'null' ? 'after' : 'every'} ${field('_idleTimeout')} ms: ${called}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
