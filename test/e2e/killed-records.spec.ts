// Calls that begin while the database is away, in a process that is killed at once: each has its row in the end, once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';
import { Build, WorkerProcess, workerToken } from '../support/worker-process.js';

const CALLS = 20;

describeWithPostgres()('records of calls, killed', () => {
  let build: Build;
  let postgres: PostgresServer;
  let rows: Database;
  let dataDir: string;
  const workers: WorkerProcess[] = [];
  const worker = async (): Promise<WorkerProcess> => {
    const env = { DATABASE_URL: postgres.url(), PARLEY_DATA_DIR: dataDir };
    const made = await WorkerProcess.start(build, env);
    workers.push(made);
    return made;
  };

  beforeAll(async () => {
    build = Build.make();
    postgres = await PostgresServer.create();
    rows = await openTestDatabase({ url: postgres.url() });
    dataDir = mkdtempSync(join(tmpdir(), 'parley-killed-'));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(workers.map((made) => made.end()));
    await rows.close();
    await postgres.destroy();
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 180_000);

  it('has every call that was told to its client, and the one that was refused, once and in order', async () => {
    const killed = await worker();
    await postgres.stop();
    const clients = await Promise.all(
      Array.from({ length: CALLS }, () => WireClient.connect(killed.stream, workerToken())),
    );
    const refused = await WireClient.connect(killed.stream, workerToken());
    refused.send({ type: 'session.start', protocol: 1, agent: 'nobody' });
    await refused.next('error');
    for (const client of clients) client.send({ type: 'session.start', protocol: 1 });
    const ids = await Promise.all(clients.map(async (client) => (await client.next('session.started')).sessionId));
    await killed.end('SIGKILL');

    await postgres.start();
    await worker();
    const ended = () =>
      rows.prisma.call.findMany({
        where: { endedAt: { not: null } },
        include: { events: { orderBy: { at: 'asc' } } },
      });
    await waitFor(async () => (await ended()).length === CALLS + 1, 60_000);
    const calls = await ended();
    const abandoned = calls.filter(({ status }) => status === 'abandoned');
    expect(abandoned.map(({ callSid }) => callSid).toSorted()).toEqual(ids.toSorted());
    for (const { events } of abandoned) {
      const steps = events.map(({ data }) => (data as { to?: string } | null)?.to).filter((to) => to !== undefined);
      // The row was there before the call began; that it had begun was said behind it, and may have gone with its process.
      expect([['abandoned'], ['in_progress', 'abandoned']]).toContainEqual(steps);
    }
    expect(calls.filter(({ status }) => status === 'refused')).toMatchObject([
      { agent: 'nobody', ownerId: 'demo', endReason: 'unknown_agent', error: { code: 'unknown_agent' } },
    ]);
  }, 180_000);
});
