import type { Pool } from 'pg';
import { describeWithPostgres, PostgresServer } from '../../../test/support/postgres-server.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { asDataError } from '../rpc/data-errors.js';
import { AS_SERVER, asCaller } from '../rpc/run-statements.js';
import type { RunTransaction, Statement } from '../transaction.port.js';
import { transactionsOn } from './pg-transaction.js';
import { openPool } from './postgres-pool.js';

const sql = (text: string, ...values: Statement['values']): Statement => ({ text, values });
const CLAIMS = { sub: 'ann', role: 'authenticated' };
const WHO_AM_I = sql(`select json_build_array(current_user, coalesce(current_setting('request.jwt.claims', true), ''),
  current_setting('statement_timeout'), pg_backend_pid())`);

describeWithPostgres()('transactionsOn', () => {
  let server: PostgresServer;
  let pool: Pool;
  let run: RunTransaction;
  const lost: string[] = [];
  beforeAll(async () => {
    server = await PostgresServer.create();
    await server.sql('create role authenticated; create role server login; grant authenticated to server;');
    await server.sql(`
      create table rows (id integer primary key deferrable initially deferred, text text);
      alter table rows enable row level security; create policy own on rows to authenticated
        using (text = current_setting('request.jwt.claims')::json ->> 'sub');
      grant all on rows to server, authenticated; create policy all_of_server on rows to server using (true);
      create function servers_only() returns integer language sql as 'select 1';
      revoke all on function servers_only() from public; grant execute on function servers_only() to server;`);
  }, 180_000);
  afterAll(() => server.destroy());
  // One connection: whoever comes next has the one of whoever was before.
  beforeEach(async () => {
    pool = openPool(server.url('server'), 1, ({ message }) => lost.push(message));
    run = transactionsOn(pool);
    await run([sql('delete from rows')]);
  });
  afterEach(() => pool.end());

  const whoAmI = async (): Promise<unknown[]> => JSON.parse((await run([WHO_AM_I])) ?? '') as unknown[];
  const codeOf = (work: Promise<unknown>) => work.then(String, (error: unknown) => asDataError(error).code);

  it('answers with the first value of the last statement', async () => {
    const insert = sql('insert into rows select n, $1 from generate_series(1, $2::integer) n', 'ann', 3);
    expect(await run([insert, sql('select text from rows'), sql('select count(*) from rows')])).toBe('3');
    expect(await run([sql('select id from rows order by id')])).toBe('1');
    expect(await run([sql('select text from rows where id = 9')])).toBeNull();
    expect(await run([sql('select null union all select 1')])).toBeNull();
    expect(await run([sql(`select $1 || ' \\ '' "' || $2::boolean`, `' or 1 = 1; -- \\`, true)])).toBe(
      `' or 1 = 1; -- \\ \\ ' "true`,
    );
  });

  it('keeps all or nothing, also when only the commit fails', async () => {
    const insert = (id: number) => sql('insert into rows values ($1::integer)', id);
    await expect(run([insert(1), sql('select 1 / 0'), insert(2)])).rejects.toMatchObject({ code: '22012' });
    await expect(run([insert(1), insert(1), sql('select 1')])).rejects.toMatchObject({ code: '23505' });
    expect(await run([sql('select count(*) from rows')])).toBe('0');
  });

  it('gives a caller his own rights, from the next statement on', async () => {
    await run([sql(`insert into rows values (1, 'ann'), (2, 'bob')`)]);
    expect(await run([asCaller(CLAIMS), sql('select count(*) from rows')])).toBe('1');
    expect(await codeOf(run([asCaller(CLAIMS), sql('select servers_only()')]))).toBe('forbidden');
    expect(await run([AS_SERVER, sql('select servers_only()')])).toBe('1');
  });

  it.each([
    ['answers', [asCaller(CLAIMS), sql('select 1')]],
    ['fails', [asCaller(CLAIMS), sql('select 1 / 0')]],
    ['is not SQL', [asCaller(CLAIMS), sql('selec 1')]],
    ['fails at its commit', [asCaller(CLAIMS), sql(`insert into rows values (1, 'ann'), (1, 'ann')`)]],
    ['is refused', [asCaller(CLAIMS), sql('select servers_only()')]],
    ['takes too long', [asCaller(CLAIMS), sql(`set local statement_timeout = 20`), sql('select pg_sleep(5)')]],
  ] as const)('leaves nothing of a caller whose call %s to who is next', async (_how, statements) => {
    const before = await whoAmI();
    expect(before).toEqual(['server', '', '10s', expect.any(Number)]);
    // Both are sent before the first is answered.
    const [, after] = await Promise.all([run(statements).catch(() => undefined), whoAmI()]);
    expect(after).toEqual(before);
  });

  it('goes on with another connection when one is lost, and says so', async () => {
    const call = codeOf(run([sql('select pg_sleep(5)')]));
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where query ~ '^select pg_sleep'`;
    await waitFor(async () => (await server.query(kill)).rowCount === 1);
    expect(await call).toBe('unavailable');
    expect(await run([sql('select 1')])).toBe('1');
  });

  describe('has the server end', () => {
    const RUNNING = `select count(*)::int as n from pg_stat_activity
      where state = 'active' and pid <> pg_backend_pid() and query ~ 'pg_sleep'`;
    const running = async (): Promise<number> =>
      ((await server.query(RUNNING)).rows as { readonly n: number }[])[0]?.n ?? 0;

    it.each(['with', 'after'] as const)(
      'what nobody waits for any more, and keeps nothing of it (%s)',
      async (commit) => {
        const aborting = new AbortController();
        const statements = [sql('insert into rows values (7)'), sql('select pg_sleep(9)')];
        const call = codeOf(run(statements, aborting.signal, commit));
        await waitFor(async () => (await running()) === 1);
        const asked = Date.now();
        aborting.abort(new DOMException('The caller has left.', 'AbortError'));
        await waitFor(async () => (await running()) === 0);
        expect(Date.now() - asked).toBeLessThan(4_000);
        await call;
        expect(await run([sql('select count(*) from rows')])).toBe('0');
        expect(lost).toEqual([]);
      },
    );

    it('nothing of who is next on the connection, whenever somebody does not want to wait any more', async () => {
      for (const afterMs of [0, 50, 90, 110, 150]) {
        await run([sql('select pg_sleep(0.1)')], AbortSignal.timeout(afterMs)).catch(() => undefined);
        expect(await run([sql('select pg_sleep(0.15)')])).toBe('');
      }
    }, 30_000);
  });

  it('waits for a connection for as long as the pool says, and begins nothing that nobody wants any more', async () => {
    const first = run([sql('select pg_sleep(3.5)')]);
    const aborting = new AbortController();
    const second = codeOf(run([sql('select 1')]));
    expect(await second).toBe('unavailable');
    const third = run([sql(`insert into rows values (3)`)], aborting.signal);
    aborting.abort();
    await expect(third).rejects.toMatchObject({ name: 'AbortError' });
    await first;
    expect(await run([sql('select count(*) from rows')])).toBe('0');
  }, 15_000);
});
