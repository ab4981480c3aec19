import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaClient } from '../../generated/prisma/client.js';
import { packageRoot } from '../package-root.js';
import { openPglite } from '../pglite/pglite-cluster.js';
import type { PgliteCluster } from '../pglite/pglite-cluster.js';
import { applyMigrations, diffMigrationsToSchema, MigrationError } from './migrate.js';

const root = packageRoot();
const prismaDir = join(root, 'prisma');
const NAMES = [
  '20261120000000_init',
  '20261128000000_side_effects',
  '20261129000000_artifact_limit',
  '20261129100000_transaction_days',
  '20261129101000_transaction_months',
  '20261129110000_documents',
  '20261129120000_mail_queue',
  '20261129130000_rights',
  '20261129131000_caller_names',
  '20261129140000_report_parts',
  '20261129160000_call_records',
  '20261129170000_report_except',
  '20261129190000_document_questions',
  '20261129200000_call_history',
  '20261129210000_webhook_deliveries',
  '20261130000000_outbound_calls',
  '20261130010000_call_summaries',
  '20261130030000_mail_bounces',
  '20261130040000_call_transfers',
  '20261130041000_call_recordings',
  '20261130050000_transfer_ends',
  '20261130051000_outbound_answers',
  '20261130052000_webhook_turns',
  '20261130060000_document_evidence',
  '20261130070000_person_left',
  '20261130071000_outbound_ends',
  '20261130072000_transfer_checks',
  '20261130073000_webhook_addresses',
  '20261130190000_call_totals',
  '20261130200000_call_versions',
  '20261130210000_rollout_plans',
  '20261130220000_agent_versions',
  '20261201000000_rollout_journal',
  '20261201010000_queue_depths',
];
const cacheDir = join(root, 'node_modules', '.cache', 'parley');

