import { Client } from 'pg';
import { describeWithPostgres } from '../../test/support/postgres-server.js';
import { SupabaseProject } from '../../test/support/supabase-project.js';
import { rightsCheck } from './database-checks.js';
import { loadConfig } from '../config/load-config.js';
import { runChecks } from './check.js';

// The check of `npm run doctor` on a project as our migrations leave it, and with what somebody adds to it.
describeWithPostgres()('rights, as npm run doctor sees them', () => {
  let project: SupabaseProject;
  let owner: Client;
  let check: ReturnType<typeof rightsCheck>;

  const line = async () => {
    const lines: string[] = [];
    const isWell = await runChecks([check], { print: (text) => lines.push(text.replace(/ \(\d+ ms\)$/, '')) });
    return { isWell, line: lines.join('\n') };
  };
  const FINE = {
    isWell: true,
    line: expect.stringMatching(
      /^ok {2}rights: \d+ tables with row-level security; as their definer run, as expected: forget_transaction_days, sum_transactions$/,
    ) as string,
  };

  beforeAll(async () => {
    project = await SupabaseProject.create();
    check = rightsCheck(
      loadConfig({
        cwd: '/nonexistent',
        env: { NODE_ENV: 'test', DATABASE_URL: project.databaseUrl, STREAM_STT_PROVIDER: 'webspeech' },
      }),
    );
    owner = new Client({ connectionString: project.databaseUrl });
    await owner.connect();
  }, 60_000);
  afterAll(async () => {
    await owner.end();
    await project.close();
  });

  it('are none before the first start, and as they should be after it', async () => {
    expect(await line()).toEqual({ isWell: true, line: 'ok  rights: no tables yet, made at the first start' });
    await (await project.open()).close();
    expect(await line()).toEqual(FINE);
  });

  it.each<[what: string, make: string, undo: string, isWell: boolean, says: RegExp]>([
    [
      'a table that Supabase publishes',
      'create table public.notes (id integer)',
      'drop table public.notes',
      false,
      /^BAD rights: the table notes has no row-level security and is open to anon, authenticated: alter table public\.notes enable/,
    ],
    [
      'one that nobody may use',
      'create table public.notes (id integer); revoke all on public.notes from anon, authenticated',
      'drop table public.notes',
      true,
      /^warn rights: the table notes has no row-level security; nobody but its owner may use it now\.$/,
    ],
    [
      'one without a policy',
      'create table public.notes (id integer); alter table public.notes enable row level security',
      'drop table public.notes',
      true,
      /^warn rights: the table notes has no policy: callers see none of its rows\.$/,
    ],
    [
      'a table of ours whose security is off',
      'alter table public.clients disable row level security',
      'alter table public.clients enable row level security',
      false,
      /^BAD rights: the table clients has no row-level security and is open to authenticated/,
    ],
    [
      'a function past every policy',
      `create function public.all_clients() returns bigint language sql security definer
        as 'select count(*) from public.clients'`,
      'drop function public.all_clients()',
      false,
      /^BAD rights: the function all_clients runs as its definer and is not ours; its search_path is not set: add .*; anon, authenticated may run it, past every policy\.$/,
    ],
    [
      'one with its search_path set',
      `create function public.all_clients() returns bigint language sql security definer set search_path = ''
        as 'select count(*) from public.clients'`,
      'drop function public.all_clients()',
      true,
      /^warn rights: the function all_clients runs as its definer and is not ours; its search_path is set; anon, authenticated may run it/,
    ],
    [
      'a function of ours that was changed',
      'alter function public.sum_transactions() reset search_path',
      `alter function public.sum_transactions() set search_path = ''`,
      false,
      /^BAD rights: the function sum_transactions runs as its definer; its search_path is not set/,
    ],
  ])('name %s', async (_what, make, undo, isWell, says) => {
    await owner.query(make);
    expect(await line()).toEqual({ isWell, line: expect.stringMatching(says) as string });
    await owner.query(undo);
    expect(await line()).toEqual(FINE);
  });
});
