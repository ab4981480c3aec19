// What of a server's handles and timers is lost, and what only comes and goes.
import { grown } from '../../test/support/leftovers.js';
import type { Look } from './task.js';

type Resources = Pick<Look, 'resources'>;

/**
 * Kinds that had more at every one of `looks` than `before`: what comes and goes (a connection of the pool, a task that is just
 * under way) is fewer at one of them, what is lost at none.
 */
export function leftBehind(before: Resources, looks: readonly Resources[]): string[] {
  const fewest = new Map<string, number>();
  for (const kind of looks.flatMap((look) => Object.keys(look.resources)))
    fewest.set(kind, Math.min(...looks.map((look) => look.resources[kind] ?? 0)));
  return grown(new Map(Object.entries(before.resources)), fewest);
}
