import type { Client } from 'pg';

// What there is to protect, read from the database itself, so that a table or function that somebody adds is in the tests.

export const quoted = (name: string): string => `"${name}"`;

export interface Column {
  readonly name: string;
  readonly type: string;
  /** A value has to be given. */
  readonly isRequired: boolean;
  readonly isKey: boolean;
}

interface Reference {
  readonly columns: readonly string[];
  readonly table: string;
  readonly keys: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly references: readonly Reference[];
  /** SQL for the owner of the row `t`; undefined where rows belong to everybody. */
  readonly owner: string | undefined;
}

export interface SqlFunctionEntry {
  readonly name: string;
  /** Whether a signed-in caller may call it; else only the server does. */
  readonly isOpen: boolean;
  readonly args: readonly { readonly name: string; readonly type: string }[];
}

/** Those of the server alone. */
export const SERVERS = [
  'agent_versions',
  'call_transfers',
  'do_not_call',
  'erased_calls',
  'erased_owners',
  'outbound_calls',
  'webhook_deliveries',
  'rollout_journal',
  'webhook_endpoints',
];

/** Prisma's own: under row-level security, without a policy and without a right for anybody. */
const PRISMA = '_prisma_migrations';

/** Tables of `public`, those that others refer to first. */
export async function readTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Omit<Table, 'owner'>>(
    `select c.relname as name,
      (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'isRequired', a.attnotnull and not a.atthasdef and a.attidentity = '',
          'isKey', exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)))
          order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(jsonb_agg(jsonb_build_object('table', f.confrelid::regclass::text, 'columns', (
            select jsonb_agg(a.attname order by k.n) from unnest(f.conkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum
          ), 'keys', (
            select jsonb_agg(a.attname order by k.n) from unnest(f.confkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum
          ))), '[]')
        from pg_constraint f where f.conrelid = c.oid and f.contype = 'f') as "references"
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> $1
    order by c.relname`,
    [PRISMA],
  );
  const sorted: Table[] = [];
  let waiting = rows.map((table) => ({ ...table, references: [...table.references, ...unnamed(table)] }));
  while (waiting.length > 0) {
    const known = new Set(sorted.map(({ name }) => name));
    const next = waiting.filter(({ references }) => references.every(({ table }) => known.has(table)));
    if (next.length === 0)
      throw new Error(`Tables that refer to each other: ${waiting.map((t) => t.name).join(', ')}.`);
    for (const table of next) sorted.push({ ...table, owner: ownerOf(table, sorted) });
    waiting = waiting.filter((table) => !next.includes(table));
  }
  return sorted;
}

/** Sums have no foreign key: their rows go with their transactions. */
function unnamed({ name, columns, references }: Omit<Table, 'owner'>): Reference[] {
  const isSum = name.startsWith('transaction_') && references.length === 0;
  return isSum && columns.some((column) => column.name === 'client_id')
    ? [{ columns: ['client_id'], table: 'clients', keys: ['id'] }]
    : [];
}

function ownerOf(table: Omit<Table, 'owner'>, known: readonly Table[]): string | undefined {
  if (table.columns.some(({ name }) => name === 'owner_id')) return 't.owner_id';
  for (const reference of table.references) {
    const owner = known.find(({ name }) => name === reference.table)?.owner;
    if (owner === undefined) continue;
    const same = reference.keys.map((key, at) => `t.${key} = outer_row.${reference.columns[at]}`).join(' and ');
    return `(select ${owner} from (select t.*) outer_row, public.${reference.table} t where ${same})`;
  }
  return undefined;
}

/** What can be called in `public`, with its arguments. */
export async function readFunctions(client: Client): Promise<SqlFunctionEntry[]> {
  const { rows } = await client.query<SqlFunctionEntry>(
    `select p.proname as name, has_function_privilege('authenticated', p.oid, 'execute') as "isOpen", (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', coalesce(p.proargnames[a.n], ''), 'type', format_type(a.type, null)) order by a.n), '[]')
        from unnest(p.proargtypes::oid[]) with ordinality a(type, n)
      ) as args
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
    order by p.proname`,
  );
  return rows;
}

/** A value for each column of a row of `user`, which holds `secret` wherever it can. */
export function rowOf(
  table: Table,
  user: { readonly id: string; readonly tag: string; readonly number: number; readonly secret: string },
  rows: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const { name, type, isRequired, isKey } of table.columns) {
    if (name === 'owner_id') row[name] = user.id;
    else if (name === 'speaker') row[name] = 'user';
    else if (isRequired || ['text', 'jsonb'].includes(type)) {
      row[name] = valueOf(type, isKey ? `key-${user.tag}-${table.name}` : user.secret, user.number);
    }
    // Columns with a default that a check may bind to a list of words.
    const isListed = ['status', 'lease', 'fault', 'direction', 'channel', 'made_by'].includes(name);
    if (!isRequired && (isListed || (['state', 'outcome'].includes(name) && type === 'text'))) delete row[name];
  }
  for (const { columns, table: target, keys } of table.references) {
    columns.forEach((column, at) => (row[column] = rows.get(target)?.[keys[at] ?? '']));
  }
  return row;
}

function valueOf(type: string, text: string, number: number): unknown {
  switch (type) {
    case 'text':
      return text;
    case 'jsonb':
      return JSON.stringify({ text });
    case 'bytea':
      return Buffer.from(text);
    case 'boolean':
      return false;
    case 'date':
      return '2026-01-15';
    case 'timestamp with time zone':
      return '2026-01-15T12:00:00Z';
    case 'uuid':
      return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    case 'real[]':
      return [number];
    default:
      return number;
  }
}
