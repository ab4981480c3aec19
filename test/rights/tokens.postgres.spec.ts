import { Client } from 'pg';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { describeWithPostgres } from '../support/postgres-server.js';
import { SupabaseProject } from '../support/supabase-project.js';
import { SUPABASE_JWT_SECRET } from '../simulators/supabase.js';
import { readFunctions, readTables, rowOf, SERVERS } from './catalogue.js';
import type { SqlFunctionEntry, Table } from './catalogue.js';
import { ANN, BEN, fill, othersThan } from './two-users.js';

// What somebody with an anon key, which is public, and a token of his own making gets out of a project's API: nothing of Ann.

const sign = (claims: JWTPayload, secret = SUPABASE_JWT_SECRET, expires = '10m') =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
const ann = { sub: ANN.id, role: 'authenticated', aud: 'authenticated' };
const middleOf = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');

/** The token, and with what it is refused; 200 where it is a token and there is nothing to see for it. */
const TOKENS: Readonly<Record<string, readonly [token: () => Promise<string> | string, status: number]>> = {
  'none at all': [() => '', 401],
  'another user’s': [() => sign({ ...ann, sub: BEN.id }), 200],
  expired: [() => sign(ann, SUPABASE_JWT_SECRET, '-1m'), 401],
  'signed with another secret': [() => sign(ann, 'a secret that somebody has made up by himself'), 401],
  'signed with nothing (alg: none)': [() => new UnsecuredJWT(ann).setExpirationTime('10m').encode(), 401],
  'another user’s with Ann’s id written in': [
    async () => (await sign({ ...ann, sub: BEN.id })).replace(/\..*\./, `.${middleOf({ ...ann, exp: 4e9 })}.`),
    401,
  ],
  'no token': [() => 'nonsense', 401],
  // PostgREST checks no audience unless it is told to: the project has signed it, and it is still only Ben.
  'another user’s with another audience': [() => sign({ ...ann, sub: BEN.id, aud: 'elsewhere' }), 200],
  'without sub': [() => sign({ role: 'authenticated' }), 200],
  'without role': [() => sign({ sub: ANN.id }), 401],
  'with the role of anon': [() => sign({ ...ann, role: 'anon' }), 401],
  'with a role that is no role': [() => sign({ ...ann, role: 'root' }), 400],
  'with the role of the database’s owner': [() => sign({ ...ann, role: 'postgres' }), 403],
  'with the role of the superuser': [() => sign({ ...ann, role: 'supabase_admin' }), 403],
  'made up as service_role': [() => sign({ role: 'service_role' }, 'a secret that somebody has made up himself'), 401],
};

describeWithPostgres()('tokens at a Supabase project’s API', () => {
  let project: SupabaseProject;
  let client: Client;
  let tables: Table[];
  let functions: SqlFunctionEntry[];

  beforeAll(async () => {
    project = await SupabaseProject.create();
    await (await project.open()).close();
    client = new Client({ connectionString: project.server.url() });
    await client.connect();
    tables = await readTables(client);
    functions = await readFunctions(client);
    await fill(client, tables);
  }, 180_000);
  afterAll(async () => {
    await client.end();
    await project.close();
  });

  const ask = async (token: string, method: string, path: string, body?: unknown, apikey = project.api.anonKey) => {
    const response = await fetch(`${project.api.url}/rest/v1/${path}`, {
      method,
      headers: { apikey, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };

  it.each(Object.entries(TOKENS))('%s: nothing of Ann is seen or changed', async (_what, [make, status]) => {
    const token = await make();
    const before = await othersThan(BEN.id, client, tables);
    const rows = new Map<string, Record<string, unknown>>();
    for (const table of tables) {
      const row = rowOf(table, ANN, rows);
      rows.set(table.name, row);
      const key = table.columns.find(({ isKey }) => isKey)?.name ?? '';
      const filter = `${table.name}?${key}=eq.${encodeURIComponent(String(row[key]))}`;
      const seen = await ask(token, 'GET', table.name);
      expect({ table: table.name, ...seen }).toEqual({
        table: table.name,
        status: status === 200 && SERVERS.includes(table.name) ? 403 : status,
        text: expect.not.stringContaining(ANN.secret) as string,
      });
      for (const [method, path, body] of [
        ['POST', table.name, { ...row, [key]: 'new' }],
        ['POST', table.name, row],
        ['PATCH', filter, { [key]: row[key] }],
        ['DELETE', filter, undefined],
        ['DELETE', table.name, undefined],
      ] as const) {
        const { text } = await ask(token, method, path, body);
        expect(text).not.toContain(ANN.secret);
      }
    }
    for (const { name, args } of functions) {
      const given = args.map((arg) => [
        arg.name,
        arg.type === 'integer' ? ANN.number : arg.type === 'text' ? `key-ann-artifacts` : null,
      ]);
      const { text } = await ask(token, 'POST', `rpc/${name}`, Object.fromEntries(given));
      expect({ name, text }).toEqual({ name, text: expect.not.stringContaining(ANN.secret) as string });
    }
    expect(await othersThan(BEN.id, client, tables)).toEqual(before);
  });

  it('shows Ann hers, and the service key everything', async () => {
    const token = await sign(ann);
    const hers = await ask(token, 'GET', 'clients');
    expect(hers.text).toContain(ANN.secret);
    expect(hers.text).not.toContain(BEN.secret);
    const { text } = await ask(token, 'POST', 'rpc/report_transactions', { p_client_id: ANN.number });
    expect(text).toContain(ANN.secret);
    const all = await ask('', 'GET', 'clients', undefined, project.api.serviceKey);
    expect(all.text).toContain(ANN.secret);
    expect(all.text).toContain(BEN.secret);
  });

  it('takes no key that somebody has made up', async () => {
    expect(await ask(await sign(ann), 'GET', 'clients', undefined, 'made-up')).toMatchObject({ status: 401 });
  });

  it('has auth.uid() and our own name for the caller agree', async () => {
    await client.query('begin');
    await client.query(`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`, [
      JSON.stringify(ann),
    ]);
    const { rows } = await client.query(`select auth.uid()::text = public.app_user_id() as same, auth.role() as role`);
    await client.query('rollback');
    expect(rows).toEqual([{ same: true, role: 'authenticated' }]);
  });
});
