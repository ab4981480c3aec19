import { openTestDatabase } from '../../../test/support/database.js';
import { brokenData, businessDataOf, callOf, contextOf, registryOf } from '../../../test/support/tools.js';
import type { BusinessData } from '../data/business-data.port.js';
import type { Database } from '../../database/database.js';
import { searchDocumentsTool } from '../../tools/search-documents/search-documents.tool.js';
import { queryTransactionsTool } from './query-transactions.tool.js';

describe('tools that read', () => {
  let database: Database;
  let data: BusinessData;
  beforeAll(async () => {
    database = await openTestDatabase();
    data = businessDataOf(database);
  }, 60_000);
  afterAll(() => database.close());

  const query = (args: object, user = 'demo', from = data) =>
    registryOf(queryTransactionsTool(from)).registry.run(callOf('query_transactions', args), contextOf(user));
  const search = (args: object, from = data) =>
    registryOf(searchDocumentsTool(from, { about: 'refunds', unless: 'transactions' })).registry.run(
      callOf('search_documents', args),
      contextOf(),
    );

  describe('query_transactions', () => {
    it('answers in the agreed shape', async () => {
      const outcome = await query({ client_id: '5001', from: '2026-03-01', to: '2026-03-31', limit: 2 });
      expect(outcome).toEqual({
        ok: true,
        data: {
          client: { id: 5001, name: 'Ada Park' },
          from: '2026-03-01',
          to: '2026-03-31',
          count: expect.any(Number),
          total: expect.any(Number),
          currency: 'USD',
          by_category: expect.arrayContaining([{ category: 'rent', count: 1, total: 1450 }]),
          transactions: [
            expect.objectContaining({ date: expect.stringMatching(/^2026-03-/) }),
            expect.objectContaining({ description: expect.any(String), amount: expect.any(Number) }),
          ],
        },
      });
    });

    it('says the same of a client that is somebody else’s and of one that is not there', async () => {
      const theirs = await query({ client_id: 5019 });
      const nobodys = await query({ client_id: 4019 });
      expect(theirs).toMatchObject({
        ok: false,
        code: 'not_found',
        message: expect.stringMatching(/cannot find a client 5019/),
      });
      expect(JSON.stringify(theirs).replaceAll('5019', 'N')).toBe(JSON.stringify(nobodys).replaceAll('4019', 'N'));
      expect(await query({ client_id: 5019 }, 'other')).toMatchObject({ ok: true });
      expect(await query({ client_id: 5001 }, 'other')).toMatchObject({ ok: false, code: 'not_found' });
    });

    it('says what was looked for when there is nothing', async () => {
      const outcome = await query({ client_id: 5001, from: '2019-03-01', to: '2019-03-31', category: 'travel' });
      expect(outcome).toEqual({
        ok: false,
        code: 'not_found',
        message:
          'Client 5001, Ada Park, has no travel transactions from March 1 to March 31, 2019. ' +
          'Would you like to hear about another period or category?',
      });
    });

    it('says that the records are away', async () => {
      expect(await query({ client_id: 5001 }, 'demo', brokenData('unavailable'))).toMatchObject({
        ok: false,
        code: 'unavailable',
        message: expect.stringMatching(/cannot reach our records/),
      });
    });
  });

  describe('search_documents', () => {
    it('answers in the agreed shape, with sentences to speak', async () => {
      const outcome = await search({ query: 'What is our refund policy?', limit: 1 });
      expect(outcome).toEqual({
        ok: true,
        data: {
          results: [
            {
              title: 'Refund policy',
              excerpt: expect.stringMatching(/refund within 30 days.*\.$/s),
              content: expect.stringMatching(/^You can ask for a full refund/),
            },
          ],
        },
      });
    });

    it('finds nothing where the documents say nothing', async () => {
      expect(await search({ query: 'What is the weather in San Francisco?' })).toEqual({
        ok: true,
        data: { results: [] },
      });
    });

    it('asks back for a question that is none, and says when the documents are away', async () => {
      expect(await search({ query: '' })).toMatchObject({
        code: 'invalid_arguments',
        message: expect.stringMatching(/\?$/),
      });
      expect(await search({ query: 'refunds' }, brokenData('timeout'))).toMatchObject({ ok: false, code: 'timeout' });
    });
  });

  it('say that the records are away when the database is closed under them', async () => {
    const closing = await openTestDatabase({ seed: false });
    await closing.close();
    expect(await query({ client_id: 5001 }, 'demo', businessDataOf(closing))).toMatchObject({
      ok: false,
      code: 'unavailable',
    });
  }, 60_000);
});
