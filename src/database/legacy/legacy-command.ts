import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { LegacyMigration } from './legacy-migration.js';
import { LEGACY_STEPS, LegacyFault } from './legacy-sql.js';

export const LEGACY_USAGE = `Usage: npm run data -- legacy up|down [--to STEP] [options]
The database is that of LEGACY_DATABASE_URL.
  --to STEP         up: the last step that is taken (1 to 4; 4); down: the last that is left (0 to 3; 0)
  --table NAME      the table of calls, [SCHEMA.]TABLE (public.calls)
  --user COLUMN     the column that says whose a call is (driver_id)
  --batch ROWS      rows of one batch of the backfill (1000)`;

/** Runs `legacy ...`. Throws LegacyFault for what cannot be done, with what to do in a sentence. */
export async function legacyCommand(
  args: readonly string[],
  url: string | undefined,
  print: (line: string) => void,
): Promise<void> {
  const { way, to, schema, table, user, batch } = parse(args);
  if (url === undefined) throw new LegacyFault('Set LEGACY_DATABASE_URL to the database of the older calls.');
  const client = new Client({ connectionString: url, application_name: 'parley legacy' });
  await client.connect();
  try {
    const migration = new LegacyMigration(client, { schema, table, user, batch, print });
    await (way === 'up' ? migration.up(to ?? LEGACY_STEPS.length) : migration.down(to ?? 0));
  } finally {
    await client.end();
  }
}

function parse(args: readonly string[]) {
  const { values, positionals } = read(args);
  const [, way, ...rest] = positionals;
  if ((way !== 'up' && way !== 'down') || rest.length > 0) throw new LegacyFault(LEGACY_USAGE);
  const [table = '', schema = 'public'] = values.table.split('.').toReversed();
  const [to, batch] = [values.to, values.batch].map((text) => (text === undefined ? undefined : Number(text)));
  const isStep = to === undefined || (Number.isInteger(to) && to >= 0 && to <= LEGACY_STEPS.length);
  if (!isStep || batch === undefined || !Number.isInteger(batch) || batch < 1 || batch > 100_000) {
    throw new LegacyFault(LEGACY_USAGE);
  }
  return { way, to, schema, table, user: values.user, batch };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        table: { type: 'string', default: 'public.calls' },
        user: { type: 'string', default: 'driver_id' },
        batch: { type: 'string', default: '1000' },
      },
    });
  } catch {
    throw new LegacyFault(LEGACY_USAGE);
  }
}
