import type { SupabaseSql, SupabaseUser } from './supabase-sql.js';

// PostgREST's requests as SQL (docs.postgrest.org, "Tables and Views", "Functions as RPC"): of filters only `column=eq.value`.

export interface RestRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const notFound = (code: string, message: string): RestAnswer => ({ status: 404, body: { code, message } });

/** The answer to a request that is on a function or a table. Rejects with a SqlRefusal. */
export async function answerRest(sql: SupabaseSql, user: SupabaseUser, request: RestRequest): Promise<RestAnswer> {
  const [, isRpc, name = ''] = /^\/rest\/v1\/(rpc\/)?([a-z_][a-z0-9_]*)$/.exec(request.url.pathname) ?? [];
  if (name === '') return notFound('PGRST125', 'Invalid path specified in request URL');
  // PostgREST knows the schema by itself, whoever asks.
  const known = isRpc
    ? `select from pg_proc where proname = $1 and pronamespace = 'public'::regnamespace`
    : `select from pg_class where relname = $1 and relnamespace = 'public'::regnamespace and relkind in ('r', 'v')`;
  if ((await sql({ role: 'anon', claims: {} }, known, [name])).length === 0) {
    return isRpc
      ? notFound('PGRST202', `Could not find the function public.${name}`)
      : notFound('PGRST205', `Could not find the table 'public.${name}' in the schema cache`);
  }
  const statement = isRpc ? callOf(name, request) : tableStatement(name, request);
  if (statement === undefined) return { status: 405, body: { code: 'PGRST117', message: 'Unsupported HTTP method' } };
  const rows = await sql(user, statement.sql, statement.values);
  if (isRpc || request.method === 'GET') return { status: 200, body: rows[0]?.result ?? null };
  return { status: request.method === 'POST' ? 201 : 204, body: null };
}

/** An object is for an argument of type `jsonb`. */
function callOf(name: string, { method, body }: RestRequest): Statement | undefined {
  if (method !== 'POST') return undefined;
  const given = Object.entries(body as Record<string, unknown>);
  return {
    sql: `select public.${name}(${given.map(([key], at) => `${quoted(key)} => $${at + 1}`).join(', ')}) as result`,
    values: given.map(([, value]) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)),
  };
}

function tableStatement(table: string, { method, url, body }: RestRequest): Statement | undefined {
  const filters = [...url.searchParams].filter(([name]) => name !== 'select');
  const values = filters.map(([, value]) => value.replace(/^eq\./, ''));
  const where = filters.map(([name], at) => ` and t.${quoted(name)}::text = $${at + 1}`).join('');
  const columns = Object.keys((Array.isArray(body) ? (body[0] as unknown) : body) ?? {});
  const named = columns.map(quoted).join(', ');
  switch (method) {
    case 'GET':
      return {
        sql: `select coalesce(jsonb_agg(to_jsonb(t)), '[]') as result from public.${table} t where true${where}`,
        values,
      };
    case 'POST':
      return {
        sql: `insert into public.${table} (${named})
          select ${named} from jsonb_populate_recordset(null::public.${table}, $1::jsonb)`,
        values: [JSON.stringify(Array.isArray(body) ? body : [body])],
      };
    case 'PATCH':
      return {
        sql: `update public.${table} t set (${named}) = (
            select ${named} from jsonb_populate_record(null::public.${table}, $${values.length + 1}::jsonb)
          ) where true${where}`,
        values: [...values, JSON.stringify(body)],
      };
    case 'DELETE':
      return { sql: `delete from public.${table} t where true${where}`, values };
    default:
      return undefined;
  }
}
