import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { importCsv } from './import-csv.js';
import type { ImportReport } from './import-csv.js';
import { ImportFault } from './import-fault.js';
import { shown } from './values.js';

export const USAGE = `Usage: npm run data -- import FILE.csv --owner USER [options]
  --owner USER            whose clients these are: \`sub\` of the user's token
  --table clients|transactions    when the header does not say
  --dry-run               does everything and takes it back
  --skip-bad              imports the good rows of a file with bad ones
  --dates dmy|mdy|ymd     order of day, month and year, where a date could be two days
  --decimal point|comma   what stands before the fraction, where an amount could be two
  --negate                the file writes money spent with a minus
  --encoding NAME         of the file, when it is not UTF-8, for example windows-1252
  --column FIELD=HEADER   which column holds a field; may be given several times
  --set FIELD=VALUE       one value for all rows; may be given several times
Fields: id, name, email, currency, owner of clients; reference, client_id, booked_on, description, category, amount, currency
of transactions.`;

/** Most lines about bad cells; the others are counted. */
const MOST_LINES = 200;

const optionsSchema = z.object({
  owner: z.string().min(1).max(255).optional(),
  table: z.enum(['clients', 'transactions']).optional(),
  dates: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  decimal: z.enum(['point', 'comma']).optional(),
  encoding: z.string().optional(),
  'dry-run': z.boolean().optional(),
  'skip-bad': z.boolean().optional(),
  negate: z.boolean().optional(),
  column: z.array(z.string()).default([]),
  set: z.array(z.string()).default([]),
});

type Run = (prisma: PrismaClient, print: (line: string) => void) => Promise<number>;

/** What the arguments ask for; undefined where help is. Throws an ImportFault for others. The exit code is 1 for bad rows. */
export function importCommand(args: readonly string[]): Run | undefined {
  const { values, positionals } = parse(args);
  if (values['help'] === true) return undefined;
  const [command, path, ...rest] = positionals;
  if (command !== 'import' || path === undefined || rest.length > 0) throw new ImportFault(USAGE);
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ImportFault(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.\n${USAGE}`);
  }
  const { decimal, column, set, 'dry-run': dryRun, 'skip-bad': skipBad, ...options } = parsed.data;
  const [columns, given] = [pairsOf(column), pairsOf(set)];
  return async (prisma, print) => {
    let lines = 0;
    const report = await importCsv(prisma, path, {
      ...options,
      dryRun,
      skipBad,
      decimal: decimal === undefined ? undefined : decimal === 'comma' ? ',' : '.',
      columns,
      values: given,
      onBad: ({ line, column: name, problem }) => {
        lines += 1;
        if (lines <= MOST_LINES) print(`line ${line}${name === null ? '' : `, ${name}`}: ${problem}.`);
      },
    });
    if (lines > MOST_LINES) print(`and ${lines - MOST_LINES} more.`);
    for (const line of summaryOf(report, dryRun === true)) print(line);
    return report.badRows > 0 ? 1 : 0;
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        owner: { type: 'string' },
        table: { type: 'string' },
        dates: { type: 'string' },
        decimal: { type: 'string' },
        encoding: { type: 'string' },
        'dry-run': { type: 'boolean' },
        'skip-bad': { type: 'boolean' },
        negate: { type: 'boolean' },
        column: { type: 'string', multiple: true },
        set: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ImportFault(`${(error as Error).message}\n${USAGE}`);
  }
}

function pairsOf(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const [, field, value] = /^(\w+)=(.+)$/s.exec(text) ?? [];
      if (field === undefined || value === undefined)
        throw new ImportFault(`${shown(text)} is not FIELD=VALUE.\n${USAGE}`);
      return [field, value] as const;
    }),
  );
}

function summaryOf(report: ImportReport, isDryRun: boolean): string[] {
  const { columns, rows, badRows, added, changed, isTakenBack, allNegative } = report;
  const from = [...columns.places].map(([field, place]) => `${field} from ${shown(columns.header[place] ?? '')}`);
  const given = [...columns.values].map(([field, value]) => `${field} is ${shown(value)}`);
  const same = rows - badRows - added - changed;
  const counts = `${added} new, ${changed} changed, ${same} as they were, ${badRows} bad`;
  const done = isTakenBack ? 'Nothing was changed' : 'Imported';
  const lines = [`${rows} ${columns.table}: ${[...from, ...given].join(', ')}.`, `${done}: ${counts}.`];
  if (isTakenBack && badRows > 0 && !isDryRun) {
    lines.push('Mend the bad rows, or add --skip-bad to import the others.');
  }
  if (columns.table === 'transactions') {
    if (!columns.places.has('reference') && !columns.values.has('reference')) {
      lines.push(
        'No column holds a reference: rows are known again by this file and their line. Another export of the same days would add them twice.',
      );
    }
    if (allNegative) {
      lines.push('All amounts are below zero, which is money back. If the file writes money spent so, add --negate.');
    }
  }
  return lines;
}
