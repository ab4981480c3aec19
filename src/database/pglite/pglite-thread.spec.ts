import { join } from 'node:path';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { packageRoot } from '../package-root.js';
import { ensureClusterImage } from './cluster-image.js';
import { PgliteThread } from './pglite-thread.js';

describe('PgliteThread', () => {
  let imageFile: string | undefined;
  let thread: PgliteThread;
  let adapter: SqlDriverAdapter;
  beforeAll(async () => {
    imageFile = await ensureClusterImage(join(packageRoot(), 'node_modules', '.cache', 'parley'));
    thread = await PgliteThread.open(imageFile === undefined ? {} : { imageFile });
    adapter = await thread.adapter.connect();
  }, 180_000);
  afterAll(() => thread.close());

  const rows = async (sql: string, ...args: unknown[]) =>
    (await adapter.queryRaw({ sql, args, argTypes: args.map(() => ({ scalarType: 'unknown', arity: 'scalar' })) }))
      .rows;

  it('leaves the thread that carries the audio free', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await rows('select count(*) from generate_series(1, 2000000)');
    isDone = true;
    // Run on this thread, there would be none.
    expect(turns).toBeGreaterThan(100);
  });

  it('runs a script whole or not at all, and says why', async () => {
    const script = adapter.executeScript(
      `create table half (id integer); select 1 / 0; create table rest (id integer);`,
    );
    await expect(script).rejects.toMatchObject({
      name: 'DriverAdapterError',
      cause: { kind: 'postgres', code: '22012', message: 'division by zero' },
    });
    expect(await rows(`select to_regclass('half')::text, to_regclass('rest')::text`)).toEqual([[null, null]]);
  });

  it('keeps what a transaction commits and nothing of what it rolls back', async () => {
    await adapter.executeScript('create table kept (id integer primary key)');
    for (const end of ['commit', 'rollback'] as const) {
      const transaction = await adapter.startTransaction();
      await transaction.executeRaw({ sql: `insert into kept values (${end.length})`, args: [], argTypes: [] });
      await transaction[end]();
    }
    expect(await rows('select id from kept')).toEqual([['commit'.length]]);
    await expect(rows('insert into kept values (6)')).rejects.toMatchObject({ cause: { originalCode: '23505' } });
  });

  it('runs statements as one transaction, and answers with the first value of the last', async () => {
    const sql = (text: string, ...values: (string | number | boolean | null)[]) => ({ text, values });
    const insert = (id: number) => sql('insert into run values ($1::integer)', id);
    await thread.run([sql('create table run (id integer primary key deferrable initially deferred)')]);
    await expect(thread.run([insert(1), sql('select 1 / 0')])).rejects.toMatchObject({
      cause: { originalCode: '22012' },
    });
    await expect(thread.run([insert(1), insert(1)])).rejects.toMatchObject({ cause: { originalCode: '23505' } });
    const all = `select jsonb_build_array(count(*), $1::text, $2::boolean, $3::date, $4::text) from run`;
    expect(await thread.run([insert(2), sql(all, `it's`, true, '2026-11-20', null)])).toBe(
      `[1, "it's", true, "2026-11-20", null]`,
    );
    expect(await thread.run([sql('select id from run where id = 9')])).toBeNull();
    expect(await thread.run([sql('select true union all select false')])).toBe('true');
  });

  it('refuses what is asked of it once it is closed', async () => {
    const other = await PgliteThread.open(imageFile === undefined ? {} : { imageFile });
    const connection = await other.adapter.connect();
    await Promise.all([other.close(), other.close()]);
    await expect(connection.queryRaw({ sql: 'select 1', args: [], argTypes: [] })).rejects.toThrow('PGlite is closed');
    await expect(other.run([{ text: 'select 1', values: [] }])).rejects.toThrow('PGlite is closed');
  }, 180_000);
});
