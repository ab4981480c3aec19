// A process that has served calls is faster than one that has just begun. Few sessions alone would take minutes to get
// there, so others go before them.
import { startChild } from './children.js';

const SESSIONS = 50;
const LASTING_MS = 12_000;

/** How much longer a single session is measured, so that it takes enough turns. */
export const patience = (sessions: number): number => (sessions === 1 ? 4 : 1);

/** Has a load process of its own talk to the server for a while and hang up, before `sessions` are measured. */
export async function warmUp(loadFile: string, url: string, sessions: number): Promise<void> {
  if (sessions >= SESSIONS) return;
  const load = await startChild(loadFile, [url], 1);
  await load.ask({ connect: SESSIONS });
  await new Promise<void>((resolve) => setTimeout(resolve, LASTING_MS));
  await load.stop();
}
