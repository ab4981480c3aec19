import { businessDataContract } from '../../../test/contract/business-data.contract.js';
import { documentsContract } from '../../../test/contract/documents.contract.js';
import { transactionSelectionContract } from '../../../test/contract/transaction-selection.contract.js';
import { demoData, hasVectors } from '../../../test/support/database.js';
import { describeWithPostgres } from '../../../test/support/postgres-server.js';
import { SupabaseProject } from '../../../test/support/supabase-project.js';
import type { SupabaseSimulator } from '../../../test/simulators/supabase.js';
import type { Caller } from '../../identity/caller.port.js';
import type { Database } from '../database.js';
import { RpcBusinessData } from '../../payments/data/rpc-business-data.js';
import { SupabaseRpc } from './supabase-rpc.js';

describeWithPostgres()('SupabaseRpc', () => {
  let project: SupabaseProject;
  let database: Database;
  let supabase: SupabaseSimulator;
  const tokens = new Map<string, string>();
  const caller = (userId: string): Caller => ({
    userId,
    claims: { sub: userId },
    accessToken: tokens.get(userId) ?? '',
  });
  const adapter = (options = {}) =>
    new RpcBusinessData(new SupabaseRpc({ url: supabase.url, anonKey: supabase.anonKey, ...options }));
  const query = (data: RpcBusinessData, by = caller('demo'), signal = new AbortController().signal) =>
    data.queryTransactions({ clientId: 5001, limit: 1 }, { caller: by, signal });

  beforeAll(async () => {
    project = await SupabaseProject.create();
    database = await project.open(demoData);
    supabase = project.api;
    for (const user of ['demo', 'other']) tokens.set(user, await supabase.token(user));
  }, 180_000);
  afterEach(() => {
    Object.assign(supabase.knobs, { fault: 'none', latencyMs: 0 });
  });
  afterAll(async () => {
    await database.close();
    await project.close();
  });

  businessDataContract('Supabase', () =>
    Promise.resolve({
      data: adapter(),
      caller,
      nobody: { userId: 'demo', claims: { sub: 'demo' }, accessToken: 'forged' },
      close: () => Promise.resolve(),
    }),
  );

  transactionSelectionContract('Supabase', () =>
    Promise.resolve({ data: adapter(), caller, database, runs: 50, close: () => Promise.resolve() }),
  );

  documentsContract('Supabase', async () => ({
    rpc: new SupabaseRpc({ url: supabase.url, anonKey: supabase.anonKey }),
    caller: caller('demo'),
    admin: {
      userId: 'ann',
      claims: {},
      accessToken: await supabase.token('ann', 600, { role: 'authenticated', app_metadata: { admin: true } }),
    },
    // What a user may write into his own profile gives no rights.
    nobody: {
      userId: 'eve',
      claims: { admin: true },
      accessToken: await supabase.token('eve', 600, { role: 'authenticated', user_metadata: { admin: true } }),
    },
    vectors: await hasVectors(database),
    close: () => Promise.resolve(),
  }));

  it('sends the anon key and the caller’s own token, whatever the claims beside it say', async () => {
    const liar: Caller = { ...caller('demo'), userId: 'other', claims: { sub: 'other' } };
    const report = await adapter().queryTransactions(
      { clientId: 5019, limit: 1 },
      { caller: liar, signal: new AbortController().signal },
    );
    expect(report).toBeUndefined();
    expect(supabase.requests.at(-1)).toMatchObject({
      path: '/rest/v1/rpc/report_transactions',
      apikey: supabase.anonKey,
      subject: 'demo',
      body: { p_client_id: 5019, p_filter: { limit: 1 } },
    });
  });

  it.each([
    ['unavailable', 'unavailable'],
    ['drop', 'unavailable'],
    ['rate_limited', 'unavailable'],
    ['overlong', 'timeout'],
    ['garbage', 'failed'],
  ] as const)('reports %s as %s, without the caller’s words', async (fault, code) => {
    supabase.knobs.fault = fault;
    const asked = { clientId: 5001, category: 'my secret question', limit: 1 };
    const search = adapter().queryTransactions(asked, {
      caller: caller('demo'),
      signal: new AbortController().signal,
    });
    await expect(search).rejects.toMatchObject({ name: 'DataError', code });
    await expect(search).rejects.not.toThrow(/secret/);
  });

  it('reports an expired token and a wrong key as forbidden', async () => {
    const expired = { ...caller('demo'), accessToken: await supabase.token('demo', -60) };
    await expect(query(adapter(), expired)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(query(adapter({ anonKey: 'wrong' }))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('reports a project without the migrations as a fault', async () => {
    const rpc = new SupabaseRpc({ url: `${supabase.url}/elsewhere`, anonKey: supabase.anonKey });
    await expect(query(new RpcBusinessData(rpc))).rejects.toMatchObject({ code: 'failed' });
  });

  it('gives up at the deadline of its signal', async () => {
    supabase.knobs.fault = 'hang';
    await expect(query(adapter(), caller('demo'), AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'timeout' });
  });

  it('cannot be reached: unavailable', async () => {
    const rpc = new SupabaseRpc({ url: 'http://127.0.0.1:9', anonKey: 'x' });
    await expect(query(new RpcBusinessData(rpc))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps a bounded number of clients and never mixes two callers up', async () => {
    const data = adapter({ maxClients: 1 });
    for (const user of ['demo', 'other', 'demo', 'other']) {
      const report = await query(data, caller(user));
      expect(report?.client.name).toBe(user === 'demo' ? 'Ada Park' : undefined);
    }
  });
});
