import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';

/** Asks a thread with a PGlite for something; `target` is what for: 0 is the database, further ones transactions and shadow databases. */
export type Ask = (target: number, request: Readonly<Record<string, unknown>>) => Promise<unknown>;

const ADAPTER = { provider: 'postgres', adapterName: 'pglite-thread' } as const;

/** Prisma's adapter interface, to whichever thread answers. */
export const threadAdapter = (ask: Ask): SqlMigrationAwareDriverAdapterFactory => ({
  ...ADAPTER,
  connect: () => Promise.resolve(adapterOn(ask, 0)),
  connectToShadowDb: async () => adapterOn(ask, Number(await ask(0, { op: 'shadow' }))),
});

const queryable = (ask: Ask, target: number): SqlQueryable => ({
  ...ADAPTER,
  queryRaw: async (query: SqlQuery) => (await ask(target, { op: 'queryRaw', query })) as SqlResultSet,
  executeRaw: async (query: SqlQuery) => Number(await ask(target, { op: 'executeRaw', query })),
});

const adapterOn = (ask: Ask, target: number): SqlDriverAdapter => ({
  ...queryable(ask, target),
  executeScript: async (script) => void (await ask(target, { op: 'script', script })),
  getConnectionInfo: () => ({ supportsRelationJoins: true }),
  startTransaction: async (): Promise<Transaction> => {
    const transaction = Number(await ask(target, { op: 'begin' }));
    return {
      ...queryable(ask, transaction),
      // The worker's adapter sends BEGIN, COMMIT and ROLLBACK itself.
      options: { usePhantomQuery: true },
      commit: async () => void (await ask(transaction, { op: 'commit' })),
      rollback: async () => void (await ask(transaction, { op: 'rollback' })),
    };
  },
  // The database outlives its Prisma clients; a shadow database does not outlive its migration.
  dispose: async () => {
    if (target !== 0) await ask(target, { op: 'dispose' });
  },
});
