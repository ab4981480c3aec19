import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.token.js';
import { openBackend } from '../database/backend.js';
import { databaseFault } from '../database/database-fault.js';
import { causeOf, textOf } from '../database/error-code.js';
import { openPool } from '../database/postgres/postgres-pool.js';
import { Fault } from './check.js';
import type { Check } from './check.js';
import { judgeRights, RIGHTS_QUERY } from './rights.js';

function faultOf(error: unknown): Fault {
  return new Fault(databaseFault(error) ?? `does not answer a query (${textOf(error, 'name') ?? 'unknown reason'}).`);
}

export interface DatabaseFacts {
  /** What it is and which version, or where it will be. */
  readonly what: string;
  /** Names of the extensions that it has, or will have. */
  readonly extensions: readonly string[];
}

/** Opens the database once for all who ask. Rejects with a Fault. */
export type AskDatabase = () => Promise<DatabaseFacts>;

const QUESTION =
  "select current_setting('server_version') as version, (select string_agg(extname, ' ') from pg_extension) as extensions";
/** What the embedded database brings (database/pglite). */
const EMBEDDED = ['pg_trgm', 'vector'];

const factsOf = (version: unknown, extensions: unknown, prefix = ''): DatabaseFacts => ({
  what: `${prefix}PostgreSQL ${String(version).split(' ')[0] ?? ''}`,
  extensions: String(extensions).split(' '),
});

/** Asks the server. Rejects with the driver's error. */
async function askServer(url: string): Promise<DatabaseFacts> {
  const pool = openPool(url, 1, () => undefined);
  try {
    const { rows } = await pool.query<{ readonly version: string; readonly extensions: string }>(QUESTION);
    return factsOf(rows[0]?.version, rows[0]?.extensions);
  } finally {
    await pool.end();
  }
}

/** Opens the embedded database. Rejects with a FolderInUseError while a server has it open. */
async function askEmbedded(dataDir: string): Promise<DatabaseFacts> {
  const backend = await openBackend({ dataDir, onIdleError: () => undefined });
  try {
    const connection = await backend.adapter.connect();
    const { rows } = await connection.queryRaw({ sql: QUESTION, args: [], argTypes: [] });
    return factsOf(rows[0]?.[0], rows[0]?.[1], 'embedded ');
  } finally {
    await backend.close();
  }
}

/** Makes and migrates nothing: that is the server's business. */
async function askDatabase({ DATABASE_URL: url, PARLEY_DATA_DIR: dataDir }: Config): Promise<DatabaseFacts> {
  if (url === 'memory://') return { what: 'in memory, gone when the server ends', extensions: EMBEDDED };
  if (url === undefined && !existsSync(join(dataDir, 'db', 'complete'))) {
    return { what: 'embedded, made at the first start', extensions: EMBEDDED };
  }
  try {
    return await (url === undefined ? askEmbedded(dataDir) : askServer(url));
  } catch (error) {
    // A server that runs on this folder has it open, and so it works.
    if (textOf(error, 'name') === 'FolderInUseError') {
      return { what: 'embedded, in use by a running server', extensions: EMBEDDED };
    }
    throw faultOf(error);
  }
}

export function asking(config: Config): AskDatabase {
  let asked: Promise<DatabaseFacts> | undefined;
  return () => (asked ??= askDatabase(config));
}

/** Whether the database opens and answers. */
export const databaseCheck = (ask: AskDatabase): Check => ({ name: 'database', run: async () => (await ask()).what });

/** Who may get past the policies of the tables on a server. An embedded database is reached by its own process alone. */
export function rightsCheck({ DATABASE_URL: url }: Config): Check {
  return {
    name: 'rights',
    run: async () => {
      if (url === undefined || url === 'memory://') {
        return 'not looked at on Supabase: set DATABASE_URL to the project’s connection string';
      }
      const pool = openPool(url, 1, () => undefined);
      try {
        const { rows } = await pool.query<{ readonly rights: string }>(RIGHTS_QUERY);
        return judgeRights(rows[0]?.rights ?? '');
      } catch (error) {
        throw error instanceof Fault ? error : faultOf(error);
      } finally {
        await pool.end();
      }
    },
  };
}

/** What serves what: docs/data.md. */
export function dataCheck({ data }: Config): Check {
  const { business, calls, resume, notes } = data;
  const resumed = { 'this process': 'in this process', 'any worker': 'on any worker', off: 'nowhere' }[resume];
  const plan = `tools read from ${business}; calls are kept in ${calls}, and resumed ${resumed}`;
  return { name: 'data', run: () => Promise.resolve([`${plan}.`, ...notes].join(' ')) };
}

/** PostgREST's answers: docs.postgrest.org, "Errors". */
export function supabaseCheck(url: string, anonKey: string): Check {
  return {
    name: 'supabase',
    run: async (signal) => {
      let response: Response;
      try {
        response = await fetch(new URL('/rest/v1/rpc/report_transactions', url), {
          method: 'POST',
          headers: { apikey: anonKey, 'content-type': 'application/json' },
          body: JSON.stringify({ p_client_id: 0, p_filter: { limit: 0 } }),
          signal,
        });
      } catch (error) {
        throw new Fault(
          `cannot be reached (${textOf(causeOf(error), 'code') ?? 'no connection'}). Check SUPABASE_URL.`,
        );
      }
      const body: unknown = await response.json().catch(() => undefined);
      const code = textOf(body, 'code') ?? '';
      // Without a caller's token the function may refuse to say anything; that it is there is what matters.
      if (response.ok || /^[0-9A-Z]{5}$/.test(code)) return undefined;
      if (response.status === 404 || code === 'PGRST202') {
        throw new Fault(
          'the project has no function report_transactions. Apply the migrations in prisma/migrations to it.',
        );
      }
      if (response.status === 401 || response.status === 403) {
        throw new Fault(`the key was refused (${response.status}). Check SUPABASE_ANON_KEY.`);
      }
      throw new Fault(`answered ${response.status}. Check SUPABASE_URL, and that the project is not paused.`);
    },
  };
}
