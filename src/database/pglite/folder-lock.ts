import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { textOf } from '../error-code.js';
import { isAlive } from '../is-alive.js';

// One process at a time may have a PGlite folder open: two would corrupt it. PGlite does not guard itself, so this does.
// The lock is a file with the holder's pid and host, touched every few seconds. A dead pid on this host, or a file that
// nobody has touched for a while (a holder in another container, whose pids mean nothing here), is a lock left behind.

const TOUCH_MS = 5_000;
const STALE_MS = 30_000;

const holderSchema = z.object({ id: z.string(), pid: z.number(), host: z.string(), born: z.string().nullable() });
type Holder = z.infer<typeof holderSchema>;

/** Ids held by this process: our own pid in a file may also be a predecessor's (in a container it is always 1). */
const held = new Set<string>();

/** The folder is in use by another server. */
export class FolderInUseError extends Error {
  constructor(
    readonly path: string,
    holder: Holder | undefined,
  ) {
    const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
    super(
      `The embedded database is in use by ${who} (${path}). It serves one process: stop the other server, give this ` +
        'one its own PARLEY_DATA_DIR, or set DATABASE_URL to a PostgreSQL server that several can share.',
    );
    this.name = 'FolderInUseError';
  }
}

/** Takes the lock, over a stale one if need be, and returns how to give it back. Throws FolderInUseError. */
export function lockFolder(path: string): () => void {
  const mine: Holder = { id: randomUUID(), pid: process.pid, host: hostname(), born: bornAt(process.pid) };
  const draft = `${path}.${mine.id}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    // A link appears whole or not at all, unlike a file that is created and then written.
    if (!link(draft, path)) {
      removeIfStale(path);
      if (!link(draft, path)) throw new FolderInUseError(path, read(path));
    }
  } finally {
    rmSync(draft, { force: true });
  }
  held.add(mine.id);
  const heartbeat = setInterval(() => touch(path), TOUCH_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    if (held.delete(mine.id) && read(path)?.id === mine.id) rmSync(path, { force: true });
  };
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (textOf(error, 'code') === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(path: string): void {
  const judged = read(path);
  if (!isStale(path, judged)) throw new FolderInUseError(path, judged);
  // Between judging and removing, another process may have removed it and taken the lock: look at what was moved away.
  const aside = `${path}.stale.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (textOf(error, 'code') === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved !== undefined && moved.id !== judged?.id) link(aside, path);
  rmSync(aside, { force: true });
}

function isStale(path: string, holder: Holder | undefined): boolean {
  if (holder?.host === hostname()) {
    return holder.pid === process.pid ? !held.has(holder.id) : !isAlive(holder.pid) || isReused(holder);
  }
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_MS;
  } catch (error) {
    return textOf(error, 'code') === 'ENOENT';
  }
}

/** Whether the holder's pid now belongs to a younger process, as after a restart of the machine. */
function isReused({ pid, born }: Holder): boolean {
  const now = bornAt(pid);
  return born !== null && now !== null && born !== now;
}

/** Start of a process in clock ticks since boot (field 22 of proc_pid_stat(5)); null where there is no /proc. */
function bornAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command, field 2, is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Undefined when the file is gone or is not a lock of ours. */
function read(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under us; the database itself will say so.
  }
}
