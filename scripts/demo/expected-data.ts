import { readSeedData, type SeedDocument } from '../../src/payments/seed/seed-data.js';
import { seedTransactions, type SeedTransaction } from '../../src/payments/seed/seed-transactions.js';

/** What the demo's database must hold, worked out from the seed and not asked of the server that is being checked. */
export interface ExpectedData {
  readonly clientId: number;
  readonly clientName: string;
  readonly transactions: readonly SeedTransaction[];
  readonly refundPolicy: SeedDocument;
}

const DAY_MS = 86_400_000;
/** As src/payments/seed/seed.ts: a year that ends today. */
const HISTORY_DAYS = 365;

/** Throws when the seed has no such client or no refund policy. */
export async function expectedData(clientId: number, today: Date): Promise<ExpectedData> {
  const seed = await readSeedData();
  const client = seed.clients.find(({ id }) => id === clientId);
  const refundPolicy = seed.documents.find(({ title }) => /refund/i.test(title));
  if (client === undefined || refundPolicy === undefined)
    throw new Error('prisma/seed does not have what the demo asks');
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const from = day(new Date(today.getTime() - HISTORY_DAYS * DAY_MS));
  return {
    clientId,
    clientName: client.name,
    transactions: seedTransactions(client, seed.merchants, from, day(today)),
    refundPolicy,
  };
}
