// What a call can leave behind in this process, counted.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Processes that this one has started and that have not ended, zombies too. Linux only; empty elsewhere. */
export function childProcesses(): string[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const stat = statOf(pid);
      // "pid (command) state ppid ...": the command may hold anything, so look behind its last bracket. proc(5).
      const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(ppid) === process.pid ? [stat.slice(stat.indexOf('('), stat.lastIndexOf(')') + 3)] : [];
    });
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return ''; // it has ended since the folder was listed
  }
}

/** Handles, requests and timers that keep this process alive, by kind. */
export function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Kinds of which there are more now than before, as "Timeout: 2 more". */
export function grown(before: ReadonlyMap<string, number>, now = activeResources()): string[] {
  return [...now].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return more > 0 ? [`${kind}: ${more} more`] : [];
  });
}
