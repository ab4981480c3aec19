// Calls keyed by `conversation_id` come over: 100,000 of them, with writers at work, there and back and there again.
import { Client } from 'pg';
import { legacyCommand } from '../../src/database/legacy/legacy-command.js';
import { LegacyMigration } from '../../src/database/legacy/legacy-migration.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { waitFor } from '../support/wait-for.js';

const ROWS = 100_000;
/** Where their number does not matter. */
const FEW = 5_000;
/** A call of nobody's in so many. */
const NOBODY = 10;

/** As the deployments have it that came before. */
const OLDER = `
  create table public.calls (
    id bigserial primary key,
    conversation_id text not null unique,
    driver_id integer,
    phone text,
    status text not null default 'initiated',
    created_at timestamptz not null default now()
  )`;
const fill = (from: number, to: number): string => `
  insert into public.calls (conversation_id, driver_id, phone, status)
  select 'conv_' || md5(n::text), case when n % ${NOBODY} > 0 then n end, '+49' || n, 'completed'
  from generate_series(${from}, ${to}) n`;

/** A program of the older version: it inserts and changes calls, and gives up when it waits for a lock for a second. */
class OlderProgram {
  inserted = 0;
  readonly faults: unknown[] = [];
  longestMs = 0;
  private isStopped = false;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly client: Client,
    private readonly name: string,
  ) {
    this.ended = this.work();
  }

  static async start(url: string, name: string): Promise<OlderProgram> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`set lock_timeout = '1s'`);
    return new OlderProgram(client, name);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.ended;
    await this.client.end();
  }

  private async work(): Promise<void> {
    while (!this.isStopped) {
      const since = performance.now();
      try {
        const id = `conv_${this.name}_${this.inserted}`;
        await this.client.query(`insert into public.calls (conversation_id, driver_id) values ($1, 1)`, [id]);
        this.inserted += 1;
        await this.client.query(`update public.calls set status = 'completed' where conversation_id = $1`, [id]);
        const old = `conv_${`${this.inserted}`.padStart(4, '0')}`;
        await this.client.query(
          `update public.calls set phone = phone where conversation_id > $1 and id = (
          select id from public.calls where conversation_id > $1 order by conversation_id limit 1)`,
          [old],
        );
      } catch (error) {
        this.faults.push(error);
        return;
      }
      this.longestMs = Math.max(this.longestMs, performance.now() - since);
    }
  }
}

