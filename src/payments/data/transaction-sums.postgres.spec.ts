import fc from 'fast-check';
import { Client } from 'pg';
import { openTestDatabase } from '../../../test/support/database.js';
import { describeWithPostgres, PostgresServer } from '../../../test/support/postgres-server.js';

/** Where the sums by day or month are not what the rows come to; nothing when all is well. */
const DIFFERENCES = [
  ['transaction_days', 'booked_on', 'booked_on'],
  ['transaction_months', 'month', `date_trunc('month', booked_on::timestamp)::date`],
].map(
  ([sums, begins, ofRow]) => `
    select '${sums}' as sums, * from (
      select client_id, ${ofRow} as begins, category, amount < 0 as is_refund,
        count(*) as count, sum(amount) as total, min(amount) as minimum, max(amount) as maximum
      from public.transactions group by 1, 2, 3, 4
    ) counted
    full join (
      select client_id, ${begins} as begins, category, is_refund, count, total, minimum, maximum from public.${sums}
    ) kept using (client_id, begins, category, is_refund, count, total, minimum, maximum)
    where counted.* is null or kept.* is null`,
);

const number = fc.nat({ max: 11 });
const WHATS = ['insert', 'delete', 'move', 'amount', 'describe', 'merge'];
/** Few clients, days, categories and amounts: changes meet. */
const changeOf = (whats: readonly string[]) => fc.tuple(fc.constantFrom(...whats), number, number);
const DEADLOCK = '40P01';
type Change = readonly [what: string, a: number, b: number];

/** Twelve rows of a writer: n of them from a on, with values that follow from b. */
const rowsOf = (writer: string, a: number, b: number) => `
  select '${writer}-' || n as reference, 1 + (n + ${b}) % 2 as client_id, date '2026-01-30' + (n * ${b}) % 4 as booked_on,
    'x' as description, (array['a', 'b'])[1 + (n + ${b}) % 2] as category, (n - 5) * ${b} / 10.0 as amount
  from generate_series(${a}, 11) n`;
const COLUMNS = 'reference, client_id, booked_on, description, category, amount';

function sqlOf([what, a, b]: Change, writer: string): string {
  const own = `reference like '${writer}-%'`;
  const some = `${own} and id % 12 between ${Math.min(a, b)} and ${Math.max(a, b)}`;
  const insert = `insert into public.transactions (${COLUMNS}) ${rowsOf(writer, a, b)} on conflict (reference) do`;
  switch (what) {
    case 'insert':
      return `${insert} nothing`;
    case 'merge':
      return `${insert} update set amount = excluded.amount, booked_on = excluded.booked_on, category = excluded.category`;
    case 'delete':
      return `delete from public.transactions where ${some}`;
    case 'move':
      return `update public.transactions set booked_on = booked_on + 2 - ${a} % 5, client_id = 1 + ${b} % 2 where ${some}`;
    case 'amount':
      return `update public.transactions set amount = ${a} - amount where ${some}`;
    default:
      return `update public.transactions set description = 'y${a}' where ${some}`;
  }
}

describeWithPostgres()('sums of transactions', () => {
  let server: PostgresServer;
  let writers: Client[];
  const first = () => writers[0] as Client;
  const differences = async () => {
    const found: object[] = [];
    for (const query of DIFFERENCES) found.push(...(await first().query<object>(query)).rows);
    return found;
  };

  beforeAll(async () => {
    server = await PostgresServer.create();
    await (await openTestDatabase({ url: server.url(), seed: false })).close();
    writers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = new Client({ connectionString: server.url() });
        await client.connect();
        return client;
      }),
    );
    await first().query(`insert into public.clients (id, owner_id, name) values (1, 'a', 'A'), (2, 'b', 'B')`);
  }, 180_000);
  afterAll(async () => {
    await Promise.all(writers.map((client) => client.end()));
    await server.destroy();
  });
  beforeEach(() => first().query('truncate public.transactions'));

  it('are what the rows come to, whatever is written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changeOf(WHATS), { maxLength: 12 }), fc.boolean(), async (changes, isWhole) => {
        if (isWhole) await first().query('begin');
        for (const each of changes) await first().query(sqlOf(each, 'w'));
        if (isWhole) await first().query('commit');
        expect(await differences()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 180_000);

  it.each([
    ['several write at once, or give up', ['insert', 'delete', 'move', 'amount', 'describe'], false],
    // Inserts and updates of one statement reach the sums one after the other: of two such, one may have to give up.
    ['several merge at once', WHATS, true],
  ])(
    'are what the rows come to when %s',
    async (_, whats, mayGiveUp) => {
      const changes = fc.array(fc.tuple(changeOf(whats), fc.boolean()), { minLength: 24, maxLength: 48 });
      await fc.assert(
        fc.asyncProperty(changes, async (all) => {
          const write = async (client: Client, writer: number) => {
            for (const [each, isKept] of all.filter((_, n) => n % writers.length === writer)) {
              await client.query('begin');
              try {
                await client.query(sqlOf(each, `w${writer}`));
                await client.query(isKept ? 'commit' : 'rollback');
              } catch (error) {
                await client.query('rollback');
                // Each writes its own rows, and only the sums are shared.
                if (!mayGiveUp || (error as { code?: string }).code !== DEADLOCK) throw error;
              }
            }
          };
          await Promise.all(writers.map(write));
          expect(await differences()).toEqual([]);
        }),
        { numRuns: 10, endOnFailure: true },
      );
    },
    60_000,
  );

  it('follow a client that gets another number, one that goes, and a table that is emptied', async () => {
    await first().query(sqlOf(['insert', 0, 3], 'w'));
    await first().query('update public.clients set id = 3 where id = 2');
    expect(await differences()).toEqual([]);
    await first().query('delete from public.clients where id = 3');
    expect(await differences()).toEqual([]);
    await first().query('truncate public.clients cascade');
    expect(
      await first()
        .query('select from public.transaction_days')
        .then(({ rowCount }) => rowCount),
    ).toBe(0);
    expect(
      await first()
        .query('select from public.transaction_months')
        .then(({ rowCount }) => rowCount),
    ).toBe(0);
    await first().query(`insert into public.clients (id, owner_id, name) values (1, 'a', 'A'), (2, 'b', 'B')`);
  });

  it('are seen by the client’s owner alone, and written by nobody but the triggers', async () => {
    await first().query(sqlOf(['insert', 0, 3], 'w'));
    await first().query('begin');
    await first().query(
      `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub": "a"}', true)`,
    );
    for (const sums of ['transaction_days', 'transaction_months']) {
      const seen = await first().query<{ client_id: number }>(`select distinct client_id from public.${sums}`);
      expect(seen.rows).toEqual([{ client_id: 1 }]);
    }
    await expect(first().query('update public.transaction_days set total = 0')).rejects.toThrow(/permission denied/);
    await first().query('rollback');
  });
});
