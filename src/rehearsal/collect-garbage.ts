import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what a boot and its rehearsal leave behind: of 470 MB 145, in a quarter of a second. When a process is killed, the
 * kernel closes its sockets only when it has taken all its memory back (0.3 ms a MB), so that its clients notice the sooner.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
