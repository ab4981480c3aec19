import type { BusinessData } from '../../src/payments/data/business-data.port.js';
import type { Caller } from '../../src/identity/caller.port.js';

// What every BusinessData must do, wherever the rows are (src/payments/data/business-data.port.ts as tests).

export interface BusinessDataHarness {
  /** Over the demo data with TODAY as its last day. */
  readonly data: BusinessData;
  caller(userId: string): Caller;
  /** A caller whose identity cannot be established: no `sub`, or a token that does not verify. */
  readonly nobody: Caller;
  close(): Promise<void>;
}

export function businessDataContract(name: string, open: () => Promise<BusinessDataHarness>): void {
  describe(`BusinessData: ${name}`, () => {
    let harness: BusinessDataHarness;
    const access = (user: string, signal = new AbortController().signal) => ({ caller: harness.caller(user), signal });

    beforeAll(async () => {
      harness = await open();
    }, 60_000);
    afterAll(() => harness.close());

    describe('transactions', () => {
      it('lists the newest first and totals the whole period', async () => {
        const report = await harness.data.queryTransactions({ clientId: 5001, limit: 5 }, access('demo'));
        expect(report).toMatchObject({ client: { id: 5001, name: 'Ada Park' }, currency: 'USD' });
        expect(report?.transactions).toHaveLength(5);
        expect(report?.count).toBeGreaterThan(60);
        const dates = report?.transactions.map((row) => row.date) ?? [];
        expect(dates).toEqual(dates.toSorted().toReversed());
        expect(report?.to).toBe(dates[0]);

        const all = await harness.data.queryTransactions({ clientId: 5001, limit: 1000 }, access('demo'));
        expect(all?.transactions).toHaveLength(report?.count ?? -1);
        const sum = (rows: readonly { amount?: number; total?: number }[]) =>
          rows.reduce((total, row) => total + (row.amount ?? row.total ?? 0), 0);
        expect(sum(all?.transactions ?? [])).toBeCloseTo(report?.total ?? NaN, 2);
        expect(sum(report?.byCategory ?? [])).toBeCloseTo(report?.total ?? NaN, 2);
        expect(sum(report?.byMonth ?? [])).toBeCloseTo(report?.total ?? NaN, 2);
        expect(all?.transactions.some((row) => row.amount < 0)).toBe(true);
      });

      it('keeps to a period, both days included', async () => {
        const query = { clientId: 5002, periods: [{ from: '2026-03-01', to: '2026-03-31' }], limit: 100 };
        const report = await harness.data.queryTransactions(query, access('demo'));
        expect(report).toMatchObject({ from: '2026-03-01', to: '2026-03-31' });
        expect(report?.byMonth.map((group) => group.month)).toEqual(['2026-03']);
        expect(report?.transactions.map((row) => row.date)).toContain('2026-03-01');
        expect(report?.transactions.every((row) => row.date.startsWith('2026-03-'))).toBe(true);
      });

      it.each(['groceries', 'Groceries', 'grocery'])('finds the category by "%s"', async (category) => {
        const report = await harness.data.queryTransactions(
          { clientId: 5001, categories: [category], limit: 3 },
          access('demo'),
        );
        expect(report?.byCategory.map((group) => group.category)).toEqual(['groceries']);
      });

      it('answers a period without transactions with none, and the client', async () => {
        const query = { clientId: 5001, periods: [{ from: '2019-01-01', to: '2019-12-31' }], limit: 5 };
        const report = await harness.data.queryTransactions(query, access('demo'));
        expect(report).toMatchObject({ client: { name: 'Ada Park' }, count: 0, total: 0, transactions: [] });
      });

      it('treats what a caller says as a value, never as SQL', async () => {
        const category = `'; drop table public.transactions; --`;
        const report = await harness.data.queryTransactions(
          { clientId: 5001, categories: [category], limit: 5 },
          access('demo'),
        );
        expect(report).toMatchObject({ count: 0 });
      });
    });

    describe('row-level security', () => {
      it('answers for somebody else’s client exactly as for one that does not exist', async () => {
        const { data } = harness;
        expect(await data.queryTransactions({ clientId: 5019, limit: 5 }, access('demo'))).toBeUndefined();
        expect(await data.queryTransactions({ clientId: 4999, limit: 5 }, access('demo'))).toBeUndefined();
        expect(await data.queryTransactions({ clientId: 5001, limit: 5 }, access('other'))).toBeUndefined();
        expect(await data.queryTransactions({ clientId: 5019, limit: 5 }, access('other'))).toMatchObject({
          client: { name: 'Iris Novak' },
        });
      });

      it('shows nothing to a caller without an identity', async () => {
        const { data, nobody } = harness;
        const asNobody = { caller: nobody, signal: new AbortController().signal };
        const seen = await data.queryTransactions({ clientId: 5001, limit: 5 }, asNobody).catch(() => undefined);
        expect(seen).toBeUndefined();
      });

      it('does not leak one caller’s rights into the next call, also when they overlap', async () => {
        const users = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 'demo' : 'other'));
        const seen = await Promise.all(
          users.map((user) => harness.data.queryTransactions({ clientId: 5020, limit: 1 }, access(user))),
        );
        expect(seen.map((report) => report?.client.name)).toEqual(
          users.map((user) => (user === 'other' ? 'Leo Grant' : undefined)),
        );
      });
    });

    it('stops waiting when the signal is aborted', async () => {
      const stop = new AbortController();
      const pending = harness.data.queryTransactions({ clientId: 5001, limit: 5 }, access('demo', stop.signal));
      stop.abort();
      await expect(pending).rejects.toMatchObject({ name: 'DataError', code: 'cancelled' });
    });
  });
}
