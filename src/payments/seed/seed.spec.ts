import { openTestDatabase, TODAY } from '../../../test/support/database.js';
import type { Database } from '../../database/database.js';
import { readSeedData } from './seed-data.js';
import type { SeedData } from './seed-data.js';
import { seedTransactions } from './seed-transactions.js';
import { seedDatabase } from './seed.js';

describe('the demo data', () => {
  let data: SeedData;
  beforeAll(async () => {
    data = await readSeedData();
  });

  it('has 20 clients from 5001, of which the last two belong to somebody else', () => {
    expect(data.clients.map((client) => client.id)).toEqual(Array.from({ length: 20 }, (_, index) => 5001 + index));
    expect(data.clients.filter((client) => client.owner !== 'demo').map((client) => client.id)).toEqual([5019, 5020]);
    expect(new Set(data.clients.map((client) => client.name)).size).toBe(20);
  });

  it('has 12 policies short enough to be spoken', () => {
    expect(data.documents).toHaveLength(12);
    for (const { body } of data.documents) {
      expect(body.split(/\s+/).length).toBeLessThan(110);
      expect(body).not.toMatch(/[*#_[\]|]/);
    }
  });

  describe('transactions', () => {
    const of = (id: number, from: string, to: string) => {
      const client = data.clients.find((each) => each.id === id);
      if (client === undefined) throw new Error(`No client ${id}.`);
      return seedTransactions(client, data.merchants, from, to);
    };

    it('are the same every time, and the same in pieces as in one', () => {
      const whole = of(5001, '2025-11-20', '2026-11-20');
      expect(of(5001, '2025-11-20', '2026-11-20')).toEqual(whole);
      expect([...of(5001, '2025-11-20', '2026-04-17'), ...of(5001, '2026-04-18', '2026-11-20')]).toEqual(whole);
      expect(new Set(whole.map((row) => row.reference)).size).toBe(whole.length);
    });

    it('give every client something to tell about every month', () => {
      for (const { id } of data.clients) {
        for (let month = 1; month <= 12; month += 1) {
          const name = `2026-${String(month).padStart(2, '0')}`;
          const rows = of(id, `${name}-01`, `${name}-31`);
          expect(rows.length).toBeGreaterThanOrEqual(8);
          expect(rows.every((row) => row.bookedOn.startsWith(name) && Number(row.bookedOn.slice(8)) <= 31)).toBe(true);
        }
      }
    });

    it('hold real dates, whole cents, and refunds of what was bought', () => {
      const rows = data.clients.flatMap(({ id }) => of(id, '2024-01-01', '2024-12-31'));
      for (const { bookedOn, amount } of rows) {
        expect(new Date(`${bookedOn}T00:00:00Z`).toISOString().slice(0, 10)).toBe(bookedOn);
        expect(Math.abs(amount * 100 - Math.round(amount * 100))).toBeLessThan(1e-6);
      }
      const refunds = rows.filter((row) => row.amount < 0);
      expect(refunds.length).toBeGreaterThan(20);
      for (const refund of refunds) {
        const bought = rows.some(
          (row) => row.clientId === refund.clientId && row.amount === -refund.amount && row.bookedOn <= refund.bookedOn,
        );
        expect(bought).toBe(true);
      }
    });
  });

  describe('in the database', () => {
    let database: Database;
    beforeAll(async () => {
      database = await openTestDatabase();
    }, 60_000);
    afterAll(() => database.close());

    const newest = async () =>
      (await database.prisma.transaction.findFirstOrThrow({ orderBy: { bookedOn: 'desc' } })).bookedOn
        .toISOString()
        .slice(0, 10);

    it('is there once, however often it is asked for', async () => {
      const before = await database.prisma.transaction.count();
      expect(before).toBeGreaterThan(2000);
      expect(await newest()).toMatch(/^2026-11-/);
      const again = await seedDatabase(database.prisma, data, TODAY);
      expect(again).toMatchObject({ clients: 0, documents: 0 });
      const third = await seedDatabase(database.prisma, data, TODAY);
      expect(third).toEqual({ clients: 0, documents: 0, transactions: 0 });
      expect(await database.prisma.transaction.count()).toBe(before);
    });

    it('catches up with the calendar when it was made long ago', async () => {
      const before = await database.prisma.transaction.count();
      const { transactions } = await seedDatabase(database.prisma, data, new Date('2027-01-31T00:00:00Z'));
      expect(transactions).toBeGreaterThan(200);
      expect(await newest()).toMatch(/^2027-01-/);
      expect(await database.prisma.transaction.count()).toBe(before + transactions);
    });

    it('leaves a database alone that holds somebody’s own data', async () => {
      await database.prisma.$executeRaw`delete from public.transactions`;
      const nothing = { clients: 0, documents: 0, transactions: 0 };
      expect(await seedDatabase(database.prisma, data, TODAY)).toEqual(nothing);
    });
  });
});
