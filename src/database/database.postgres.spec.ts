import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { businessDataContract } from '../../test/contract/business-data.contract.js';
import { transactionSelectionContract } from '../../test/contract/transaction-selection.contract.js';
import { callStoreContract, callStoreIn } from '../../test/contract/call-store.contract.js';
import { callRecordsContract } from '../../test/contract/call-records.contract.js';
import { documentsContract } from '../../test/contract/documents.contract.js';
import { adminOf, callerOf, hasVectors, openTestDatabase, quietLog } from '../../test/support/database.js';
import { describeWithPostgres, PostgresServer } from '../../test/support/postgres-server.js';
import { waitFor } from '../../test/support/wait-for.js';
import { CallRecorder } from '../calls/records/call-recorder.js';
import { RpcBusinessData } from '../payments/data/rpc-business-data.js';
import { SqlCallStore } from './calls/sql-call-store.js';
import { Database } from './database.js';
import { SqlRpc } from './rpc/sql-rpc.js';

// The server's time zone is Tokyo and its version another than PGlite's: neither may show.
describeWithPostgres()('on a real PostgreSQL server', () => {
  let server: PostgresServer;
  const access = { caller: callerOf('demo'), signal: new AbortController().signal };

  beforeAll(async () => {
    server = await PostgresServer.create();
    // As an operator sets it up: an owner that is no superuser and may make roles.
    await server.sql('create role parley login createrole');
    for (const name of ['contract', 'bare', 'together', 'outage', 'plain']) {
      await server.sql(`create database ${name} owner parley`);
    }
  }, 180_000);
  afterAll(() => server.destroy());

  const open = (name: string, user = 'parley') => openTestDatabase({ url: server.url(user, name) });

  businessDataContract('PostgreSQL', async () => {
    const database = await open('contract');
    return {
      data: new RpcBusinessData(new SqlRpc(database)),
      caller: callerOf,
      nobody: callerOf(''),
      close: () => database.close(),
    };
  });

  transactionSelectionContract('PostgreSQL', async () => {
    const database = await open('contract');
    return {
      data: new RpcBusinessData(new SqlRpc(database)),
      caller: callerOf,
      database,
      close: () => database.close(),
    };
  });

  documentsContract('PostgreSQL', async () => {
    const database = await open('contract');
    const rpc = new SqlRpc(database);
    const vectors = await hasVectors(database);
    return { rpc, caller: callerOf('demo'), admin: adminOf('ann'), vectors, close: () => database.close() };
  });

  documentsContract('PostgreSQL without extensions', async () => {
    const database = await open('bare');
    await database.prisma.$executeRawUnsafe('drop extension if exists pg_trgm');
    await database.prisma.$executeRawUnsafe('drop extension if exists vector');
    const rpc = new SqlRpc(database);
    return { rpc, caller: callerOf('demo'), admin: adminOf('ann'), vectors: false, close: () => database.close() };
  });

  callStoreContract('PostgreSQL', async () => callStoreIn(await open('contract')));

  callRecordsContract('PostgreSQL', () => open('contract'));

  it('lets instances that boot together migrate and seed one database', async () => {
    const databases = await Promise.all([open('together'), open('together'), open('together')]);
    try {
      const { prisma } = databases[0];
      expect(await prisma.client.count()).toBe(20);
      const migrations = await prisma.$queryRaw`select migration_name from public._prisma_migrations`;
      const folders = readdirSync('prisma/migrations', { withFileTypes: true }).filter((entry) => entry.isDirectory());
      expect(migrations).toHaveLength(folders.length);
    } finally {
      await Promise.all(databases.map((database) => database.close()));
    }
  });

  it('keeps the same instant whatever the time zone of the server', async () => {
    const database = await open('plain');
    try {
      const startedAt = new Date('2026-11-20T23:30:00.123Z');
      await database.prisma.call.create({ data: { callSid: 'zone', ownerId: 'demo', agent: 'julia', startedAt } });
      expect((await database.prisma.call.findUniqueOrThrow({ where: { callSid: 'zone' } })).startedAt).toEqual(
        startedAt,
      );
      const [row] = await database.prisma.$queryRaw<{ utc: string }[]>`
        select to_char(started_at at time zone 'UTC', 'HH24:MI') as utc from public.calls where call_sid = 'zone'`;
      expect(row?.utc).toBe('23:30');
    } finally {
      await database.close();
    }
  });

  it('says that it is away while the server is, and goes on when it is back', async () => {
    const database = await open('outage');
    const data = new RpcBusinessData(new SqlRpc(database));
    try {
      expect(await database.ping()).toBe(true);
      await server.stop();
      await expect(data.queryTransactions({ clientId: 5001, limit: 1 }, access)).rejects.toMatchObject({
        name: 'DataError',
        code: 'unavailable',
      });
      expect(await database.ping()).toBe(false);
      await server.start();
      expect(await data.queryTransactions({ clientId: 5001, limit: 1 }, access)).toMatchObject({ currency: 'USD' });
      expect(await database.ping()).toBe(true);
    } finally {
      await server.start();
      await database.close();
    }
  });

  it('gets the records of calls that went on while it was away, each once', async () => {
    const database = await open('outage');
    const folder = mkdtempSync(join(tmpdir(), 'parley-records-'));
    const recorder = await CallRecorder.start(new SqlCallStore(database), {
      folder,
      intervalMs: 20,
      maxBackoffMs: 100,
      endsWithProcess: true,
      version: '0.0.0',
      log: quietLog,
    });
    const call = { sessionId: 'outage', userId: 'demo', agent: 'julia', providers: { stt: 's', llm: 'l', tts: 't' } };
    let seq = 0;
    const say = (text: string) => recorder.event(call, { type: 'turn.ended', turnId: 't', text }, (seq += 1));
    const texts = async () =>
      (await database.prisma.callTranscript.findMany({ where: { callSid: 'outage' }, orderBy: { seq: 'asc' } })).map(
        ({ text }) => text,
      );
    try {
      recorder.started(call);
      say('before');
      await waitFor(async () => (await texts()).length === 1);
      await server.stop();
      const spoken = Array.from({ length: 300 }, (_, n) => `during ${n}`);
      for (const text of spoken) say(text);
      await waitFor(() => recorder.stats.waitingBytes > 0 && readdirSync(folder).length > 0);
      await server.start();
      await waitFor(() => recorder.stats.waitingBytes === 0, 15_000);
      expect(await texts()).toEqual(['before', ...spoken]);
    } finally {
      await server.start();
      await recorder.close(1_000);
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('starts without the server and is ready once it can be reached', async () => {
    await server.stop();
    const warnings: string[] = [];
    const log = { ...quietLog, warn: (message: string) => warnings.push(message) };
    const database = await openTestDatabase({ url: server.url('parley', 'plain'), log });
    try {
      expect(database.ready).toBe(false);
      expect(warnings.join()).toMatch(/away .* calls go on without it/);
      const data = new RpcBusinessData(new SqlRpc(database));
      const query = { clientId: 5001, limit: 1 };
      await expect(data.queryTransactions(query, access)).rejects.toMatchObject({ code: 'unavailable' });
      await server.start();
      await waitFor(() => database.ready, 15_000);
      expect(await data.queryTransactions(query, access)).toMatchObject({ currency: 'USD' });
    } finally {
      await server.start();
      await database.close();
    }
  });

  it('refuses to boot when the login is wrong, without showing the password', async () => {
    const url = server.url('nosuchuser').replace('nosuchuser@', 'nosuchuser:hunter2@');
    const opening = Database.open({ url, dataDir: '/nonexistent', log: quietLog });
    await expect(opening).rejects.toThrow(/the login was refused\. Check the user and the password in DATABASE_URL/);
    await expect(opening).rejects.not.toThrow(/hunter2/);
  });
});
