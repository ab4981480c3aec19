import { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.js';
import type { TableName } from './columns.js';
import type { BadCell, TableRow } from './read-row.js';
import { shown } from './values.js';

// A batch of rows into its table, in a transaction that is open. What only the database knows is looked up there: whether a
// client is there and whose he is, his currency, and what the file or the table has already under the same id.

export interface Written {
  readonly added: number;
  readonly changed: number;
}

const lookedUpSchema = z.array(
  z.object({
    line: z.number(),
    first: z.number().nullable(),
    is_known: z.boolean(),
    owner: z.string().nullable(),
    currency: z.string().nullable(),
    other_client: z.number().nullable(),
  }),
);
const writtenSchema = z.array(z.object({ is_new: z.boolean() }));

const COLUMNS = {
  clients: 'line integer, id integer, name text, email text, currency text, owner_id text',
  transactions:
    'line integer, reference text, client_id integer, booked_on date, description text, category text, amount numeric, currency text',
};

/** Ids that the file has had so far, with their lines; on the server's disk, and gone with the transaction. */
export const REMEMBER = 'create temporary table imported (id text primary key, line integer not null) on commit drop';

const KEY: Readonly<Record<TableName, string>> = { clients: 'id', transactions: 'reference' };

const given = (table: TableName) => `jsonb_to_recordset($1::jsonb) as g(${COLUMNS[table]})`;

/** What is wrong with rows that are well-formed. The file's ids are remembered. */
export async function lookUp(
  tx: Prisma.TransactionClient,
  table: TableName,
  rows: readonly TableRow[],
  owner: string | undefined,
): Promise<BadCell[]> {
  const json = JSON.stringify(rows);
  await tx.$executeRawUnsafe(
    `insert into pg_temp.imported (id, line) select g.${KEY[table]}::text, g.line from ${given(table)} order by g.line
    on conflict do nothing`,
    json,
  );
  const found = lookedUpSchema.parse(await tx.$queryRawUnsafe(LOOK_UP[table], json));
  const byLine = new Map(rows.map((row) => [Number(row.line), row]));
  return found.flatMap(({ line, first, is_known, owner: theirs, currency, other_client }): BadCell[] => {
    const row = byLine.get(line);
    const [key, client] = table === 'clients' ? ['id', 'id'] : ['reference', 'client_id'];
    const id = shown(row?.[key] ?? '');
    const whose = table === 'clients' ? (row?.['owner_id'] ?? null) : (owner ?? null);
    const bad = (column: string, problem: string): BadCell[] => [{ line, column, problem }];
    if (first !== null && first !== line) return bad(key, `${id} is in line ${first} already: take one of them out`);
    if (other_client !== null) return bad(key, `${id} is a transaction of client ${other_client} already`);
    if (!is_known) {
      return bad(client, `there is no client ${row?.[client]}: import clients first, or correct the number`);
    }
    if (theirs !== null && whose !== null && theirs !== whose) {
      return bad(client, `client ${row?.[client]} is another user’s: import with that user as --owner, or take it out`);
    }
    const wanted = row?.['currency'] ?? null;
    if (currency !== null && wanted !== null && wanted !== currency) {
      return bad('currency', `is ${wanted}, and client ${row?.[client]} has transactions in ${currency}: convert it`);
    }
    return [];
  });
}

const LOOK_UP = {
  clients: `select g.line, i.line as first, true as is_known, c.owner_id as owner, null::integer as other_client,
      case when exists (select from public.transactions t where t.client_id = c.id) then trim(c.currency) end as currency
    from ${given('clients')}
    join pg_temp.imported i on i.id = g.id::text
    left join public.clients c on c.id = g.id`,
  transactions: `select g.line, i.line as first, c.id is not null as is_known, c.owner_id as owner,
      trim(c.currency) as currency, e.client_id as other_client
    from ${given('transactions')}
    join pg_temp.imported i on i.id = g.reference
    left join public.clients c on c.id = g.client_id
    left join public.transactions e on e.reference = g.reference and e.client_id <> g.client_id`,
} satisfies Record<TableName, string>;

const WRITE = {
  clients: `insert into public.clients as t (id, owner_id, name, email, currency)
    select g.id, g.owner_id, g.name, g.email, coalesce(g.currency, c.currency, 'USD')
    from ${given('clients')} left join public.clients c on c.id = g.id
    on conflict (id) do update
    set name = excluded.name, email = coalesce(excluded.email, t.email), currency = excluded.currency
    where (t.name, t.email, t.currency)
      is distinct from (excluded.name, coalesce(excluded.email, t.email), excluded.currency)
    returning xmax = 0 as is_new`,
  transactions: `insert into public.transactions as t (reference, client_id, booked_on, description, category, amount)
    select g.reference, g.client_id, g.booked_on, g.description, g.category, g.amount
    from ${given('transactions')} order by g.line
    on conflict (reference) do update
    set booked_on = excluded.booked_on, description = excluded.description, category = excluded.category,
      amount = excluded.amount
    where (t.booked_on, t.description, t.category, t.amount)
      is distinct from (excluded.booked_on, excluded.description, excluded.category, excluded.amount)
    returning xmax = 0 as is_new`,
} satisfies Record<TableName, string>;

/** Adds rows, and changes those whose id is there already and that say something else. */
export async function write(
  tx: Prisma.TransactionClient,
  table: TableName,
  rows: readonly TableRow[],
): Promise<Written> {
  if (rows.length === 0) return { added: 0, changed: 0 };
  const written = writtenSchema.parse(await tx.$queryRawUnsafe(WRITE[table], JSON.stringify(rows)));
  const added = written.filter(({ is_new }) => is_new).length;
  return { added, changed: written.length - added };
}
