// Transactions: how long a question about one client's many transactions takes, from the tool's port through
// row-level security to PostgreSQL and back, for one caller and for many at once; beside the function of the first
// migration, which read every row of the client, in the same run. The server runs in a temporary folder.
//   npm run bench -- transactions [--rows 1000000] [--embedded 100000] [--callers 20] [--questions "total,a day"]
//     [--no-baseline] [--explain] [--json FILE]
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PostgresServer } from '../../test/support/postgres-server.js';
import { Database } from '../../src/database/database.js';
import { SqlRpc } from '../../src/database/rpc/sql-rpc.js';
import { RpcBusinessData } from '../../src/payments/data/rpc-business-data.js';
import { quantile } from '../lib/statistics.js';
import { explain } from './explain.js';
import { QUESTIONS } from './questions.js';
import type { Question } from './questions.js';
import { CLIENT, rowsSql } from './rows.js';

/** Requests of each caller, and of the function that takes seconds. */
const REPEATS = 10;
const BASELINE_REPEATS = 1;
/** Pause before each question of a caller who also listens, ms: still shorter than anybody's. */
const ASKS_EVERY_MS = 1000;
const OLD_FUNCTION = {
  name: 'query_transactions',
  args: { p_client_id: 'integer', p_from: 'date', p_to: 'date', p_category: 'text', p_limit: 'integer' },
} as const;

/** `everyMs`: the mean of a caller's pauses before a question; without it he asks again as soon as he is answered. */
interface Load {
  readonly callers: number;
  readonly everyMs?: number;
}

interface Row extends Load {
  readonly where: string;
  readonly question: string;
  readonly failed: number;
  readonly p50: number;
  readonly p95: number;
}

export async function runTransactions(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      embedded: { type: 'string', default: '100000' },
      callers: { type: 'string', default: '20' },
      questions: { type: 'string' },
      baseline: { type: 'boolean', default: true },
      explain: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const many = Number(values.callers);
  const loads = [{ callers: 1 }, { callers: many }, { callers: many, everyMs: ASKS_EVERY_MS }];
  const wanted = values.questions?.split(',');
  const questions = QUESTIONS.filter(({ name }) => wanted?.includes(name) ?? true);
  const rows: Row[] = [];
  const server = await PostgresServer.create();
  try {
    const url = server.url();
    const database = await open(url);
    await fill('PostgreSQL', Number(values.rows), (sql) => server.sql(sql));
    rows.push(...(await measure(database, 'PostgreSQL', questions, loads)));
    if (values.baseline) rows.push(...(await measureBaseline(database, questions, loads.slice(0, 2))));
    await database.close();
    if (values.explain) await explain(url);
  } finally {
    await server.destroy();
  }
  if (Number(values.embedded) > 0) {
    const database = await open('memory://');
    await fill('PGlite', Number(values.embedded), (sql) => database.prisma.$executeRawUnsafe(sql));
    rows.push(...(await measure(database, 'PGlite', questions, loads)));
    await database.close();
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}

const open = (url: string): Promise<Database> =>
  Database.open({ url, dataDir: '', log: { info: () => undefined, warn: console.warn } });

async function fill(where: string, rows: number, run: (sql: string) => Promise<unknown>): Promise<void> {
  const began = performance.now();
  for (const sql of rowsSql(rows)) await run(sql);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `\n${where}: ${rows.toLocaleString('en-US')} transactions of one client, written in ${seconds.toFixed(1)} s`,
  );
  console.log('question                                     callers failed     p50     p95 ms');
}

async function measure(
  database: Database,
  where: string,
  questions: readonly Question[],
  loads: readonly Load[],
): Promise<Row[]> {
  const data = new RpcBusinessData(new SqlRpc(database));
  const rows: Row[] = [];
  for (const question of questions) {
    const ask = async () => {
      const report = await data.queryTransactions({ clientId: CLIENT, limit: 5, ...question.query }, access());
      if (report === undefined || report.count === 0) throw new Error(`Nothing found: ${question.name}.`);
    };
    await ask();
    for (const load of loads) rows.push(await time(where, question.name, load, REPEATS, ask));
  }
  return rows;
}

async function measureBaseline(
  database: Database,
  questions: readonly Question[],
  loads: readonly Load[],
): Promise<Row[]> {
  const rpc = new SqlRpc(database);
  const rows: Row[] = [];
  for (const { name, before } of questions) {
    if (before === undefined) continue;
    const args = {
      p_client_id: CLIENT,
      p_from: before.from ?? null,
      p_to: before.to ?? null,
      p_category: before.category ?? null,
      p_limit: 5,
    };
    const ask = async () => {
      await rpc.call(OLD_FUNCTION, args, access());
    };
    await ask();
    for (const load of loads) rows.push(await time('before', `${name}, as before`, load, BASELINE_REPEATS, ask));
  }
  return rows;
}

/** Callers at once, each with one question after the other. */
async function time(
  where: string,
  question: string,
  load: Load,
  repeats: number,
  ask: () => Promise<void>,
): Promise<Row> {
  const times: number[] = [];
  const failures = new Map<string, number>();
  const { callers, everyMs = 0 } = load;
  const caller = async () => {
    for (let n = 0; n < repeats; n += 1) {
      if (everyMs > 0) await sleep(everyMs * (0.5 + Math.random()));
      const began = performance.now();
      try {
        await ask();
        times.push(performance.now() - began);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failures.set(why, (failures.get(why) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const failed = [...failures.values()].reduce((sum, one) => sum + one, 0);
  const row = { where, question, ...load, failed, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
  const numbers = [row.p50, row.p95].map((ms) => ms.toFixed(1).padStart(7)).join(' ');
  const rhythm = everyMs > 0 ? `, with pauses of ${everyMs / 1000} s` : '';
  console.log(
    `${(question + rhythm).padEnd(44)} ${String(callers).padStart(7)} ${String(failed).padStart(6)} ${numbers}`,
  );
  for (const [why, times] of failures) console.log(`  ${times} times: ${why}`);
  return row;
}

const access = () => ({
  caller: { userId: 'bench', claims: {}, accessToken: '' },
  signal: AbortSignal.timeout(30_000),
});
