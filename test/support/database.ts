import { Database } from '../../src/database/database.js';
import type { DatabaseOptions, FillDatabase } from '../../src/database/database.js';
import { fillWithDemoData } from '../../src/payments/seed/seed.js';
import type { Caller } from '../../src/identity/caller.port.js';

/** The last day of the demo data in tests: what "last month" holds must not depend on when they run. */
export const TODAY = new Date('2026-11-20T12:00:00Z');

/** What payments fills an empty database with, as of TODAY. */
export const demoData: FillDatabase = (prisma) => fillWithDemoData(prisma, TODAY);

export const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The embedded database in memory, with the demo data of the year before TODAY. */
export const openTestDatabase = ({
  seed = true,
  ...options
}: Partial<DatabaseOptions> & { readonly seed?: boolean } = {}): Promise<Database> =>
  Database.open({
    url: 'memory://',
    dataDir: '/nonexistent',
    fill: seed ? demoData : undefined,
    log: quietLog,
    ...options,
  });

export const callerOf = (userId: string, accessToken = 'not-checked-here'): Caller => ({
  userId,
  claims: { sub: userId },
  accessToken,
});

/** Whether its server has pgvector. */
export async function hasVectors({ prisma }: Database): Promise<boolean> {
  const found = await prisma.$queryRaw<unknown[]>`select 1 from pg_extension where extname = 'vector'`;
  return found.length > 0;
}

/** Who may change the documents. */
export const adminOf = (userId: string, accessToken = 'not-checked-here'): Caller => ({
  userId,
  claims: { sub: userId, admin: true },
  accessToken,
});
