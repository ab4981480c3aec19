import type { Client } from 'pg';
import { quoted, rowOf } from './catalogue.js';
import type { Table } from './catalogue.js';

export const ANN = { id: 'a0000000-0000-4000-8000-00000000000a', tag: 'ann', number: 71001, secret: 'secret of ann' };
export const BEN = { id: 'b0000000-0000-4000-8000-00000000000b', tag: 'ben', number: 72002, secret: 'secret of ben' };
export const ALL = { id: '', tag: 'all', number: 73003, secret: 'for everybody' };

/** Gives Ann and Ben a row in every table, and everybody one where rows have no owner. */
export async function fill(client: Client, tables: readonly Table[]): Promise<void> {
  for (const users of [[ANN, ALL], [BEN]]) {
    const rows = new Map<string, Record<string, unknown>>();
    for (const table of tables) {
      const user = users[table.owner === undefined ? 1 : 0];
      if (user === undefined) continue;
      const row = rowOf(table, user, rows);
      rows.set(table.name, row);
      await insert(client, table, row);
    }
  }
}

export const insert = (client: Client, table: Table, row: Record<string, unknown>, onConflict = 'do nothing') => {
  const names = Object.keys(row).map(quoted).join(', ');
  const values = Object.keys(row)
    .map((_, at) => `$${at + 1}`)
    .join(', ');
  return client.query(
    `insert into public.${table.name} (${names}) values (${values}) on conflict ${onConflict}`,
    Object.values(row),
  );
};

/** Everything that does not belong to this owner, as a checksum for each table. */
export async function othersThan(owner: string, client: Client, tables: readonly Table[]): Promise<unknown[]> {
  const sums = tables.map(
    (table) =>
      `select '${table.name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum
      from public.${table.name} t where ${table.owner ?? 'null'} is distinct from $1::text`,
  );
  return (await client.query<{ name: string; sum: string }>(sums.join(' union all '), [owner])).rows;
}
