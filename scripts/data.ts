// Clients and transactions out of a CSV file into the database: npm run data -- import FILE.csv (docs/your-data.md)
import { explainBoot } from '../src/boot-fault.js';
import { loadConfig } from '../src/config/load-config.js';
import { Database } from '../src/database/database.js';
import { databaseFault } from '../src/database/database-fault.js';
import { importCommand, USAGE } from '../src/payments/import/import-command.js';
import { ImportFault } from '../src/payments/import/import-fault.js';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const run = importCommand(process.argv.slice(2));
  if (run === undefined) {
    print(USAGE);
    return 0;
  }
  const { DATABASE_URL: url, PARLEY_DATA_DIR: dataDir } = loadConfig();
  const database = await Database.open({ url, dataDir, log: { info: print, warn: print } });
  try {
    if (!database.ready) throw new ImportFault('The database cannot be reached. Check DATABASE_URL, and that it runs.');
    return await run(database.prisma, print);
  } finally {
    await database.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof ImportFault ? error.message : databaseFault(error);
  process.stderr.write(`${known ?? explainBoot(error)}\n`);
  process.exitCode = 1;
}