describeWithPostgres()('calls of the older shape', () => {
  let postgres: PostgresServer;
  let client: Client;
  let lines: string[];
  const migration = (batch = 1000) =>
    new LegacyMigration(client, {
      schema: 'public',
      table: 'calls',
      user: 'driver_id',
      batch,
      print: (line) => lines.push(line),
    });
  const one = async <T>(sql: string): Promise<T> => Object.values((await client.query(sql)).rows[0] as object)[0] as T;
  const checksum = (columns: string) =>
    one<string>(`select md5(string_agg(concat_ws('|', ${columns}), ';' order by id)) from public.calls`);
  const OLD = 'id, conversation_id, driver_id, phone, status, created_at';

  beforeAll(async () => {
    postgres = await PostgresServer.create();
  }, 180_000);
  beforeEach(async () => {
    lines = [];
    await postgres.sql('drop database if exists older with (force)');
    await postgres.sql('create database older');
    client = new Client({ connectionString: postgres.url('postgres', 'older') });
    await client.connect();
    await client.query(OLDER);
    await client.query(fill(1, FEW));
  }, 180_000);
  afterEach(() => client.end());
  afterAll(() => postgres.destroy());

  it(`come over, ${ROWS} of them, while programs write: no row is lost, and no write waits for a second`, async () => {
    await client.query(fill(FEW + 1, ROWS));
    await client.query('analyze public.calls');
    const url = postgres.url('postgres', 'older');
    const programs = await Promise.all(['a', 'b', 'c'].map((name) => OlderProgram.start(url, name)));
    const isBusy = (since: readonly number[]) => () =>
      programs.every(({ inserted, faults }, n) => faults.length > 0 || inserted > (since[n] ?? 0) + 10);
    await waitFor(isBusy([]), 20_000);
    await migration().up();
    await waitFor(isBusy(programs.map(({ inserted }) => inserted)), 20_000);
    await Promise.all(programs.map((program) => program.stop()));

    expect(programs.flatMap(({ faults }) => faults)).toEqual([]);
    const inserted = programs.reduce((sum, program) => sum + program.inserted, 0);
    expect(await one<string>('select count(*) from public.calls')).toBe(String(ROWS + inserted));
    expect(await one<string>('select count(distinct call_sid) from public.calls')).toBe(String(ROWS + inserted));
    expect(lines).toEqual([
      expect.stringMatching(/^1_add_call_sid up: \d+ ms$/),
      expect.stringMatching(/^2_backfill_call_sid up: \d+ ms, \d+ calls seen, \d+ changed, \d+ of them of nobody$/),
      expect.stringMatching(/^3_call_sid_constraints up: \d+ ms$/),
      expect.stringMatching(/^4_conversation_id_nullable up: \d+ ms$/),
    ]);
    const [changed, ofNobody] = (/(\d+) changed, (\d+) of/.exec(lines[1] ?? '')?.slice(1) ?? []).map(Number);
    expect(changed).toBeGreaterThanOrEqual(ROWS);
    expect(ofNobody).toBe(ROWS / NOBODY);
    process.stdout.write(
      `older records: ${lines.join('; ')}; ${inserted} rows inserted meanwhile, the longest write took ${Math.round(
        Math.max(...programs.map(({ longestMs }) => longestMs)),
      )} ms\n`,
    );

    // The ways by which calls are found.
    const plan = async (sql: string) =>
      (await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`)).rows.map((row) => row['QUERY PLAN']).join('\n');
    await client.query('analyze public.calls');
    expect(await plan(`select conversation_id from public.calls where call_sid = 'x'`)).toMatch(
      /Index Scan using calls_call_sid_key/,
    );
    expect(await plan(`select call_sid from public.calls where conversation_id = 'x'`)).toMatch(
      /Index (Only )?Scan using calls_conversation_id_key/,
    );
  }, 300_000);

  it('are the same after the way there, back, and there again', async () => {
    await client.query(fill(FEW + 1, ROWS));
    const before = await checksum(OLD);
    await migration(20_000).up();
    const there = await checksum(`${OLD}, call_sid`);
    await migration(20_000).down();
    expect(await checksum(OLD)).toBe(before);
    const shape = `select string_agg(column_name || is_nullable, ',' order by ordinal_position)
      from information_schema.columns where table_name = 'calls'`;
    expect(await one<string>(shape)).toBe('idNO,conversation_idNO,driver_idYES,phoneYES,statusNO,created_atNO');
    await migration(20_000).up();
    expect(await checksum(`${OLD}, call_sid`)).toBe(there);
    // Each step again is no harm.
    await migration(20_000).up();
    expect(await checksum(`${OLD}, call_sid`)).toBe(there);
  }, 300_000);

  it('do not go back while a call has no conversation, and say how many', async () => {
    await migration(50_000).up();
    await client.query(`insert into public.calls (conversation_id, call_sid) values (null, 'mine'), (null, null)`);
    const { rows } = await client.query(`select call_sid from public.calls where conversation_id is null order by id`);
    expect(rows).toEqual([{ call_sid: 'mine' }, { call_sid: expect.stringMatching(/^[\da-f-]{36}$/) }]);
    await expect(migration().down()).rejects.toThrow(/^2 calls have no conversation_id: step 4 cannot be taken back/);
    expect(await one<string>('select count(*) from public.calls where call_sid is null')).toBe('0');
    await client.query(`delete from public.calls where conversation_id is null`);
    await migration(50_000).down(3);
    await expect(client.query(`insert into public.calls (conversation_id) values (null)`)).rejects.toThrow(/not-null/);
  }, 120_000);

  it('are filled on from where an attempt was cut off', async () => {
    await migration().up(1);
    let batches = 0;
    const cut = {
      query: async (...args: Parameters<Client['query']>) => {
        if (args[0].includes('with page')) batches += 1;
        if (batches > 30) throw new Error('killed');
        return client.query(...args);
      },
    } as unknown as Client;
    const options = { schema: 'public', table: 'calls', user: 'driver_id', batch: 100, print: () => undefined };
    await expect(new LegacyMigration(cut, options).up(2)).rejects.toThrow('killed');
    expect(await one<string>('select count(*) from public.calls where call_sid is null')).toBe(String(FEW - 3_000));
    expect(await migration().backfill()).toMatchObject({ seen: FEW, changed: FEW - 3_000 });
  }, 120_000);

  it('wait for nobody long: a lock that is held is tried for again', async () => {
    const holder = new Client({ connectionString: postgres.url('postgres', 'older') });
    await holder.connect();
    await holder.query('begin; lock table public.calls in share mode');
    let isDone = false;
    const up = migration(50_000)
      .up(1)
      .then(() => (isDone = true));
    const waiting = async () =>
      (await holder.query(`select 1 from pg_locks where not granted and relation = 'public.calls'::regclass`)).rows
        .length;
    await waitFor(async () => (await waiting()) === 1, 10_000);
    await waitFor(async () => (await waiting()) === 0, 10_000);
    expect(isDone).toBe(false);
    await holder.query('rollback');
    await up;
    await holder.end();
  }, 180_000);

  it.each([
    ['a table that is not there', [], ['--table', 'public.nothing'], /public\.nothing has no column conversation_id/],
    ['a column that is not there', [], ['--user', 'owner'], /has no column owner/],
    ['a name that would have to be quoted', [], ['--table', 'public."Calls"'], /is no name in small letters/],
    [
      'a primary key',
      ['alter table public.calls drop constraint calls_pkey, add primary key (conversation_id)'],
      [],
      /is the primary key of public\.calls/,
    ],
    ['no unique index', ['alter table public.calls drop constraint calls_conversation_id_key'], [], /no unique index/],
    ['Parley’s own table', ['alter table public.calls add column agent_version text'], [], /of Parley’s own/],
  ])('are not begun with %s', async (_what, prepare, args, message) => {
    for (const sql of prepare) await client.query(sql);
    const url = postgres.url('postgres', 'older');
    await expect(legacyCommand(['legacy', 'up', ...args], url, () => undefined)).rejects.toThrow(message);
    expect(await one<string>(`select count(*) from information_schema.columns where column_name = 'call_sid'`)).toBe(
      '0',
    );
  });

  it.each([
    [['legacy']],
    [['legacy', 'sideways']],
    [['legacy', 'up', '--to', '5']],
    [['legacy', 'up', '--batch', '0']],
  ])('are told how, by %j', (args) =>
    expect(legacyCommand(args, 'unused', () => undefined)).rejects.toThrow(/^Usage: npm run data -- legacy/),
  );
});
