// The thread of the embedded database is really killed, as its own memory or a fault in WebAssembly would do it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoData, quietLog } from '../../../test/support/database.js';
import { DatabaseThreads } from '../../../test/support/database-threads.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { Database } from '../database.js';

describe('the embedded database, when its thread dies', () => {
  let folder: string;
  let database: Database;
  let told: string[];
  const threads = new DatabaseThreads();
  const log = {
    info: () => undefined,
    warn: (line: string) => void told.push(`warn ${line}`),
    error: (line: string) => void told.push(`error ${line}`),
  };
  const insert = (callSid: string) =>
    database.prisma.call.create({ data: { callSid, ownerId: 'demo', agent: 'julia', startedAt: new Date() } });
  const calls = async (): Promise<string[]> =>
    (await database.prisma.call.findMany({ orderBy: { callSid: 'asc' } })).map(({ callSid }) => callSid);
  const open = async (url?: string): Promise<void> => {
    told = [];
    database = await Database.open({ url, dataDir: folder, fill: demoData, log });
  };

  afterAll(() => threads.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-thread-'));
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes back with its files, and whoever asks meanwhile is answered', async () => {
    await open();
    await insert('before');
    const running = database.run([{ text: 'select pg_sleep(20)', values: [] }]).catch((error: unknown) => error);
    await threads.kill();
    // What it was doing is refused, as by a server that has gone.
    expect(await running).toMatchObject({ message: 'PGlite is closed' });
    expect(database.state).toBe('away');
    const asked = calls();
    expect(await asked).toEqual(['before']);
    expect(database.state).toBe('good');
    await insert('after');
    expect(await calls()).toEqual(['after', 'before']);
    expect(told[0]).toMatch(
      /^warn The thread of the embedded database has died \(.+\); it is started again\. Its files are kept/,
    );
    expect(told.at(-1)).toBe('warn The embedded database is back.');
    expect(told.some((line) => line.startsWith('error'))).toBe(false);

    await database.close();
    await open();
    expect(await calls()).toEqual(['after', 'before']);
  }, 180_000);

  it('commits nothing in the new thread of what was begun in the old one', async () => {
    await open();
    const transaction = database.prisma.$transaction(async (within) => {
      await within.call.create({ data: { callSid: 'half', ownerId: 'demo', agent: 'julia', startedAt: new Date() } });
      await threads.kill();
      await waitFor(() => database.state === 'good', 60_000);
      await within.call.create({ data: { callSid: 'rest', ownerId: 'demo', agent: 'julia', startedAt: new Date() } });
    });
    await expect(transaction).rejects.toThrow();
    // A transaction of the new thread meanwhile is its own.
    await database.prisma.$transaction([insert('whole')]);
    expect(await calls()).toEqual(['whole']);
  }, 180_000);

  it('is killed again and again, and waits before it tries anew', async () => {
    await open();
    await insert('kept');
    for (let deaths = 0; deaths < 3; deaths += 1) {
      await threads.kill();
      await waitFor(() => database.state === 'away', 10_000);
      await waitFor(() => database.state === 'good', 60_000);
    }
    expect(await calls()).toEqual(['kept']);
  }, 180_000);

  it('can be closed while it is away', async () => {
    await open();
    await threads.kill();
    await waitFor(() => database.state === 'away', 10_000);
    await database.close();
    await expect(database.run([{ text: 'select 1', values: [] }])).rejects.toThrow('PGlite is closed');
    // The folder is free.
    await open();
    expect(await database.ping()).toBe(true);
  }, 180_000);

  it('in memory has lost its rows, says so, and serves on with what a new one has', async () => {
    await open('memory://');
    await insert('lost');
    await threads.kill();
    await waitFor(() => database.state === 'emptied', 60_000);
    await waitFor(() => database.ready, 10_000);
    expect(await calls()).toEqual([]);
    await waitFor(async () => (await database.prisma.client.count()) === 20, 60_000);
    await insert('new');
    expect(await calls()).toEqual(['new']);
    expect(told.find((line) => line.startsWith('error'))).toMatch(/in memory only .* is lost/);
    expect(database.state).toBe('emptied');
  }, 180_000);
});

it('needs no log for a thread that is closed as it should be', async () => {
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);
  const database = await Database.open({
    url: 'memory://',
    dataDir: '/nonexistent',
    log: { ...quietLog, warn: tell, error: tell },
  });
  await database.close();
  expect(told).toEqual([]);
}, 180_000);
