import { z } from 'zod';
import { Fault, Warning } from './check.js';

// Who may get past row-level security: what Supabase publishes to everybody with a key, and PostgreSQL to whoever logs in.

/** JSON of what is in the schema `public`. The roles may not be there yet. */
export const RIGHTS_QUERY = `
  with api as (select oid, rolname from pg_roles where rolname in ('anon', 'authenticated'))
  select jsonb_build_object(
    'tables', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', c.relname,
        'hasSecurity', c.relrowsecurity,
        'policies', (select count(*) from pg_policy p where p.polrelid = c.oid),
        'openTo', (
          select coalesce(jsonb_agg(api.rolname order by api.rolname), '[]') from api
          where has_table_privilege(api.oid, c.oid, 'select, insert, update, delete, truncate')
        )
      ) order by c.relname), '[]')
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    ),
    'definers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', p.proname,
        'hasPath', exists (select from unnest(p.proconfig) setting where setting like 'search_path=%'),
        'openTo', (
          select coalesce(jsonb_agg(api.rolname order by api.rolname), '[]') from api
          where has_function_privilege(api.oid, p.oid, 'execute')
        )
      ) order by p.proname), '[]')
      from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
    )
  )::text as rights`;

const openTo = z.array(z.string());
const rightsSchema = z.object({
  tables: z.array(z.object({ name: z.string(), hasSecurity: z.boolean(), policies: z.number(), openTo })),
  definers: z.array(z.object({ name: z.string(), hasPath: z.boolean(), openTo })),
});

/** Ours that run as their definer, and why: callers may not write the sums that follow from transactions. */
const DEFINERS = ['forget_transaction_days', 'sum_transactions'];
/** Prisma's list of migrations: nobody but the owner is meant to read it, and so it has no policy. */
const WITHOUT_POLICY = ['_prisma_migrations'];

const list = (names: readonly string[]): string => names.join(', ');

/** What RIGHTS_QUERY answered, in a line. Throws a Fault where somebody may see or do what he should not. */
export function judgeRights(answer: string): string | Warning {
  const { tables, definers } = rightsSchema.parse(JSON.parse(answer));
  if (tables.length === 0) return 'no tables yet, made at the first start';
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const { name, hasSecurity, policies, openTo: roles } of tables) {
    if (!hasSecurity && roles.length > 0) {
      faults.push(
        `the table ${name} has no row-level security and is open to ${list(roles)}: alter table public.${name} enable row level security, and give it a policy.`,
      );
    } else if (!hasSecurity) {
      warnings.push(`the table ${name} has no row-level security; nobody but its owner may use it now.`);
    } else if (policies === 0 && !WITHOUT_POLICY.includes(name)) {
      warnings.push(`the table ${name} has no policy: callers see none of its rows.`);
    }
  }
  for (const { name, hasPath, openTo: roles } of definers) {
    const isOurs = DEFINERS.includes(name);
    const path = hasPath ? 'its search_path is set' : "its search_path is not set: add set search_path = ''";
    const open = roles.length === 0 ? 'no caller may run it' : `${list(roles)} may run it, past every policy`;
    if (isOurs && hasPath && roles.length === 0) continue;
    const line = `the function ${name} runs as its definer${isOurs ? '' : ' and is not ours'}; ${path}; ${open}.`;
    (isOurs || (!hasPath && roles.length > 0) ? faults : warnings).push(line);
  }
  if (faults.length > 0) throw new Fault([...faults, ...warnings].join(' '));
  if (warnings.length > 0) return new Warning(warnings.join(' '));
  const expected = definers.length === 0 ? 'none' : list(definers.map(({ name }) => name));
  return `${tables.length} tables with row-level security; as their definer run, as expected: ${expected}`;
}
