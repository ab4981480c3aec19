import { openTestDatabase } from '../../../test/support/database.js';
import { brokenData, businessDataOf, callOf, contextOf, registryOf } from '../../../test/support/tools.js';
import type { BusinessData } from '../data/business-data.port.js';
import type { Database } from '../../database/database.js';
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

  describe('query_transactions', () => {
    it('answers in the agreed shape', async () => {
      const outcome = await query({ client_id: '5001', from: '2026-03-01', to: '2026-03-31', limit: 2 });
      expect(outcome).toEqual({
        ok: true,
        data: {
          client: { id: 5001, name: 'Ada Park' },
          from: '2026-03-01',
          to: '2026-03-31',
          periods: [{ from: '2026-03-01', to: '2026-03-31' }],
          filters: {},
          count: expect.any(Number),
          total: expect.any(Number),
          average: expect.any(Number),
          minimum: expect.any(Number),
          maximum: 1450,
          currency: 'USD',
          sort: 'newest',
          by_category: expect.arrayContaining([{ category: 'rent', count: 1, total: 1450 }]),
          transactions: [
            expect.objectContaining({ date: expect.stringMatching(/^2026-03-/) }),
            expect.objectContaining({ description: expect.any(String), amount: expect.any(Number) }),
          ],
        },
        table: {
          title: 'Transactions of client 5001, Ada Park, from March 1 to March 31, 2026',
          columns: [
            { name: 'Date', kind: 'date' },
            { name: 'Description', kind: 'text' },
            { name: 'Category', kind: 'text' },
            { name: 'Amount', kind: 'money', currency: 'USD' },
          ],
          rows: [expect.arrayContaining([expect.stringMatching(/^2026-03-/)]), expect.any(Array)],
          total: expect.any(Number),
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

    it('tells a place from a shop where there is nothing to tell of', async () => {
      const message = async (args: object) => JSON.stringify(await query({ client_id: 5001, ...args }));
      expect(await message({ merchant: 'chicago' })).toMatch(
        /no shop or company named chicago .* cannot filter by place/,
      );
      expect(await message({ client_id: 5017, merchant: 'metro cab' })).toMatch(/has no transactions at metro cab/);
      expect(await message({ merchant: 'harbor', from: '2019-03-01', to: '2019-03-31' })).toMatch(
        /has no transactions at harbor from March 1/,
      );
    });

    it('says what was looked for when there is nothing', async () => {
      const outcome = await query({ client_id: 5001, from: '2019-03-01', to: '2019-03-31', category: 'travel' });
      expect(outcome).toEqual({
        ok: false,
        code: 'not_found',
        message:
          'Client 5001, Ada Park, has no travel transactions from March 1 to March 31, 2019. ' +
          'Would you like to hear about something else?',
      });
    });

    it('names every filter where nothing fits', async () => {
      const wish = {
        client_name: 'ada park',
        periods: [
          { from: '2026-03-01', to: '2026-03-31' },
          { from: '2026-05-05', to: '2026-05-05' },
        ],
        categories: ['travel', 'dining'],
        merchant: 'Harbor Hotel',
        direction: 'refunded',
        min_amount: 5000,
      };
      expect(await query(wish)).toMatchObject({
        code: 'not_found',
        message:
          'Client 5001, Ada Park, has no travel or dining refunds at Harbor Hotel of $5,000.00 or more from March 1 to ' +
          'March 31, 2026 and on May 5, 2026. Would you like to hear about something else?',
      });
    });

    it('says which categories there are instead of one that there is not, and what is left out beside one that there is', async () => {
      expect(await query({ client_id: 5001, categories: ['dog toys'] })).toMatchObject({
        code: 'not_found',
        message: expect.stringMatching(/has no category dog toys\. There are .*groceries.*\. Which one is it\?$/),
      });
      expect(await query({ client_id: 5001, categories: ['dog toys', 'grocery'] })).toMatchObject({
        data: {
          filters: {
            categories: [
              { asked: 'dog toys', found: [] },
              { asked: 'grocery', found: ['groceries'] },
            ],
          },
          by_category: [{ category: 'groceries' }],
        },
      });
    });

    it.each<[object, object, RegExp?]>([
      [{ category: 'travel' }, { filters: { categories: [{ asked: 'travel', found: ['travel'] }] } }],
      [{ categories: 'travel, dining' }, { filters: { categories: [{ asked: 'travel' }, { asked: 'dining' }] } }],
      [
        { categories: '["travel"]', category: 'rent' },
        { filters: { categories: [{ asked: 'travel' }, { asked: 'rent' }] } },
      ],
      [{ categories: ['all'], direction: 'any', min_amount: '' }, { filters: {} }],
      [{ min_amount: '$100', max_amount: '1,500.50' }, { filters: { min_amount: 100, max_amount: 1500.5 } }],
      [{ direction: 'refund' }, { filters: { direction: 'refunded' } }],
      [{ group_by: 'Months' }, { groups: { by: 'month' }, by_month: expect.any(Array) }],
      [{ periods: { from: '2026/3/1', to: null } }, { periods: [{ from: '2026-03-01', to: null }] }],
      [
        { sort: 'Largest', limit: 1 },
        { sort: 'largest', transactions: [{ description: 'Oakwood Properties' }] },
      ],
    ])('understands %j', async (args, data) => {
      expect(await query({ client_id: 5001, ...args })).toMatchObject({ ok: true, data });
    });

    it.each<[object, RegExp]>([
      [{ client_id: undefined }, /^I need the number or the name of the client/],
      [{ shop_hours: 'open' }, /^I cannot go by shop hours\. Shall I leave it out\?$/],
      [{ direction: 'sideways' }, /^Do you mean what was spent, or what was refunded\?$/],
      [{ min_amount: 200, max_amount: 100 }, /^The lowest amount is above the highest/],
      [{ min_amount: 'a lot' }, /^Please tell me the amount as a number/],
      [{ merchant: '?!' }, /^Please tell me the name of the shop/],
      [{ periods: [{ from: '2026-03-01', to: '2026-02-01' }] }, /^That period ends before it begins/],
      [{ periods: Array.from({ length: 13 }, () => ({ from: '2026-03-01' })) }, /^I can look at up to 12 periods/],
      [{ periods: [{}, { from: '2026-03-01' }] }, /^One of the periods has neither/],
      [{ group_by: 'weekday' }, /^I can add up by day, by month, by category or by merchant/],
    ])('refuses %j in words', async (args, message) => {
      expect(await query({ client_id: 5001, ...args })).toMatchObject({
        code: 'invalid_arguments',
        message: expect.stringMatching(message),
      });
    });

    it('asks which client is meant, and never takes a name for another number', async () => {
      expect(await query({ client_name: 'R' })).toMatchObject({
        code: 'invalid_arguments',
        message:
          'I found 3 clients named R: Elena Ruiz, number 5003, Rose Murphy, number 5011 and Ruth Carter, number 5017. Which one do you mean?',
      });
      expect(await query({ client_name: 'Marcus', client_id: 5001 })).toMatchObject({
        code: 'not_found',
        message: expect.stringMatching(/^I cannot find a client 5001 named Marcus among your clients/),
      });
      expect(await query({ client_name: 'Iris Novak' })).toMatchObject({
        code: 'not_found',
        message: expect.stringMatching(/^I cannot find a client named Iris Novak among your clients/),
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

  it('say that the records are away when the database is closed under them', async () => {
    const closing = await openTestDatabase({ seed: false });
    await closing.close();
    expect(await query({ client_id: 5001 }, 'demo', businessDataOf(closing))).toMatchObject({
      ok: false,
      code: 'unavailable',
    });
  }, 60_000);
});
