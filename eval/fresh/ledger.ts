// What is true, worked out from the rows that the seed makes and from nothing else: no tool, no SQL, no database.
import { readSeedData, type SeedDocument } from '../../src/payments/seed/seed-data.js';
import { seedTransactions, type SeedTransaction } from '../../src/payments/seed/seed-transactions.js';
import type { Scope } from './request.schema.js';

export type Row = SeedTransaction;

/** How far back the records go, days: as the demo data is made. */
const HISTORY_MS = 365 * 86_400_000;
const REFUND = 'Refund from ';

export interface Group {
  /** A category, a month (YYYY-MM) or a merchant. */
  readonly name: string;
  readonly cents: number;
  readonly count: number;
}

export class Ledger {
  constructor(
    readonly clients: ReadonlyMap<number, string>,
    readonly rows: readonly Row[],
    readonly documents: readonly SeedDocument[],
  ) {}

  /** The demo data of the year before `today`, YYYY-MM-DD. */
  static async asOf(today: string): Promise<Ledger> {
    const { clients, merchants, documents } = await readSeedData();
    const from = new Date(Date.parse(`${today}T00:00:00Z`) - HISTORY_MS).toISOString().slice(0, 10);
    const rows = clients.flatMap((client) => seedTransactions(client, merchants, from, today));
    return new Ledger(new Map(clients.map(({ id, name }) => [id, name])), rows, documents);
  }

  /** The rows that are meant, oldest first. A refund of 80 is one above 50, although it is booked as -80. */
  matching(scope: Partial<Scope>): Row[] {
    const { clients = [], periods = [], categories = [], merchant, except = [], direction, above, below } = scope;
    return this.rows
      .filter(({ clientId }) => clients.length === 0 || clients.includes(clientId))
      .filter(
        ({ bookedOn }) => periods.length === 0 || periods.some(({ from, to }) => from <= bookedOn && bookedOn <= to),
      )
      .filter(({ category }) => categories.length === 0 || categories.includes(category))
      .filter((row) => merchant === undefined || merchantOf(row) === merchant)
      .filter((row) => !except.includes(row.category) && !except.includes(merchantOf(row)))
      .filter(({ amount }) => direction === undefined || (direction === 'spent' ? amount > 0 : amount < 0))
      .filter(({ amount }) => above === undefined || Math.abs(amount) >= above)
      .filter(({ amount }) => below === undefined || Math.abs(amount) <= below)
      .toSorted((a, b) => (a.bookedOn < b.bookedOn ? -1 : a.bookedOn > b.bookedOn ? 1 : 0));
  }
}

export const merchantOf = ({ description }: Row): string => description.replace(REFUND, '');
export const centsOf = (amount: number): number => Math.round(amount * 100);
export const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, { amount }) => sum + centsOf(amount), 0);

export const GROUPINGS = {
  by_category: ({ category }: Row): string => category,
  by_month: ({ bookedOn }: Row): string => bookedOn.slice(0, 7),
  by_merchant: merchantOf,
} as const;

/** Largest sum first, whichever its sign. */
export function groupsOf(rows: readonly Row[], by: keyof typeof GROUPINGS): Group[] {
  const groups = Map.groupBy(rows, GROUPINGS[by]);
  return [...groups]
    .map(([name, members]) => ({ name, cents: sumOf(members), count: members.length }))
    .toSorted((a, b) => Math.abs(b.cents) - Math.abs(a.cents));
}
