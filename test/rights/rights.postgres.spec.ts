import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { openTestDatabase } from '../support/database.js';
import { describeWithPostgres } from '../support/postgres-server.js';
import { SupabaseProject } from '../support/supabase-project.js';
import { quoted, readFunctions, readTables, rowOf, SERVERS } from './catalogue.js';
import type { SqlFunctionEntry, Table } from './catalogue.js';
import { HOSTILE } from './hostile-texts.js';
import { ALL, ANN, BEN, fill, insert, othersThan } from './two-users.js';

// Two users, every table and every function of `public`, every way to ask: nothing of one is seen or changed by the other.
// Both lists are read from the database.

const LIMITED = 'c0000000-0000-4000-8000-00000000000c';
const DATABASES = ['postgres', 'plain'];

/** Tables whose rows every signed-in caller may read, and nobody but an admin may change. */
const COMMON = ['documents'];

/** Who asks, as PostgREST and our server set it up. */
const ASKERS = {
  anon: { role: 'anon', claims: { role: 'anon' } },
  'another user': { role: 'authenticated', claims: { role: 'authenticated', sub: BEN.id } },
  'an admin by his own word': {
    role: 'authenticated',
    claims: { role: 'authenticated', sub: BEN.id, user_metadata: { admin: true } },
  },
  'a token without sub': { role: 'authenticated', claims: { role: 'authenticated' } },
  'an empty sub': { role: 'authenticated', claims: { role: 'authenticated', sub: '' } },
  'a list as sub': { role: 'authenticated', claims: { role: 'authenticated', sub: [ANN.id] } },
  'SQL as sub': { role: 'authenticated', claims: { role: 'authenticated', sub: `' or owner_id = '${ANN.id}` } },
} as const;
const OWNER = { role: 'authenticated', claims: { role: 'authenticated', sub: ANN.id } } as const;
type Asker = { readonly role: string; readonly claims: Readonly<Record<string, unknown>> };

const DENIED = '42501';
/** What may come of nonsense: data that are none (22...), constraints (23...), and no right. Never a syntax error. */
const HONEST = /^(|(22|23)...|42501)$/;

/** Names that rows of Ann have, as texts for a function. */
const KEYS = (tables: readonly Table[]): [string, string][] =>
  tables.map(({ name }) => [`a key of ${name}`, `key-ann-${name}`]);

