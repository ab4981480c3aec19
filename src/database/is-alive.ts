import { textOf } from './error-code.js';

/** Whether a process of this host runs: what it has locked or left is then still its own. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return textOf(error, 'code') === 'EPERM';
  }
}
