// Whether a server stays as it is under calls that come and go for a long time.
//   npm run soak [-- --calls 150 --minutes 20 --connects 20000] [--leak memory|timers|processes] [--json FILE]
// The product as in production with a real PostgreSQL, callers in a process of their own: calls that talk, are interrupted, end in
// every way and begin again, and short connects beside them, with a token, without, and cut in the handshake. Fails (exit code 1)
// where memory grows beyond its noise after the first quarter, where handles, timers or processes are left, where a call is open in
// the database in the end or has no row, and where a call was closed or refused that should not have been. With --leak the server
// loses something with each call: then the run has to fail.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PostgresServer } from '../../test/support/postgres-server.js';
import { type Child, startChild } from '../lib/children.js';
import { grows, growthOf } from './growth.js';
import { leftBehind } from './left-behind.js';
import { type Leak, LEAKS, type LoadReport, type LoadTask, type Look, type ServerTask } from './task.js';

const SERVER = fileURLToPath(new URL('server.js', import.meta.url));
const LOAD = fileURLToPath(new URL('load.js', import.meta.url));
const MB = 1_048_576;
/** What is made once for all calls is there after these. */
const WARM_UP: LoadTask = { calls: 20, forMs: 10_000, connects: 50 };
/** How long what calls have left may take to be gone, ms: the deadline of the summary of a call is 120 s, and nobody cancels it. */
const QUIET_MS = 150_000;
/** Looks, one a second, within which an unused connection of the pool is closed. */
const POOL_LOOKS = 35;
/** Least growth that counts, bytes and as a part: V8 gives memory back when it likes. */
const HEAP = [4 * MB, 0.05] as const;
const RSS = [24 * MB, 0.08] as const;
/** Node reads sockets into pieces of 64 KiB, which the last frame of each call keeps. */
const BUFFERS = [16 * MB, 0.15] as const;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Sample extends Look {
  /** Since the beginning, s. */
  readonly at: number;
}

interface Rows {
  readonly all: number;
  readonly open: number;
  /** Calls whose summary is not written yet. */
  readonly unsummarised: number;
}

const isDone = ({ open, unsummarised }: Rows): boolean => open === 0 && unsummarised === 0;

async function rowsOf(postgres: PostgresServer): Promise<Rows> {
  const { rows } = await postgres.query(
    `select count(*)::int as all, count(*) filter (where ended_at is null)::int as open,
      (select count(*)::int from call_summaries where status in ('queued', 'working')) as unsummarised
    from calls`,
  );
  return rows[0] as unknown as Rows;
}

type Looks = readonly [Look, ...Look[]];

/** Looks until it `isQuiet` by all looks up to then, or for so long that it will not be. The latest look comes first. */
async function settle(server: Child<unknown>, isQuiet: (looks: Looks) => boolean | Promise<boolean>): Promise<Looks> {
  const until = performance.now() + QUIET_MS;
  let looks: Looks = [await server.ask<Look>({})];
  while (!(await isQuiet(looks)) && performance.now() < until) {
    await pause(1000);
    looks = [await server.ask<Look>({}), ...looks];
  }
  return looks;
}

interface Settings {
  readonly calls: number;
  readonly minutes: number;
  readonly connects: number;
  readonly leak: Leak | undefined;
}

const OPTIONS = {
  calls: { type: 'string', default: '150' },
  minutes: { type: 'string', default: '20' },
  connects: { type: 'string', default: '20000' },
  leak: { type: 'string' },
  json: { type: 'string' },
} as const;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch {
    return undefined;
  }
}

/** Undefined for what cannot be meant. */
function settingsOf(args: readonly string[]): (Settings & { readonly json: string | undefined }) | undefined {
  const values = valuesOf(args);
  if (values === undefined) return undefined;
  const [calls, minutes, connects] = [Number(values.calls), Number(values.minutes), Number(values.connects)];
  const leak = LEAKS.find((each) => each === values.leak);
  const isRight = calls >= 1 && minutes >= 0.5 && connects >= 0 && (values.leak === undefined || leak !== undefined);
  return isRight ? { calls, minutes, connects, leak, json: values.json } : undefined;
}

const mb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