describeWithPostgres()('rights', () => {
  let project: SupabaseProject;
  const clients: Client[] = [];

  beforeAll(async () => {
    project = await SupabaseProject.create();
    await (await project.open()).close();
    await project.server.sql('create role parley login; grant anon, authenticated to parley');
    await project.server.sql('create database plain owner parley');
    await (await openTestDatabase({ url: project.server.url('parley', 'plain'), seed: false })).close();
    for (const which of [0, 1]) {
      const client = await connect(which);
      await fill(client, await readTables(client));
      clients.push(client);
    }
  }, 180_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await project.close();
  });

  async function connect(which: number): Promise<Client> {
    const client = new Client({ connectionString: project.server.url('supabase_admin', DATABASES[which]) });
    await client.connect();
    return client;
  }

  describe.each([
    ['a Supabase project', 0],
    ['plain PostgreSQL', 1],
  ])('in %s', (_name, which) => {
    let client: Client;
    let tables: Table[];
    let functions: SqlFunctionEntry[];
    const sums = new Map<Asker, string>();
    beforeAll(async () => {
      client = clients[which] as Client;
      tables = await readTables(client);
      functions = await readFunctions(client);
    });

    /** Everything that is not the asker's own, as checksums. */
    const others = ({ claims: { sub } }: Asker): Promise<unknown[]> =>
      othersThan(typeof sub === 'string' ? sub : JSON.stringify(sub ?? null), client, tables);

    /** Tries something and takes it back. Says what was answered, or the SQLSTATE, and whether anything changed that is not his own. */
    async function attempt(asker: Asker, work: () => Promise<{ rows: unknown[] }>) {
      // As it is before every attempt, because every attempt is taken back.
      const before = sums.get(asker) ?? JSON.stringify(await others(asker));
      sums.set(asker, before);
      await client.query('begin');
      try {
        await client.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
          asker.role,
          JSON.stringify(asker.claims),
        ]);
        await client.query('savepoint attempt');
        let answer = '';
        let state = '';
        try {
          answer = JSON.stringify((await work()).rows);
        } catch (error) {
          state = (error as { code?: string }).code ?? String(error);
          await client.query('rollback to attempt');
        }
        await client.query('reset role');
        const after = await others(asker);
        return { answer, state, changed: JSON.stringify(after) !== before };
      } finally {
        await client.query('rollback');
      }
    }

    it('has row-level security and a policy on every table, and an owner for its rows', async () => {
      const { rows: open } = await client.query(
        `select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> '_prisma_migrations'
          and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`,
      );
      expect(open).toEqual([]);
      // A new table without an owner is named in COMMON, when it is meant for everybody, or refers to one that is.
      const shared = tables.filter(
        ({ name, owner, references }) => SERVERS.includes(name) || (owner === undefined && references.length === 0),
      );
      expect(shared.map(({ name }) => name).toSorted()).toEqual([...COMMON, ...SERVERS].toSorted());
    });

    it('gives callers the rights that docs/your-data.md says', async () => {
      const listed = readFileSync('docs/your-data.md', 'utf8').matchAll(/^\| `([a-z_]+)` .*\| ([a-z, ]+?) +\|$/gm);
      const documented = [...listed]
        .map(([, name = '', rights = '']) => [name, rights])
        .filter(([, rights]) => rights !== '');
      const { rows } = await client.query<{ name: string; rights: string | null }>(
        `select c.relname as name, (
          select string_agg(r.name, ', ' order by r.n)
          from unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) with ordinality r(name, n)
          where has_table_privilege('authenticated', c.oid, r.name)
        ) as rights
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
      );
      const granted = rows.filter(({ rights }) => rights !== null).map(({ name, rights }) => [name, rights]);
      expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(granted));
    });

    it('gives nobody a right to sequences, views or Prisma’s own table', async () => {
      const { rows } = await client.query(
        `select c.relname, r.role from pg_class c cross join unnest('{anon,authenticated}'::text[]) r(role)
        where c.relnamespace = 'public'::regnamespace and (
          c.relkind = 'S' and has_sequence_privilege(r.role, c.oid, 'usage, select, update')
          or (c.relkind in ('v', 'm', 'f') or c.relname = '_prisma_migrations')
            and has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate, references, trigger'))`,
      );
      expect(rows).toEqual([]);
    });

    it('shows the owner his own rows: otherwise these tests would say nothing', async () => {
      for (const { name, owner } of tables.filter((table) => !SERVERS.includes(table.name))) {
        const { answer } = await attempt(OWNER, () => client.query(`select t::text as line from public.${name} t`));
        expect({ name, answer }).toEqual({
          name,
          answer: expect.stringContaining(owner === undefined ? ALL.tag : 'ann') as string,
        });
      }
    });

    const callAs = (asker: Asker, fn: SqlFunctionEntry, text: string) => {
      const given = fn.args.map(({ type }, at) => `$${at + 1}::${type}`).join(', ');
      return attempt(asker, () => client.query(`select public.${fn.name}(${given}) as result`, argumentsOf(fn, text)));
    };

    it('tells the owner by functions what it does not tell others', async () => {
      const telling = new Set<string>();
      for (const fn of functions) {
        // Whoever may not call it is told so, whatever the text is.
        for (const [, text] of KEYS(tables).slice(0, fn.isOpen ? undefined : 1)) {
          const { answer } = await callAs(OWNER, fn, text);
          if (answer.includes(ANN.secret)) telling.add(fn.name);
        }
      }
      expect([...telling]).toEqual(expect.arrayContaining(['client_email', 'read_artifact', 'report_transactions']));
    });

    it('keeps 200 artifacts of an owner, whoever inserts them at the same time, and none with endless texts', async () => {
      const askers = await Promise.all([1, 2, 3].map(() => connect(which)));
      const become = `select set_config('role', 'authenticated', false), set_config('request.jwt.claims', $1, false)`;
      const add = (writer: number, title = `'t'`) => `
        insert into public.artifacts (name, owner_id, title, media_type, bytes)
        select 'limit-${writer}-' || n, '${LIMITED}', ${title}, 'text/plain', '' from generate_series(1, 150) n`;
      try {
        for (const each of askers) await each.query(become, [JSON.stringify({ sub: LIMITED })]);
        await Promise.all(askers.map((each, writer) => each.query(add(writer))));
        const { rows } = await client.query(`select count(*)::int from public.artifacts where owner_id = '${LIMITED}'`);
        expect(rows).toEqual([{ count: 200 }]);
        await expect(askers[0]?.query(add(9, `repeat('t', 2001)`))).rejects.toMatchObject({ code: '23514' });
        await expect(askers[0]?.query(`update public.artifacts set title = 'u'`)).rejects.toMatchObject({
          code: DENIED,
        });
      } finally {
        await Promise.all(askers.map((each) => each.end()));
        await client.query(`delete from public.artifacts where owner_id = '${LIMITED}'`);
      }
    });

    describe.each(Object.entries(ASKERS))('%s', (who, asker) => {
      it('sees no row that is not his', async () => {
        for (const { name, owner } of tables) {
          const { answer, state } = await attempt(asker, () =>
            client.query(`select t::text as line from public.${name} t`),
          );
          expect({ name, answer }).toEqual({ name, answer: expect.not.stringMatching(/ann/) as string });
          if (who === 'anon' || SERVERS.includes(name)) expect({ name, state }).toEqual({ name, state: DENIED });
          else if (owner !== undefined && !('sub' in asker.claims && asker.claims.sub === BEN.id))
            expect({ name, answer }).toEqual({ name, answer: '[]' });
        }
      });

      it('changes nothing that is not his: insert, upsert, update, delete, truncate', async () => {
        const kept = new Map<string, Record<string, unknown>>();
        for (const table of tables) {
          const { name } = table;
          const mine = rowOf(table, table.owner === undefined ? ALL : ANN, kept);
          kept.set(name, mine);
          const fresh = Object.fromEntries(
            Object.entries(mine).map(([column, value]) => [
              column,
              typeof value === 'string' && value.startsWith('key-') ? `${value}-2` : value,
            ]),
          );
          const keys = table.columns
            .filter(({ isKey }) => isKey)
            .map((column) => quoted(column.name))
            .join(', ');
          const column = quoted(table.columns.find(({ isKey }) => !isKey)?.name ?? '');
          const ways: Record<string, () => Promise<{ rows: unknown[] }>> = {
            'insert for its owner': () => insert(client, table, fresh),
            upsert: () => insert(client, table, mine, `(${keys}) do update set ${column} = excluded.${column}`),
            'update of all': () => client.query(`update public.${name} set ${column} = ${column}`),
            delete: () => client.query(`delete from public.${name}`),
            truncate: () => client.query(`truncate public.${name} cascade`),
            ...(table.owner === 't.owner_id'
              ? { 'taking it': () => client.query(`update public.${name} set owner_id = '${BEN.id}'`) }
              : {}),
          };
          for (const [way, work] of Object.entries(ways)) {
            const { changed } = await attempt(asker, work);
            expect({ name, way, changed }).toEqual({ name, way, changed: false });
          }
        }
      });

      it('learns and changes nothing by any function, whatever the texts are', async () => {
        const isUser = who === 'another user';
        const texts = [
          ...KEYS(tables).slice(0, isUser ? undefined : 1),
          ...Object.entries(isUser && which === 0 ? HOSTILE : {}),
        ];
        for (const fn of functions) {
          for (const [what, text] of texts.slice(0, fn.isOpen ? undefined : 1)) {
            const { answer, state, changed } = await callAs(asker, fn, text);
            const found = { fn: fn.name, what, changed, tells: answer.includes(ANN.secret), state };
            expect(found).toEqual({
              fn: fn.name,
              what,
              changed: false,
              tells: false,
              state: asker.role === 'anon' ? DENIED : (expect.stringMatching(HONEST) as string),
            });
          }
        }
      });
    });
  });
});

/** Ann's numbers, and this text wherever a text can be. */
function argumentsOf({ args }: SqlFunctionEntry, text: string): unknown[] {
  return args.map(({ type }) => {
    switch (type) {
      case 'text':
        return text;
      case 'text[]':
        return [text];
      case 'integer':
      case 'bigint':
        return ANN.number;
      case 'date':
        return '2026-01-15';
      case 'boolean':
        return true;
      case 'jsonb':
        return JSON.stringify({
          periods: [{ from: '2026-01-01', to: '2026-12-31' }],
          categories: [text],
          merchant: text,
          direction: text,
          sort: text,
          group_by: text,
        });
      default:
        return null;
    }
  });
}
