import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoData, openTestDatabase, quietLog } from '../../test/support/database.js';
import { Database } from './database.js';
import { packageRoot } from './package-root.js';

/** Adds calls until it is killed; says so after 20. */
const WRITER = `
  import { PGlite } from '@electric-sql/pglite';
  const pglite = await PGlite.create(process.argv[1]);
  for (let n = 1; ; n += 1) {
    await pglite.query('insert into public.calls (call_sid, owner_id, agent, started_at) values ($1, $2, $3, now())', [
      String(n), 'demo', 'julia',
    ]);
    if (n === 20) process.stdout.write('ready');
  }`;

describe('the embedded database', () => {
  /** A data folder with a database in it, closed: made once, copied for each test. */
  let template: string;
  let dataDir: string;
  const openIn = (folder: string) => Database.open({ dataDir: folder, fill: demoData, log: quietLog });
  const open = () => openIn(dataDir);
  beforeAll(async () => {
    template = mkdtempSync(join(tmpdir(), 'parley-data-'));
    await (await openIn(template)).close();
  }, 180_000);
  afterAll(() => rmSync(template, { recursive: true, force: true }));
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'parley-data-'));
    cpSync(template, dataDir, { recursive: true });
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps its rows in its folder', async () => {
    const first = await open();
    expect(first).toMatchObject({ kind: 'embedded', ready: true });
    expect(await first.prisma.client.count()).toBe(20);
    const call = { callSid: 'kept', ownerId: 'demo', agent: 'julia', startedAt: new Date() };
    await first.prisma.call.create({ data: call });
    await first.close();
    await first.close();

    const second = await open();
    expect(await second.prisma.call.count({ where: { callSid: 'kept' } })).toBe(1);
    expect(await second.ping()).toBe(true);
    await second.close();
    expect(await second.ping()).toBe(false);
  }, 180_000);

  it('is refused to a second server, and survives the attempt', async () => {
    const first = await open();
    await expect(open()).rejects.toThrow(/in use by process \d+ .*PARLEY_DATA_DIR/);
    expect(await first.ping()).toBe(true);
    await first.close();
    await (await open()).close();
  }, 180_000);

  it('opens after its server was killed while it wrote', async () => {
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, join(dataDir, 'db', 'cluster')], {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const died = new Promise((resolve) => writer.once('exit', resolve));
    // The lock that a server killed this way leaves.
    const lock = { id: 'x', pid: writer.pid, host: hostname(), born: null };
    writeFileSync(join(dataDir, 'db', 'lock'), JSON.stringify(lock));
    await expect(open()).rejects.toThrow(/in use/);
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    writer.kill('SIGKILL');
    await died;

    const again = await open();
    expect(await again.prisma.call.count()).toBeGreaterThanOrEqual(20);
    await again.close();
  }, 180_000);

  it('starts over when its making was cut short, and only then', async () => {
    rmSync(join(dataDir, 'db', 'complete'));
    rmSync(join(dataDir, 'db', 'cluster', 'global'), { recursive: true });
    const made = await open();
    expect(await made.prisma.client.count()).toBe(20);
    await made.close();

    rmSync(join(dataDir, 'db', 'cluster', 'global'), { recursive: true });
    await expect(open()).rejects.toThrow(/does not open.*PGlite/s);
  }, 180_000);
});

describe('Database.open', () => {
  it('lives in memory when asked to, without demo data when not asked', async () => {
    const database = await openTestDatabase({ seed: false });
    expect(await database.prisma.client.count()).toBe(0);
    await database.close();
  }, 180_000);

  it('refuses an address that is not PostgreSQL’s', async () => {
    await expect(Database.open({ url: 'mysql://x', dataDir: '/nonexistent', log: quietLog })).rejects.toThrow(
      /DATABASE_URL must begin with postgresql/,
    );
  });
});
