import type { PrismaClient } from '../../generated/prisma/client.js';
import { seedTransactions } from './seed-transactions.js';
import { readSeedData } from './seed-data.js';
import type { SeedData } from './seed-data.js';

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 365;

export interface SeedReport {
  readonly clients: number;
  readonly documents: number;
  readonly transactions: number;
}

/**
 * Fills an empty database with the demo data: a year of transactions that ends today, so that "last month" and "in
 * March" find something whenever the demo is run. A database that was seeded before gets the days since; one that holds
 * anything else is left alone. All or nothing; returns what was added.
 */
export async function seedDatabase(prisma: PrismaClient, data: SeedData, today: Date): Promise<SeedReport> {
  const nothing = { clients: 0, documents: 0, transactions: 0 };
  const empty = (await prisma.client.count()) === 0;
  const last = await prisma.transaction.findFirst({
    where: { reference: { startsWith: 'SEED-' } },
    orderBy: { bookedOn: 'desc' },
    select: { bookedOn: true },
  });
  if (!empty && last === null) return nothing;

  const from =
    last === null ? new Date(today.getTime() - HISTORY_DAYS * DAY_MS) : new Date(last.bookedOn.getTime() + DAY_MS);
  const transactions = data.clients.flatMap((client) =>
    seedTransactions(client, data.merchants, isoDay(from), isoDay(today)),
  );
  const clients = empty ? data.clients.map(({ id, name, owner }) => ({ id, name, owner_id: owner })) : [];
  const documents = empty ? data.documents.map((document) => ({ ...document, chunks: [{ body: document.body }] })) : [];
  if (clients.length + documents.length + transactions.length === 0) return nothing;

  // One parameter a statement, whatever the number of rows.
  const [addedClients, addedDocuments, addedTransactions] = await prisma.$transaction([
    prisma.$executeRaw`
      insert into public.clients (id, owner_id, name)
      select id, owner_id, name from jsonb_to_recordset(${JSON.stringify(clients)}::jsonb)
        as r(id integer, owner_id text, name text)
      on conflict do nothing`,
    prisma.$queryRaw<unknown[]>`
      select public.put_document(d.value::text) as put from jsonb_array_elements(${JSON.stringify(documents)}::jsonb) d`,
    prisma.$executeRaw`
      insert into public.transactions (reference, client_id, booked_on, description, category, amount)
      select r."reference", r."clientId", r."bookedOn", r."description", r."category", r."amount"
      from jsonb_to_recordset(${JSON.stringify(transactions)}::jsonb)
        as r("reference" text, "clientId" integer, "bookedOn" date, "description" text, "category" text, "amount" numeric)
      join public.clients c on c.id = r."clientId"
      order by r."bookedOn", r."reference"
      on conflict do nothing`,
  ]);
  return { clients: addedClients, documents: addedDocuments.length, transactions: addedTransactions };
}

/** The demo data up to `today`, in a database that may be empty; says what was added. */
export async function fillWithDemoData(prisma: PrismaClient, today = new Date()): Promise<string | undefined> {
  const { clients, documents, transactions } = await seedDatabase(prisma, await readSeedData(), today);
  if (clients + documents + transactions === 0) return undefined;
  return `Demo data: ${clients} clients, ${transactions} transactions, ${documents} documents added.`;
}

const isoDay = (date: Date): string => date.toISOString().slice(0, 10);
