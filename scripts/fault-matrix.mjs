// Makes docs/fault-matrix.md from a test run: `npm run fault-matrix` runs the specs that test faults and writes the page;
// `node scripts/fault-matrix.mjs report.json` makes it from a report of the whole suite (jest's --json --outputFile).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMatrix, renderMatrix } from './fault-matrix/matrix.mjs';

const PAGE = 'docs/fault-matrix.md';
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** Runs every test whose name says that it belongs to the matrix, and returns jest's report. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-faults-'));
  const report = join(folder, 'report.json');
  try {
    const jest = [...FLAGS, 'node_modules/jest/bin/jest.js', '-t', 'fault matrix', '--json', '--outputFile', report];
    spawnSync(process.execPath, jest, { stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const given = process.argv[2];
const rows = readMatrix(given === undefined ? runTests() : JSON.parse(readFileSync(given, 'utf8')));
if (rows.length === 0) throw new Error('no test of this run belongs to the fault matrix');
const failed = rows.filter(({ passed }) => !passed);
for (const { adapter, fault, phase } of failed) process.stderr.write(`failed: ${adapter} › ${fault} › ${phase}\n`);
writeFileSync(PAGE, renderMatrix(rows));
process.stdout.write(`${PAGE}: ${rows.length} rows, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
