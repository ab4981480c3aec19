import type { Found, Target } from './target.js';
import { REQUEST_TARGETS } from './targets/requests.js';
import { SOUND_TARGETS } from './targets/sound.js';
import { VENDOR_TARGETS } from './targets/vendors.js';
import { WIRE_TARGETS } from './targets/wires.js';

export const TARGETS: readonly Target[] = [...WIRE_TARGETS, ...SOUND_TARGETS, ...VENDOR_TARGETS, ...REQUEST_TARGETS];

const SHARES = TARGETS.reduce((sum, { share }) => sum + share, 0);

/** How often a target is run when all of them together are run `executions` times; once at least. */
export const shareOf = ({ share }: Target, executions: number): number => Math.ceil((executions * share) / SHARES);

/** Runs one target; tells of each execution, so that whoever watches sees one that never ends. */
export async function fuzz(
  target: Target,
  executions: number,
  seed: number,
  ran: () => void,
): Promise<Found | undefined> {
  return target.property.run({ executions, seed, ran });
}
