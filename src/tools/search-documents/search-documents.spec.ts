import { documentsContract } from '../../../test/contract/documents.contract.js';
import { adminOf, callerOf, openTestDatabase } from '../../../test/support/database.js';
import { callOf, contextOf, documentsOf, registryOf } from '../../../test/support/tools.js';
import { DataError } from '../../database/data.port.js';
import type { Database } from '../../database/database.js';
import { SqlRpc } from '../../database/rpc/sql-rpc.js';
import type { Documents } from '../../documents/documents.port.js';
import { searchDocumentsTool } from './search-documents.tool.js';

describe('search_documents', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  }, 60_000);
  afterAll(() => database.close());

  const search = (args: object, documents: Documents = documentsOf(database)) =>
    registryOf(searchDocumentsTool(documents, { about: 'refunds', unless: 'transactions' })).registry.run(
      callOf('search_documents', args),
      contextOf(),
    );

  documentsContract('the embedded database', () =>
    Promise.resolve({
      rpc: new SqlRpc(database),
      caller: callerOf('demo'),
      admin: adminOf('ann'),
      vectors: true,
      close: () => Promise.resolve(),
    }),
  );

  // What a server has not, or does not let us have, is done without.
  documentsContract('the embedded database without extensions', async () => {
    const bare = await openTestDatabase();
    await bare.prisma.$executeRawUnsafe('drop extension pg_trgm, vector');
    const rpc = new SqlRpc(bare);
    return { rpc, caller: callerOf('demo'), admin: adminOf('ann'), vectors: false, close: () => bare.close() };
  });

  it('answers in the agreed shape, with sentences to speak and sources to show', async () => {
    const outcome = await search({ query: 'What is our refund policy?', limit: 1 });
    expect(outcome).toEqual({
      ok: true,
      data: {
        results: [
          {
            title: 'Refund policy',
            source: expect.stringMatching(/^our refund policy, updated in May/),
            updated: '2026-05-04',
            confidence: expect.any(Number),
            excerpt: expect.stringMatching(/refund within 30 days.*\.$/s),
            content: expect.stringMatching(/^You can ask for a full refund/),
          },
        ],
      },
      sources: [
        {
          title: 'Refund policy',
          spoken: expect.stringMatching(/^our refund policy, updated in May/),
          updated: '2026-05-04',
        },
      ],
      untrusted: true,
    });
  });

  it('asks back for a question that is none, and says when the documents are away', async () => {
    expect(await search({ query: '' })).toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringMatching(/\?$/),
    });
    const broken = { searchDocuments: () => Promise.reject(new DataError('timeout', 'slow')) };
    expect(await search({ query: 'refunds' }, broken)).toMatchObject({ ok: false, code: 'timeout' });
  });
});
