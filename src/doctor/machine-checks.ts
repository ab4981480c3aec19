import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Config } from '../config/config.token.js';
import { untilAborted } from '../deadline/until-aborted.js';
import { openPool } from '../database/postgres/postgres-pool.js';
import { textOf } from '../database/error-code.js';
import { Fault, Warning } from './check.js';
import type { Check } from './check.js';

// What a machine needs that holds calls: open files, room, a disk that stays, a clock.

/** A call's own socket, those to its recogniser, model and voice. */
const FILES_PER_CALL = 4;
/** The database, Redis, listeners, files that are being written. */
const FILES_BESIDE = 256;
/** A day of recordings of a busy server, and the records of an hour without a database, bytes. */
const ROOM_BYTES = 2 * 1024 ** 3;
/** Tokens end and links expire by it, s. */
const CLOCK_TOLERANCE_S = 2;

/** Types of file systems that go away (statfs(2)): tmpfs, ramfs, and the layer of a container, which is an overlay. */
const FLEETING: ReadonlyMap<number, string> = new Map([
  [0x0102_1994, 'memory, gone at the next start of the machine'],
  [0x8584_58f6, 'memory, gone at the next start of the machine'],
  [0x794c_7630, 'the container’s own layer, gone with the container'],
]);

export function filesCheck(
  { STREAM_MAX_SESSIONS: sessions }: Pick<Config, 'STREAM_MAX_SESSIONS'>,
  limit: () => Promise<number> = openFiles,
): Check {
  return {
    name: 'production open files',
    run: async () => {
      const [has, needs] = [await limit(), FILES_PER_CALL * sessions + FILES_BESIDE];
      if (has >= needs) return has === Infinity ? 'without a limit' : String(has);
      throw new Fault(
        `${has} may be open (ulimit -n), and ${sessions} calls (STREAM_MAX_SESSIONS) need ${needs}. Raise it (LimitNOFILE of a unit, ulimits of a container), or lower STREAM_MAX_SESSIONS.`,
      );
    },
  };
}

/** Of a process that this one starts, as the server's: Node raises its own to what is allowed. */
async function openFiles(): Promise<number> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
  return stdout.trim() === 'unlimited' ? Infinity : Number(stdout);
}

export interface FileSystem {
  readonly type: number;
  readonly bavail: number;
  readonly bsize: number;
}

export function foldersCheck(
  { PARLEY_DATA_DIR: data, RECORDINGS_DIR: recordings }: Pick<Config, 'PARLEY_DATA_DIR' | 'RECORDINGS_DIR'>,
  look: (folder: string) => Promise<FileSystem> = statfs,
): Check {
  return {
    name: 'production folders',
    run: async () => {
      const warnings: string[] = [];
      for (const folder of [data, ...(recordings === undefined ? [] : [recordings])]) {
        const system = await lookAt(folder, look);
        const free = system.bavail * system.bsize;
        const fleeting = FLEETING.get(system.type);
        if (fleeting !== undefined) warnings.push(`${folder} is in ${fleeting}: put it on a disk or a volume`);
        if (free < ROOM_BYTES) {
          warnings.push(`${folder} has ${Math.floor(free / 1024 ** 2)} MB left: make it ${ROOM_BYTES / 1024 ** 2}`);
        }
      }
      return warnings.length === 0 ? undefined : new Warning(`${warnings.join('; ')}.`);
    },
  };
}

async function lookAt(folder: string, look: (folder: string) => Promise<FileSystem>): Promise<FileSystem> {
  try {
    await mkdir(folder, { recursive: true });
    return await look(folder);
  } catch (error) {
    throw new Fault(
      `${folder} cannot be used (${textOf(error, 'code') ?? 'unknown reason'}). Give it to the server's user.`,
    );
  }
}

export const userCheck = (uid: number | undefined): Check => ({
  name: 'production user',
  run: () =>
    Promise.resolve(
      uid === 0
        ? new Warning('this is root. Run the server as a user of its own, and the doctor as that one.')
        : undefined,
    ),
});

/** Beside the clock of the database, or of Redis: those are the ones that others go by too. */
export function clockCheck({ DATABASE_URL: database, REDIS_URL: redis }: Clocks, now = () => Date.now()): Check {
  return {
    name: 'production clock',
    run: async (signal) => {
      const there = database?.startsWith('postgres') === true ? timeOfDatabase(database) : timeOfRedis(redis);
      const asked = now();
      const other = await untilAborted(there, signal).catch(() => undefined);
      // The answer was made between the question and now.
      const late = (now() - asked) / 2;
      if (other === undefined) return new Warning('there is no database or Redis that it could be compared with.');
      const seconds = (asked + late - other) / 1000;
      if (Math.abs(seconds) <= CLOCK_TOLERANCE_S + late / 1000) return undefined;
      const word = seconds > 0 ? 'ahead of' : 'behind';
      throw new Fault(
        `this machine is ${Math.abs(seconds).toFixed(0)} s ${word} the ${database === undefined ? 'Redis' : 'database'}: tokens end at the wrong time. Let both be set by NTP (chrony, systemd-timesyncd).`,
      );
    },
  };
}

type Clocks = Pick<Config, 'DATABASE_URL' | 'REDIS_URL'>;

/** ms since 1970. */
async function timeOfDatabase(url: string): Promise<number> {
  const pool = openPool(url, 1, () => undefined);
  try {
    const { rows } = await pool.query<{ readonly ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    return Number(rows[0]?.ms);
  } finally {
    await pool.end();
  }
}

async function timeOfRedis(url: string | undefined): Promise<number | undefined> {
  if (url === undefined) return undefined;
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1000 + Number(micros) / 1000;
  } finally {
    redis.disconnect();
  }
}
