// Shares as people write them: `whisper:10,deepgram>whisper:90` in the environment, an object over HTTP.
import type { RolloutEntry, RolloutShares } from './shares.port.js';

/** More than anybody can watch. */
const MAX_ENTRIES = 16;
/** Shares are compared in hundredths of a percent, because 0.1 + 0.2 is not 0.3. */
const UNITS_PER_PERCENT = 100;

/** The client does their work: nobody of ours can take over from them, or they from us. */
const STAND_ALONE = ['browser', 'webspeech'];

/** A share as it was written: its name, and percent as a number. */
interface WrittenEntry {
  readonly name: string;
  readonly share: number;
}

export interface ReadShares {
  /** Empty when there are faults. */
  readonly entries: readonly RolloutEntry[];
  /** One sentence each; no sentence repeats what was written. */
  readonly faults: readonly string[];
}

/** `deepgram>whisper`, the name of an entry and of the chain that serves it. */
export const entryName = ({ providers }: Pick<RolloutEntry, 'providers'>): string => providers.join('>');

/** Reads `name:percent,name:percent`; `names` are the providers that there are. */
export function parseShares(text: string, names: readonly string[]): ReadShares {
  const written = text
    .split(',')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece): WrittenEntry => {
      const [, name = '', share = ''] = /^([^:]*):\s*(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(piece) ?? [];
      return { name, share: share === '' ? NaN : Number(share) };
    });
  return readShares(written, names);
}

/** Checks entries that were written down, and takes their chains apart. */
export function readShares(written: readonly WrittenEntry[], names: readonly string[]): ReadShares {
  const entries = written.map(({ name, share }): RolloutEntry => {
    const [first = '', ...rest] = name.split('>').map((part) => part.trim());
    return { providers: [first, ...rest], share };
  });
  const faults = [...listFaults(entries), ...entries.flatMap((entry, index) => entryFaults(entry, index + 1, names))];
  return faults.length === 0 ? { entries, faults } : { entries: [], faults };
}

/** The entry that takes over for the others unless somebody says otherwise: the largest share, of equal ones the first. */
export function largest(entries: readonly RolloutEntry[]): string {
  const [first, ...rest] = entries;
  if (first === undefined) throw new RangeError('a rollout needs at least one entry');
  return rest.reduce((best, entry) => (entry.share > best.share ? entry : best), first).providers[0];
}

/** Shares of which nobody has said who is the baseline. */
export const sharesOf = (entries: readonly RolloutEntry[]): RolloutShares => ({ entries, baseline: largest(entries) });

function listFaults(entries: readonly RolloutEntry[]): string[] {
  if (entries.length === 0) return ['there is no entry; write for example deepgram:90,whisper:10'];
  if (entries.length > MAX_ENTRIES) return [`there are more than ${MAX_ENTRIES} entries`];
  const firsts = entries.map(({ providers }) => providers[0]);
  if (!firsts.includes('') && new Set(firsts).size < firsts.length) {
    return ['two entries begin with the same provider, and could not be told apart'];
  }
  const units = entries.reduce((sum, { share }) => sum + Math.round(share * UNITS_PER_PERCENT), 0);
  return Number.isNaN(units) || units === 100 * UNITS_PER_PERCENT
    ? []
    : [`the shares add up to ${units / UNITS_PER_PERCENT}, not to 100`];
}

function entryFaults({ providers, share }: RolloutEntry, position: number, names: readonly string[]): string[] {
  const entry = `entry ${position}`;
  if (providers[0] === '') return [`${entry} must be a provider and its percent, for example deepgram:90`];
  return [
    ...(providers.every((name) => names.includes(name)) ? [] : [`${entry} must name providers of ${names.join(', ')}`]),
    ...(new Set(providers).size === providers.length ? [] : [`${entry} names a provider twice`]),
    ...(providers.length === 1 || !providers.some((name) => STAND_ALONE.includes(name))
      ? []
      : [`${entry} has a chain with ${STAND_ALONE.join(' or ')}, which can only stand alone`]),
    ...(isShare(share) ? [] : [`${entry} needs a share from 0 to 100 with at most two decimals`]),
  ];
}

function isShare(share: number): boolean {
  const units = share * UNITS_PER_PERCENT;
  return share >= 0 && share <= 100 && Math.abs(units - Math.round(units)) < 1e-6;
}
