// The figures that an answer about transactions may give.
import { centsOf, GROUPINGS, type Ledger, type Row, sumOf } from '../ledger.js';
import type { Scope } from '../request.schema.js';

type Asked = Scope & { readonly limit?: number | undefined };

/** The rows as one, and by client, by period, by category, and by client and period where there are several. */
export function splits({ clients, periods, categories }: Scope, rows: readonly Row[]): Row[][][] {
  const ofClient = clients.map((id) => (row: Row) => row.clientId === id);
  const ofPeriod = periods.map(
    ({ from, to }) =>
      (row: Row) =>
        from <= row.bookedOn && row.bookedOn <= to,
  );
  const ofCategory = categories.map((name) => (row: Row) => row.category === name);
  const ofBoth = ofClient.flatMap((client) => ofPeriod.map((period) => (row: Row) => client(row) && period(row)));
  const several = [ofClient, ofPeriod, ofCategory, ofBoth].filter((tests) => tests.length > 1);
  return [[[...rows]], ...several.map((tests) => tests.map((test) => rows.filter(test)))];
}

/** Everything true that may be said beside the answer. */
export function figuresOf(
  want: Asked,
  ledger: Ledger,
): { readonly amounts: ReadonlySet<number>; readonly counts: ReadonlySet<number> } {
  const { above = 0, below = 0, limit = 0 } = want;
  const amounts = new Set([centsOf(above), centsOf(below)]);
  const counts = new Set([limit, 0]);
  const take = (rows: readonly Row[], sums: number[] = []): void => {
    for (const part of [rows, rows.filter(({ amount }) => amount > 0), rows.filter(({ amount }) => amount < 0)]) {
      const sum = sumOf(part);
      sums.push(sum);
      counts.add(part.length);
      amounts.add(Math.abs(sum));
      const mean = Math.abs(sum) / Math.max(1, part.length);
      for (const rounded of [Math.floor(mean), Math.ceil(mean)]) amounts.add(rounded);
    }
  };
  const rows = ledger.matching({ ...want, direction: undefined });
  for (const { amount } of rows) amounts.add(Math.abs(centsOf(amount)));
  for (const cells of splits(want, rows)) {
    const sums: number[] = [];
    for (const cell of cells) {
      take(cell, sums);
      for (const by of Object.values(GROUPINGS)) for (const group of Map.groupBy(cell, by).values()) take(group);
    }
    // "That is $20 more than in May."
    for (const a of sums) for (const b of sums) amounts.add(Math.abs(a - b));
  }
  // What was asked about is a part of something.
  const { clients, periods, except } = want;
  for (const cells of splits(want, ledger.matching({ clients, periods, except }))) for (const cell of cells) take(cell);
  return { amounts, counts };
}