describe('migrations', () => {
  let cluster: PgliteCluster;
  let prisma: PrismaClient;
  let folder: string;

  // One cluster for all: the tests run in order, each on what the one before it left.
  beforeAll(async () => {
    cluster = await openPglite({ cacheDir });
    prisma = new PrismaClient({ adapter: cluster.adapter });
  }, 180_000);
  afterAll(async () => {
    await prisma.$disconnect();
    await cluster.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-migrations-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const rows = (sql: string) => prisma.$queryRawUnsafe<unknown[]>(sql);

  /** A copy of prisma/ with one more migration. */
  async function prismaWith(name: string, sql: string): Promise<string> {
    const copy = join(folder, 'prisma');
    await cp(prismaDir, copy, { recursive: true });
    await mkdir(join(copy, 'migrations', name), { recursive: true });
    await writeFile(join(copy, 'migrations', name, 'migration.sql'), sql);
    return copy;
  }

  it('are applied once, into the table that Prisma’s own command line reads', async () => {
    expect(await applyMigrations(cluster.adapter, prismaDir)).toEqual(NAMES);
    expect(await applyMigrations(cluster.adapter, prismaDir)).toEqual([]);
    expect(
      await rows(
        'select migration_name, applied_steps_count, finished_at is null as open from _prisma_migrations order by migration_name',
      ),
    ).toEqual(NAMES.map((name) => ({ migration_name: name, applied_steps_count: 1, open: false })));
  });

  it('make what schema.prisma says, column by column', async () => {
    expect(await diffMigrationsToSchema(cluster.adapter, prismaDir)).toBe('');
  });

  it('would not pass that check with a column missing', async () => {
    const copy = await prismaWith('20990101000000_drop', 'alter table public.clients drop column email;');
    expect(await diffMigrationsToSchema(cluster.adapter, copy)).toMatch(/ADD COLUMN\s+"email"/);
  });

  it('put every table under row-level security, and Prisma’s own', async () => {
    const open = await rows(`
      select relname from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`);
    expect(open).toEqual([]);
  });

  /** What only the server calls. */
  const OWN = [
    'accept_mail',
    'add_counts',
    'add_do_not_call',
    'agent_performance',
    'answer_outbound',
    'begin_transfer',
    'bounce_mail',
    'call_may_become',
    'call_totals',
    'claim_bounces',
    'claim_effect',
    'claim_mail',
    'claim_outbound',
    'claim_summary',
    'claim_transfers',
    'claim_webhook',
    'end_outbound',
    'erase_caller',
    'erased_among',
    'expire_calls',
    'expire_recordings',
    'find_call',
    'hand_over_mail',
    'list_agent_versions',
    'list_do_not_call',
    'list_rollout_journal',
    'list_webhooks',
    'mail_allowance',
    'mail_record',
    'mail_standing',
    'move_outbound',
    'move_rollout_journal',
    'move_transfer',
    'outbound_answer',
    'place_outbound',
    'publish_agent_version',
    'queue_depths',
    'queue_event',
    'queue_webhook',
    'read_agent_version',
    'record_calls',
    'record_ids',
    'record_opened',
    'record_status',
    'record_usage',
    'remove_do_not_call',
    'resend_webhook',
    'set_webhook_endpoints',
    'settle_effect',
    'settle_mail',
    'settle_summary',
    'settle_transfer',
    'settle_webhook',
    'spent_by',
    'transfer_json',
    'transfer_legs',
    'usable_agent_versions',
    'watch_transfer',
  ];
  it('let nobody but authenticated callers run the functions, and nobody at all the server’s own', async () => {
    const own = await rows(`
      select p.proname as name from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
        and not has_function_privilege('authenticated', p.oid, 'execute')
        and not has_function_privilege('anon', p.oid, 'execute') order by 1`);
    expect(own).toEqual(OWN.map((name) => ({ name })));
    const exposed = await rows(`
      select p.proname from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proname <> all ('{${OWN.join()}}') and not (p.prosecdef and p.prorettype = 'trigger'::regtype)
        and (p.prosecdef or has_function_privilege('anon', p.oid, 'execute')
          or not has_function_privilege('authenticated', p.oid, 'execute'))`);
    expect(exposed).toEqual([]);
  });

  it('let nobody make a trigger of his own of a function that runs as its definer', async () => {
    const exposed = await rows(`
      select p.proname from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.prosecdef
        and (has_function_privilege('anon', p.oid, 'execute') or has_function_privilege('authenticated', p.oid, 'execute')
          or p.proconfig is null)`);
    expect(exposed).toEqual([]);
  });

  it('keep the newest 200 artifacts of a caller who inserts them by himself, and everybody else’s', async () => {
    const insert = (owner: string, from: number, to: number) => `
      insert into public.artifacts (name, owner_id, title, media_type, bytes, created_at)
      select '${owner}' || n, '${owner}', 't', 'text/plain', '', timestamptz '2026-01-01' + n * interval '1 s'
      from generate_series(${from}, ${to}) n`;
    await prisma.$executeRawUnsafe(insert('other', 1, 150));
    await prisma.$transaction(async (caller) => {
      await caller.$executeRawUnsafe(
        `select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub":"ann"}', true)`,
      );
      await caller.$executeRawUnsafe(insert('ann', 1, 150));
      for (let n = 151; n <= 260; n += 1) await caller.$executeRawUnsafe(insert('ann', n, n));
    });
    const left = `select owner_id, count(*)::int as count, min(created_at) as oldest from public.artifacts group by 1 order by 1`;
    expect(await rows(left)).toEqual([
      { owner_id: 'ann', count: 200, oldest: new Date('2026-01-01T00:01:01Z') },
      { owner_id: 'other', count: 150, oldest: new Date('2026-01-01T00:00:01Z') },
    ]);
  });

  it('leave nothing behind when they fail, and are tried again at the next boot', async () => {
    const name = '20990101000000_broken';
    const broken = `create table public.half (id integer); -- a comment; with a semicolon
      do $$ begin perform 1; raise exception 'no luck'; end $$;`;
    const copy = await prismaWith(name, broken);
    const failing = applyMigrations(cluster.adapter, copy);
    await expect(failing).rejects.toBeInstanceOf(MigrationError);
    await expect(failing).rejects.toThrow(/no luck/);
    expect(await rows(`select to_regclass('public.half')::text as half`)).toEqual([{ half: null }]);

    await prismaWith(name, broken.replace(`raise exception 'no luck';`, ''));
    expect(await applyMigrations(cluster.adapter, copy)).toEqual([name]);
    expect(await rows(`select to_regclass('public.half')::text as half`)).toEqual([{ half: 'half' }]);
  });
});
