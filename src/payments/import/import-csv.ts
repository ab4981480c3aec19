import type { PrismaClient } from '../../generated/prisma/client.js';
import { chooseColumns } from './columns.js';
import type { ColumnChoice, Columns } from './columns.js';
import { checksumOf, openCsv } from './csv-file.js';
import { readRow } from './read-row.js';
import type { BadCell, ReadOptions, TableRow } from './read-row.js';
import { lookUp, REMEMBER, write } from './write-rows.js';

export interface ImportOptions extends ColumnChoice, Omit<ReadOptions, 'fileId'> {
  readonly encoding?: string | undefined;
  /** Does all of it and takes it back. */
  readonly dryRun?: boolean | undefined;
  /** Imports the good rows of a file with bad ones; otherwise such a file changes nothing. */
  readonly skipBad?: boolean | undefined;
  /** Hears of everything that is wrong, row by row. */
  readonly onBad: (cell: BadCell) => void;
}

export interface ImportReport {
  readonly columns: Columns;
  readonly rows: number;
  readonly badRows: number;
  readonly added: number;
  readonly changed: number;
  /** Nothing was changed: a dry run, or bad rows that were not to be skipped. */
  readonly isTakenBack: boolean;
  /** Transactions that were all below zero, which is money back. */
  readonly allNegative: boolean;
}

/** Rows of one statement. The server ends one after 10 s. */
const BATCH_ROWS = 2_000;
/** Longest import, ms. */
const LONGEST_MS = 2 * 60 * 60_000;

class TakeBack extends Error {}

/**
 * Imports clients or transactions, all or nothing, in one transaction; the file is streamed. Rows with an id that is there
 * are changed to what the file says, so that the same file twice changes nothing. Throws an ImportFault for a file that is
 * none, and the driver's error.
 */
export async function importCsv(prisma: PrismaClient, path: string, options: ImportOptions): Promise<ImportReport> {
  const { header, rows } = await openCsv(path, options.encoding);
  const columns = chooseColumns(header, options);
  const reading = { ...options, fileId: await checksumOf(path) };
  const counts = { rows: 0, badRows: 0, added: 0, changed: 0, negative: 0 };
  const { table } = columns;
  const takesBack = () => options.dryRun === true || (counts.badRows > 0 && options.skipBad !== true);
  const reject = (bad: readonly BadCell[]) => {
    counts.badRows += new Set(bad.map(({ line }) => line)).size;
    bad.forEach(options.onBad);
  };
  const work = prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(REMEMBER);
      let batch: TableRow[] = [];
      const flush = async () => {
        const bad = await lookUp(tx, table, batch, options.owner);
        reject(bad);
        const lines = new Set(bad.map(({ line }) => String(line)));
        const { added, changed } = await write(
          tx,
          table,
          batch.filter(({ line }) => !lines.has(line)),
        );
        counts.added += added;
        counts.changed += changed;
        batch = [];
      };
      for await (const each of rows) {
        counts.rows += 1;
        const read = readRow(each, columns, reading);
        if ('bad' in read) {
          reject(read.bad);
          continue;
        }
        if (read.row['amount']?.startsWith('-') === true) counts.negative += 1;
        batch.push(read.row);
        if (batch.length >= BATCH_ROWS) await flush();
      }
      await flush();
      if (takesBack()) throw new TakeBack();
    },
    { timeout: LONGEST_MS, maxWait: 10_000 },
  );
  await work.catch((error: unknown) => {
    if (!(error instanceof TakeBack)) throw error;
  });
  const { negative, ...report } = counts;
  const allNegative = negative > 0 && negative === counts.rows - counts.badRows;
  return { ...report, columns, isTakenBack: takesBack(), allNegative };
}
