// npm run fuzz [-- ROUNDS]: every spec with properties, on values that no run has tried; ends with the first round that fails.
// npm run fuzz -- --runs 1e7: so many executions of everything that takes bytes or text from outside (test/fuzz).
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

if (process.argv.slice(2).some((argument) => argument.startsWith('--'))) {
  const program = ['scripts/start.mjs', 'dist/test/fuzz/night.js', ...process.argv.slice(2)];
  process.exit(spawnSync('node', program, { stdio: 'inherit' }).status ?? 1);
}
const rounds = Number(process.argv[2] ?? 1);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(
    'Usage: npm run fuzz -- [ROUNDS | --runs 1e7]   a whole number of rounds of all properties, 1 when absent',
  );
  process.exit(2);
}
// Some have their properties from these.
const PROPERTIES = /'fast-check'|run-targets\.js'|\/(erratic|turn-events|transaction-selection\.contract)\.js'/;
const specs = globSync('{src,client,test}/**/*.spec.ts').filter((file) => PROPERTIES.test(readFileSync(file, 'utf8')));
for (let round = 1; round <= rounds; round += 1) {
  console.log(`round ${round} of ${rounds}: ${specs.length} specs`);
  const { status } = spawnSync('npm', ['test', '--silent', '--', ...specs], {
    stdio: 'inherit',
    env: { ...process.env, FUZZ: '1' },
  });
  if (status !== 0) process.exit(status ?? 1);
}
