// Before the tests: the Prisma client, and the system packages that some suites start for real. Where a package cannot
// be installed, its suites are skipped and say why (test/support/needs.ts); with CI=true that is a failure.
import { spawnSync } from 'node:child_process';
import { generatePrisma } from './generate-prisma.mjs';
import { systemPackages } from './system-packages.mjs';

generatePrisma();

const missing = Object.entries(systemPackages).filter(([, { present }]) => !present());
if (missing.length > 0) {
  const packages = missing.flatMap(([, entry]) => entry.debian);
  const root = process.getuid?.() === 0;
  const apt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (root && apt) {
    console.log(`Installing what the tests need: ${packages.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const run = (args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 600_000 });
    run(['update', '-qq']);
    run(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  }
}
for (const [name, { present, debian, suites }] of Object.entries(systemPackages)) {
  if (present()) continue;
  console.log(
    `${name} is missing: ${suites} will be skipped. Install it with: sudo apt-get install ${debian.join(' ')}`,
  );
  if (process.env.CI === 'true') process.exitCode = 1;
}
