// Rows in and out of the database by hand: npm run data -- import FILE.csv (docs/your-data.md), export-user USER, erase-user
// USER (docs/records.md), do-not-call add|remove|list (docs/outbound.md), legacy up|down (docs/older-records.md)
import { explainBoot } from '../src/boot-fault.js';
import { USER_USAGE, userCommand } from '../src/calls/records/user-command.js';
import { loadConfig } from '../src/config/load-config.js';
import { SqlCallStore } from '../src/database/calls/sql-call-store.js';
import { Database } from '../src/database/database.js';
import { databaseFault } from '../src/database/database-fault.js';
import { LEGACY_USAGE, legacyCommand } from '../src/database/legacy/legacy-command.js';
import { LegacyFault } from '../src/database/legacy/legacy-sql.js';
import { SqlDoNotCallList } from '../src/database/outbound/sql-do-not-call.js';
import { DO_NOT_CALL_USAGE, doNotCallCommand, DoNotCallFault } from '../src/outbound/do-not-call-command.js';
import { recordedAudio } from '../src/recording/recorded-audio.js';
import { recordingsFolder } from '../src/recording/recordings-folder.js';
import { importCommand, USAGE } from '../src/payments/import/import-command.js';
import { ImportFault } from '../src/payments/import/import-fault.js';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
/** What is exported goes to standard output, by itself. */
const tell = (line: string): boolean => process.stderr.write(`${line}\n`);

/** What the arguments ask for; undefined where help is. Throws an ImportFault for others. */
function commandOf(args: readonly string[]): ((database: Database) => Promise<number>) | undefined {
  if (args[0] === 'do-not-call') {
    return (database) => doNotCallCommand(args.slice(1), new SqlDoNotCallList(database), print);
  }
  if (!/^(export|erase)-user$/.test(args[0] ?? '')) {
    const run = importCommand(args);
    return run && ((database) => run(database.prisma, print));
  }
  const run = userCommand(args);
  if (run === undefined) throw new ImportFault(USER_USAGE);
  return async (database) => {
    const audio = recordedAudio(recordingsFolder(loadConfig()));
    const store = new SqlCallStore(database);
    await run({ prisma: database.prisma, store, audio, purge: () => database.purge(), out: process.stdout });
    return 0;
  };
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'legacy') {
    await legacyCommand(args, loadConfig().LEGACY_DATABASE_URL, print);
    return 0;
  }
  const run = commandOf(args);
  if (run === undefined) {
    print([USAGE, USER_USAGE, DO_NOT_CALL_USAGE, LEGACY_USAGE].join('\n\n'));
    return 0;
  }
  const { DATABASE_URL: url, PARLEY_DATA_DIR: dataDir } = loadConfig();
  const database = await Database.open({ url, dataDir, log: { info: tell, warn: tell } });
  try {
    if (!database.ready) throw new ImportFault('The database cannot be reached. Check DATABASE_URL, and that it runs.');
    return await run(database);
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isOurs = [ImportFault, LegacyFault, DoNotCallFault].some((kind) => error instanceof kind);
  const known = isOurs && error instanceof Error ? error.message : databaseFault(error);
  process.stderr.write(`${known ?? explainBoot(error)}\n`);
  process.exitCode = 1;
}
