// Formatting, lint (type-aware), types, dependency rules, the client's API pages, dead code. Runs all of them, prints what failed, fails at the end.
import { spawnSync } from 'node:child_process';
import { generatePrisma } from './generate-prisma.mjs';

generatePrisma();
/** @type {[string, string[]][]} */
const steps = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.']],
  ['types of the console', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'console']],
  [
    'imports',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      'src',
      'client',
      'examples',
      '--config',
      '.dependency-cruiser.cjs',
    ],
  ],
  ['client API', ['scripts/client-api.mjs', '--check']],
  ['dead code', ['node_modules/knip/bin/knip.js']],
];
const failed = [];
for (const [name, args] of steps) {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (result.status === 0) console.log(`ok      ${name}`);
  else {
    failed.push(name);
    console.log(`FAILED  ${name}\n${result.stdout}${result.stderr}`);
  }
}
if (failed.length > 0) {
  console.log(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
