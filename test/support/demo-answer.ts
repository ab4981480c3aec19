// What the demo data answers today to "What transactions does client 5001 have?": it ends with the day on which it is made, so its
// count and its latest rows are other ones every few days.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';
import type { SeedClient, SeedMerchants } from '../../src/payments/seed/seed-data.js';
import { seedTransactions } from '../../src/payments/seed/seed-transactions.js';
import { inWords } from './in-words.js';

const DAY_MS = 86_400_000;
const CLIENT = 5001;
/** Rows that are read out at once. */
const READ = 2;

const seed = (file: string): unknown => JSON.parse(readFileSync(join(packageRoot(), 'prisma', 'seed', file), 'utf8'));
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const client = (seed('clients.json') as SeedClient[]).find(({ id }) => id === CLIENT);
if (client === undefined) throw new Error(`The demo data has no client ${CLIENT}.`);
const now = Date.now();
const rows = seedTransactions(client, seed('merchants.json') as SeedMerchants, dayOf(now - 365 * DAY_MS), dayOf(now));

/** How many there are, as it is heard. */
export const DEMO_COUNT = inWords(rows.length);

/** The rows that are read out, the newest first. */
export const DEMO_LATEST = rows
  .toReversed()
  .slice(0, READ)
  .map(({ description, amount }) => ({
    /** As it is shown. */
    description,
    /** In words, as they are heard. */
    merchant: description.replace(/^Refund from /, '').toLowerCase(),
    dollars: inWords(Math.trunc(Math.abs(amount))),
    /** What of its sentence has the sum. */
    sum: `${amount < 0 ? 'refund of' : 'for'} ${inWords(Math.trunc(Math.abs(amount)))} dollar`,
  }));