async function soak({ calls, minutes, connects, leak }: Settings, postgres: PostgresServer) {
  const task: ServerTask = { databaseUrl: postgres.url(), leak };
  const server = await startChild<{ url: string }>(SERVER, [JSON.stringify(task)], 0);
  const load = await startChild(LOAD, [server.hello.url], 1);
  try {
    await load.ask<LoadReport>(WARM_UP);
    const [warm] = await settle(server, async () => isDone(await rowsOf(postgres)));
    // The pool's connections have come and gone by then.
    const [before] = await settle(server, (looks) => leftBehind(warm, looks).length === 0 && looks.length > POOL_LOOKS);

    const samples: Sample[] = [];
    const began = performance.now();
    const done = load.ask<LoadReport>({ calls, forMs: minutes * 60_000, connects } satisfies LoadTask);
    const every = Math.min(15_000, (minutes * 60_000) / 16);
    for (;;) {
      const isOver = await Promise.race([pause(every).then(() => false), done.then(() => true)]);
      if (isOver) break;
      const look = await server.ask<Look>({});
      const sample = { ...look, at: Math.round((performance.now() - began) / 1000) };
      samples.push(sample);
      const { at, heap, external, rss } = sample;
      process.stdout.write(`${String(at).padStart(5)} s  heap ${mb(heap)}, external ${mb(external)}, rss ${mb(rss)}\n`);
    }
    const report = await done;
    const looks = await settle(
      server,
      async (looks) =>
        leftBehind(before, looks).length === 0 &&
        looks[0].children.length <= before.children.length &&
        isDone(await rowsOf(postgres)),
    );
    return { samples, report, before, after: looks[0], left: leftBehind(before, looks), rows: await rowsOf(postgres) };
  } finally {
    await load.stop();
    await server.stop();
  }
}

type Soaked = Awaited<ReturnType<typeof soak>>;

/** What is wrong, in sentences; nothing when all is well. */
function faultsOf({ samples, report, before, after, left, rows }: Soaked, minutes: number) {
  const plateau = samples.filter(({ at }) => at >= minutes * 15);
  const at = plateau.map((sample) => sample.at);
  const line = (value: (sample: Sample) => number) => growthOf(at, plateau.map(value));
  const heap = line((sample) => sample.heap);
  const external = line((sample) => sample.external);
  // The young generation grows to what it may, and is no leak.
  const rss = line((sample) => sample.rss - sample.young);
  const faults: string[] = [];
  if (plateau.length < 5) faults.push(`only ${plateau.length} samples: soak for longer`);
  if (grows(heap, ...HEAP)) faults.push(`the heap has grown by ${mb(heap.growth)}`);
  if (grows(external, ...BUFFERS)) faults.push(`buffers have grown by ${mb(external.growth)}`);
  if (grows(rss, ...RSS)) faults.push(`resident memory has grown by ${mb(rss.growth)}`);
  for (const kind of left) faults.push(`left behind: ${kind}`);
  const children = after.children.length - before.children.length;
  if (children > 0) faults.push(`left behind: ${children} processes (${after.children.join(', ')})`);
  if (rows.open > 0) faults.push(`${rows.open} calls are open in the database`);
  if (rows.unsummarised > 0) faults.push(`${rows.unsummarised} calls wait for their summary`);
  if (rows.all < report.started) faults.push(`${report.started} calls began, and ${rows.all} have a row`);
  for (const [what, times] of Object.entries(report.unexpected)) faults.push(`${times} times: ${what}`);
  return { faults, heap, external, rss };
}

export async function runSoak(args: readonly string[]): Promise<void> {
  const settings = settingsOf(args);
  if (settings === undefined) {
    process.stderr.write(
      `Usage: npm run soak [-- --calls 150 --minutes 20 --connects 20000] [--leak ${LEAKS.join('|')}] [--json FILE]\n`,
    );
    process.exitCode = 2;
    return;
  }
  const { json = '.parley/soak.json', ...rest } = settings;
  const postgres = await PostgresServer.create();
  try {
    const soaked = await soak(rest, postgres);
    const { faults, heap, external, rss } = faultsOf(soaked, rest.minutes);
    const { report, rows, after } = soaked;
    const drift = (growth: { mean: number; growth: number; noise: number }): string =>
      `${mb(growth.mean)}, ${growth.growth >= 0 ? '+' : ''}${mb(growth.growth)} (noise ${mb(growth.noise)})`;
    process.stdout.write(
      [
        `${rest.calls} calls at a time for ${rest.minutes} min: ${report.started} calls, ${report.turns} turns, ${report.bargeIns} interruptions`,
        `ended: ${JSON.stringify(report.ended)}`,
        `short connects: ${JSON.stringify(report.connects)}`,
        `heap after collection ${drift(heap)}; buffers ${drift(external)}; resident ${drift(rss)}`,
        `in the end: ${rows.all} rows, ${rows.open} open, ${rows.unsummarised} without their summary; ${JSON.stringify(after.resources)}; ${after.children.length} processes`,
        faults.length === 0 ? 'nothing grows, and nothing is left behind' : `FAILED: ${faults.join('; ')}`,
        '',
      ].join('\n'),
    );
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, JSON.stringify({ ...rest, faults, heap, external, rss, ...soaked }, undefined, 2));
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await postgres.destroy();
  }
}
