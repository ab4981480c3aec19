// Before the tests: the Prisma client, the console, the image of an empty embedded database, and the system packages that some suites
// start for real. Where a package cannot be installed, its suites are skipped and say why (test/support/needs.ts); with
// CI=true that is a failure.
import { execFileSync } from 'node:child_process';
import { ensureClusterImage } from '../src/database/pglite/cluster-image.ts';
import { generatePrisma } from './generate-prisma.mjs';
import { aptInstall } from './speech-engines.mjs';
import { systemPackages } from './system-packages.mjs';

generatePrisma();
// The page, which the server finds in dist/ whether it is built itself or runs from its sources.
execFileSync(process.execPath, ['console/build.mjs'], { stdio: 'inherit' });
// Made here once (5 s), so that the test workers do not all make it at the same time.
await ensureClusterImage('node_modules/.cache/parley');

const missing = () => Object.entries(systemPackages).filter(([, entry]) => !entry.present());
if (missing().length > 0 && process.getuid?.() === 0) {
  const packages = missing().flatMap(([, { debian }]) => debian);
  console.log(`Installing what the tests need: ${packages.join(' ')}`);
  aptInstall(packages);
}
for (const [name, { debian, suites }] of missing()) {
  console.log(
    `${name} is missing: ${suites} will be skipped. Install it with: sudo apt-get install ${debian.join(' ')}`,
  );
  if (process.env.CI === 'true') process.exitCode = 1;
}
