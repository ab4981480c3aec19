// The thread of the embedded database. PGlite runs PostgreSQL in WebAssembly, synchronously: a query takes 3 to 15 ms of
// CPU during which, on the thread that carries the audio, every call would stutter. Here the Prisma adapter and PGlite live
// together, and what crosses the thread is what the adapter's interface says. Started from the source by Node itself under
// Jest: so no imports of other files of ours, and only TypeScript that can be erased.
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite/vector';
import type { SqlDriverAdapter, SqlQuery, Transaction } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

interface Target {
  readonly adapter: SqlDriverAdapter | Transaction;
  readonly pglite: PGlite;
}

/** As in ../transaction.port.ts. */
interface Statement {
  readonly text: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** `target` is what a request is for: 0 is the database, further ones are transactions and shadow databases. */
type Request = { readonly id: number; readonly target: number } & (
  | { readonly op: 'queryRaw' | 'executeRaw'; readonly query: SqlQuery }
  | { readonly op: 'run'; readonly statements: readonly Statement[] }
  | { readonly op: 'script'; readonly script: string }
  | { readonly op: 'begin' | 'commit' | 'rollback' | 'shadow' | 'dump' | 'dispose' | 'close' }
);

const { dataDir, imageFile, firstTarget } = workerData as {
  dataDir: string | undefined;
  imageFile: string | undefined;
  firstTarget: number;
};
// Elsewhere a process has one priority for all its threads. The audio goes first where both want the same core.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
const AS_TEXT = { [types.JSON]: (text: string) => text, [types.JSONB]: (text: string) => text };
const targets = new Map<number, Target>();
let lastTarget = firstTarget;

async function load(): Promise<{ loadDataDir: Blob } | undefined> {
  return imageFile === undefined ? undefined : { loadDataDir: new Blob([await readFile(imageFile)]) };
}

async function open(from: { dataDir?: string; loadDataDir?: Blob }): Promise<Target> {
  const pglite = await PGlite.create({ ...from, extensions: { pg_trgm, vector } });
  // The adapter sends times without a zone and reads them as UTC.
  await pglite.exec(`set time zone 'UTC'`);
  return { pglite, adapter: await new PrismaPGlite(pglite).connect() };
}

function add(target: Target): number {
  lastTarget += 1;
  targets.set(lastTarget, target);
  return lastTarget;
}

/** The first value of the last statement's first row, as text: JSON is read on the other side. */
function run(pglite: PGlite, statements: readonly Statement[]): Promise<string | null> {
  return pglite.transaction(async (transaction) => {
    let rows: readonly Statement['values'][] = [];
    for (const { text, values } of statements) {
      ({ rows } = await transaction.query<Statement['values']>(text, [...values], {
        rowMode: 'array',
        parsers: AS_TEXT,
      }));
    }
    const value = rows[0]?.[0] ?? null;
    return value === null ? null : String(value);
  });
}

async function answer(request: Request): Promise<unknown> {
  const target = targets.get(request.target);
  if (target === undefined) throw new Error('PGlite is closed');
  const { adapter, pglite } = target;
  switch (request.op) {
    case 'queryRaw':
      return adapter.queryRaw(request.query);
    case 'executeRaw':
      return adapter.executeRaw(request.query);
    case 'run':
      return run(pglite, request.statements);
    case 'script':
      // All of it is one simple query, and so one transaction. The adapter's own does not wait for its end.
      await pglite.exec(request.script);
      return undefined;
    case 'begin':
      return 'startTransaction' in adapter ? add({ pglite, adapter: await adapter.startTransaction() }) : undefined;
    case 'commit':
    case 'rollback':
      targets.delete(request.target);
      return 'commit' in adapter ? adapter[request.op]() : undefined;
    case 'shadow':
      // What migrations are tried on is empty, whatever the image holds.
      return add(await open({}));
    case 'dump':
      await pglite.exec('checkpoint');
      return new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer());
    case 'dispose':
    case 'close':
    default:
      targets.delete(request.target);
      return pglite.close();
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? `${value}` : '');

/** What of an error survives the way: the adapter's own cause, PostgreSQL's fields, the message. */
function describe(error: unknown): Record<string, unknown> {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  // Errors of the file system in WebAssembly are objects without a message.
  const {
    message = `PGlite: ${textOf(fields['name'] ?? error)} ${textOf(fields['errno'])}`.trimEnd(),
    code,
    severity,
    detail,
    column,
    hint,
  } = fields;
  if (fields['name'] === 'DriverAdapterError') return { message, driver: fields['cause'] };
  if (typeof code !== 'string' || typeof severity !== 'string') return { message };
  return { message, driver: { kind: 'postgres', code, originalCode: code, severity, message, detail, column, hint } };
}

async function reply(id: number, work: () => Promise<unknown>): Promise<void> {
  try {
    parentPort?.postMessage({ id, value: await work() });
  } catch (error) {
    parentPort?.postMessage({ id, error: describe(error) });
  }
}

async function handle(request: Request): Promise<void> {
  await reply(request.id, () => answer(request));
  if (request.op === 'close') parentPort?.close();
}

// The first answer, number 0, says that the database is open.
await reply(0, async () => {
  targets.set(0, await open({ ...(dataDir === undefined ? {} : { dataDir }), ...(await load()) }));
});
parentPort?.on('message', (request: Request) => void handle(request));
