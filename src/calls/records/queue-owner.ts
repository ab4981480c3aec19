import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { textOf } from '../../database/error-code.js';
import { isAlive } from '../../database/is-alive.js';
import type { LostCall } from '../session-store.port.js';

// Whose the files of the queue are. Every process has a name that its files begin with, and a file `NAME.calls` that it
// touches as long as it lives and that lists the calls it has. One that is dead, or silent for minutes (the pids of another
// host mean nothing here), has its files taken over by whoever notices.

/** How often a process says that it lives, ms. */
const BEAT_MS = 30_000;
/** Silence after which it does not, ms: several beats, and the clocks of two hosts differ. */
const SILENT_MS = 180_000;
/** Calls come and go together: one write for all of this time, ms. */
const WRITE_DELAY_MS = 100;

const FILE = /^((.+)~(\d+)~[\da-z-]+)(?:~\d+\.(?:open|jsonl)|\.calls)$/;

const routeSchema = z.object({
  direction: z.enum(['inbound', 'outbound']),
  channel: z.enum(['web', 'phone']),
  from: z.string().exactOptional(),
  to: z.string().exactOptional(),
});
const openCallsSchema = z.array(
  z.object({
    sessionId: z.string(),
    userId: z.string(),
    agent: z.string(),
    startedAt: z.number(),
    route: routeSchema.exactOptional(),
  }),
);
export type OpenCall = z.infer<typeof openCallsSchema>[number];

/** Somebody who left files behind. */
export interface DeadOwner {
  readonly name: string;
  /** Names of his segments, oldest first. */
  readonly segments: readonly string[];
  /** Calls that he had when he was last heard of. */
  readonly calls: readonly LostCall[];
}

export interface QueueOwnerOptions {
  readonly folder: string;
  readonly onError: (error: unknown) => void;
}

interface Found {
  readonly host: string;
  readonly pid: number;
  readonly files: string[];
}

export class QueueOwner {
  /** Of this process, and of no other that was or will be. */
  readonly name = `${hostname()}~${process.pid}~${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  private readonly calls = new Map<string, OpenCall>();
  private readonly file: string;
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  /** The write that has not begun. */
  private next: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: QueueOwnerOptions) {
    this.file = join(options.folder, `${this.name}.calls`);
  }

  /** The folder must be there. */
  async start(): Promise<void> {
    this.heartbeat = setInterval(() => void this.write(), BEAT_MS);
    this.heartbeat.unref();
    await this.write();
  }

  began(call: OpenCall): void {
    this.calls.set(call.sessionId, call);
    this.writeSoon();
  }

  ended(sessionId: string): void {
    if (this.calls.delete(sessionId)) this.writeSoon();
  }

  /** Resolves when what was told before is in the file, or cannot be put there. */
  saved(): Promise<void> {
    return this.write();
  }

  /**
   * Who is dead and has left something. `isFirst`: nothing was written yet, so that files of this very pid are a
   * predecessor's, as in a container where it is always 1.
   */
  async dead(isFirst: boolean): Promise<readonly DeadOwner[]> {
    const owners = new Map<string, Found>();
    for (const file of (await readdir(this.options.folder)).toSorted()) {
      const [, name = '', host = '', pid] = FILE.exec(file) ?? [];
      if (name === '' || name === this.name) continue;
      const found = owners.get(name) ?? { host, pid: Number(pid), files: [] };
      found.files.push(file);
      owners.set(name, found);
    }
    const dead: DeadOwner[] = [];
    for (const [name, owner] of owners) {
      const seenAt = await this.lastSeen(owner.files);
      if (!isDead(owner, seenAt, isFirst)) continue;
      const segments = owner.files.filter((file) => !file.endsWith('.calls'));
      dead.push({ name, segments, calls: await this.callsOf(name, seenAt) });
    }
    return dead;
  }

  /** Nothing of him is needed any more. */
  async forget({ name }: DeadOwner): Promise<void> {
    await rm(join(this.options.folder, `${name}.calls`), { force: true });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.heartbeat);
    clearTimeout(this.timer);
    await this.work;
    await rm(this.file, { force: true });
  }

  private writeSoon(): void {
    if (this.isClosed) return;
    this.timer ??= setTimeout(() => void this.write(), WRITE_DELAY_MS);
  }

  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.next ??= this.work = this.work.then(() => {
      this.next = undefined;
      return this.put(JSON.stringify([...this.calls.values()]));
    });
    return this.next;
  }

  private async put(text: string): Promise<void> {
    const draft = `${this.file}.tmp`;
    try {
      await writeFile(draft, text);
      await rename(draft, this.file);
    } catch (error) {
      this.options.onError(error);
      // A full disk does not mean that we are dead.
      const now = new Date();
      await Promise.all([rm(draft, { force: true }), utimes(this.file, now, now)]).catch(this.options.onError);
    }
  }

  private async lastSeen(files: readonly string[]): Promise<number> {
    const times = files.map(async (file) => {
      const { mtimeMs } = await stat(join(this.options.folder, file)).catch(() => ({ mtimeMs: 0 }));
      return mtimeMs;
    });
    return Math.max(...(await Promise.all(times)));
  }

  private async callsOf(name: string, seenAt: number): Promise<readonly LostCall[]> {
    try {
      const text = await readFile(join(this.options.folder, `${name}.calls`), 'utf8');
      return openCallsSchema.parse(JSON.parse(text)).map((call) => ({ ...call, seenAt }));
    } catch (error) {
      // An older version kept none, or a sibling was quicker.
      if (textOf(error, 'code') !== 'ENOENT') this.options.onError(error);
      return [];
    }
  }
}

function isDead({ host, pid, files }: Found, seenAt: number, isFirst: boolean): boolean {
  const isHere = host === hostname();
  if (isHere && !isAlive(pid)) return true;
  if (isHere && isFirst && pid === process.pid) return true;
  // An older version on this host does not say that it lives.
  const tells = !isHere || files.some((file) => file.endsWith('.calls'));
  return tells && Date.now() - seenAt > SILENT_MS;
}
