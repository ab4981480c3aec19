// All that a server has left, as text: what a test looks for words in.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { PostgresServer } from './postgres-server.js';

/** Every row of every table. */
export async function tablesOf(postgres: PostgresServer): Promise<string> {
  const { rows } = await postgres.query(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
  );
  const tables = await Promise.all(
    rows.map(async ({ name }) => {
      const found = await postgres.query(`select row_to_json(t)::text as row from ${String(name)} t`);
      return `${String(name)}\n${found.rows.map(({ row }) => String(row)).join('\n')}`;
    }),
  );
  return tables.join('\n');
}

/** Every key and its value, as far as Redis shows them as text. */
export async function keysOf(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys('*');
    const values = await Promise.all(
      keys.map(async (key) => {
        switch (await redis.type(key)) {
          case 'string':
            return `${key} ${(await redis.get(key)) ?? ''}`;
          case 'hash':
            return `${key} ${JSON.stringify(await redis.hgetall(key))}`;
          case 'list':
            return `${key} ${JSON.stringify(await redis.lrange(key, '0', '-1'))}`;
          case 'set':
            return `${key} ${JSON.stringify(await redis.smembers(key))}`;
          case 'zset':
            return `${key} ${JSON.stringify(await redis.zrange(key, '0', '-1'))}`;
          case 'none': // gone meanwhile
            return key;
          default:
            throw new Error(`a test cannot read ${key}`);
        }
      }),
    );
    return values.join('\n');
  } finally {
    redis.disconnect();
  }
}

/** The contents of all files in a folder, byte by byte; those above 4 MB are models. */
export function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true && found.size < 4_000_000;
    })
    .map((path) => `${path}\n${readFileSync(path, 'latin1')}`)
    .join('\n');
}
