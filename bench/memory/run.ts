// What a worker takes that has nothing to do, and what a call takes: npm run bench -- memory [--calls 200] [--only PART OF A ROW'S NAME]
// The first are real workers as `npm start` runs them in production, looked at from outside (Linux: /proc); the second is measured
// in a server with providers in its own process, after a collection, without calls, with so many that are silent and as many
// that talk.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../src/database/package-root.js';
import { PostgresServer } from '../../test/support/postgres-server.js';
import { startChild } from '../lib/children.js';
import type { Look, ServerTask } from '../soak/task.js';

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));
const SERVER = fileURLToPath(new URL('../soak/server.js', import.meta.url));
const LOAD = fileURLToPath(new URL('../engine/load.js', import.meta.url));
const MB = 1_048_576;
/** After which an idle worker is looked at: what is loaded in the background has been, ms. */
const IDLE_MS = 20_000;
const FIRST_BOOT_MS = 10_000;
const TALK_MS = 20_000;
const BOOT_MS = 60_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const mb = (bytes: number): string => `${Math.round(bytes / MB)} MB`;

/** Recogniser, model and voice of vendors, who are never asked. */
const VENDORS = {
  STREAM_STT_PROVIDER: 'deepgram',
  DEEPGRAM_API_KEY: 'none',
  STREAM_LLM_PROVIDER: 'openai',
  STREAM_TTS_PROVIDER: 'openai',
  OPENAI_API_KEY: 'none',
};
const KEYLESS = { STREAM_STT_PROVIDER: 'pocketsphinx', STREAM_LLM_PROVIDER: 'rules', STREAM_TTS_PROVIDER: 'flite' };

/** Bytes of a line of /proc/PID/smaps_rollup. */
function sizeOf(pid: number, name: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
}

/** Twice: what is made at the first boot (a database, a language model) is there at all others. */
async function worker(name: string, env: Readonly<Record<string, string>>, node: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-memory-'));
  try {
    await booted(folder, env, node, FIRST_BOOT_MS);
    const { resident, own } = await booted(folder, env, node, IDLE_MS);
    console.log(`${name.padEnd(52)} ${mb(resident).padStart(7)} ${mb(own).padStart(7)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function booted(
  folder: string,
  env: Readonly<Record<string, string>>,
  node: readonly string[],
  forMs: number,
): Promise<{ readonly resident: number; readonly own: number }> {
  const child = fork(MAIN, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      STREAM_WS_PORT: '0',
      JWT_SECRET: 'a secret for the benchmark, long enough',
      STREAM_CORS_ORIGIN: 'https://bench.example.com',
      PARLEY_DATA_DIR: join(folder, 'data'),
      AGENTS_DIR: join(packageRoot(), 'agents'),
      LOG_LEVEL: 'error',
      ...env,
    },
    execArgv: [...node],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  try {
    await Promise.race([
      once(child, 'message', { signal: AbortSignal.timeout(BOOT_MS) }),
      exited.then(([code]) => Promise.reject(new Error(`the worker ended with ${String(code)}`))),
    ]);
    await pause(forMs);
    const pid = child.pid ?? 0;
    return { resident: sizeOf(pid, 'Rss'), own: sizeOf(pid, 'Private_Dirty') };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** What `calls` calls take, silent and talking, of each. */
async function perCall(databaseUrl: string, calls: number): Promise<void> {
  const task: ServerTask = { databaseUrl };
  const server = await startChild<{ url: string }>(SERVER, [JSON.stringify(task)], 0);
  const row = async (what: string, talking: boolean): Promise<void> => {
    const load = await startChild(LOAD, [server.hello.url], 1);
    const before = await server.ask<Look>({});
    await load.ask({ connect: calls, talking });
    await pause(talking ? TALK_MS : 5000);
    const during = await server.ask<Look>({});
    const kb = (value: (look: Look) => number): string =>
      `${((value(during) - value(before)) / calls / 1024).toFixed(0)} KB`.padStart(8);
    console.log(
      `${what.padEnd(12)} ${kb((look) => look.heap)} ${kb((look) => look.external)} ${kb((look) => look.rss - look.young)}`,
    );
    await load.stop();
    // They wait for their callers for ten seconds.
    await pause(15_000);
  };
  try {
    // What is made once is made.
    const warm = await startChild(LOAD, [server.hello.url], 1);
    await warm.ask({ connect: 20, talking: true });
    await pause(8000);
    await warm.stop();
    await pause(15_000);
    console.log(`a call of ${calls}     heap buffers resident`);
    await row('silent', false);
    await row('talking', true);
  } finally {
    await server.stop();
  }
}

export async function runMemory(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { calls: { type: 'string', default: '200' }, only: { type: 'string', default: '' } },
  });
  const postgres = await PostgresServer.create();
  try {
    const server = { DATABASE_URL: postgres.url() };
    const usual = ['--max-semi-space-size=64'];
    console.log(`an idle worker, ${IDLE_MS / 1000} s after its boot${' '.repeat(19)} resident, its own`);
    const workers: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
      ['vendors, PostgreSQL', { ...VENDORS, ...server }, usual],
      ['vendors, PostgreSQL, --max-semi-space-size=16', { ...VENDORS, ...server }, ['--max-semi-space-size=16']],
      ['keyless, PostgreSQL', { ...KEYLESS, ...server }, usual],
      ['vendors, embedded database in files', VENDORS, usual],
      ['keyless, embedded database in files', KEYLESS, usual],
    ];
    for (const [name, env, node] of workers) if (name.includes(values.only)) await worker(name, env, node);
    if (values.only !== '') return;
    await perCall(postgres.url(), Number(values.calls));
  } finally {
    await postgres.destroy();
  }
}
