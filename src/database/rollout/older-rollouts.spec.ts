import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrismaClient } from '../../generated/prisma/client.js';
import { applyMigrations } from '../migrations/migrate.js';
import { packageRoot } from '../package-root.js';
import { openPglite } from '../pglite/pglite-cluster.js';
import type { PgliteCluster } from '../pglite/pglite-cluster.js';

const prismaDir = join(packageRoot(), 'prisma');
/** The first with one journal for plans and releases. */
const JOURNAL = '20261201000000_rollout_journal';

describe('rollouts that were begun with two tables', () => {
  let cluster: PgliteCluster;
  let prisma: PrismaClient;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-older-rollouts-'));
    cluster = await openPglite({ cacheDir: join(packageRoot(), 'node_modules', '.cache', 'parley') });
    prisma = new PrismaClient({ adapter: cluster.adapter });
    const older = join(folder, 'prisma');
    await cp(prismaDir, older, { recursive: true });
    for (const name of await readdir(join(older, 'migrations'))) {
      if (/^\d/.test(name) && name >= JOURNAL) await rm(join(older, 'migrations', name), { recursive: true });
    }
    await applyMigrations(cluster.adapter, older);
  }, 180_000);
  afterAll(async () => {
    await prisma.$disconnect();
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (sql: string) => (await prisma.$queryRawUnsafe<{ answer: unknown }[]>(sql))[0]?.answer;

  it('go on where they were, with their history', async () => {
    await ask(
      `select public.move_rollout_plan('agent:julia', 0, '{"step": 1}', '{"share": 10}', 'rollout.step') answer`,
    );
    await ask(
      `select public.move_rollout_plan('agent:julia', 1, '{"step": 2}', '{"share": 25}', 'rollout.step') answer`,
    );
    await ask(
      `select public.move_agent_release('julia', 0, '{"baseline": 3}', '{"share": 5}', 'agent.release') answer`,
    );
    expect(await applyMigrations(cluster.adapter, prismaDir)).toContain(JOURNAL);
    expect(await ask(`select public.list_rollout_journal('plan') answer`)).toEqual([
      { name: 'agent:julia', revision: 2, state: { step: 2 }, history: [{ share: 10 }, { share: 25 }] },
    ]);
    expect(await ask(`select public.list_rollout_journal('release') answer`)).toEqual([
      { name: 'julia', revision: 1, state: { baseline: 3 }, history: [{ share: 5 }] },
    ]);
    const next = `select public.move_rollout_journal('release', 'julia', 1, '{}', '{}', 'agent.release', '{}') answer`;
    expect(await ask(next)).toBe(2);
  });
});
