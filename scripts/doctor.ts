// Checks what this server is configured with, line by line: `npm run doctor`, and before it is put before callers
// `npm run doctor -- --production`. Exit code 1 when something is bad.
import 'reflect-metadata';
import { doctor } from '../src/doctor/doctor.js';

const USAGE = 'npm run doctor [-- --production]\n';
const [first, ...more] = process.argv.slice(2);
if (first === '--help' || first === '-h') {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (more.length > 0 || (first !== undefined && first !== '--production')) {
  process.stderr.write(USAGE);
  process.exit(2);
}
const code = await doctor({
  print: (line) => process.stdout.write(`${line}\n`),
  source: { env: process.env, cwd: process.cwd() },
  production: first === '--production',
});
// At once: a vendor's SDK may keep a timer or a socket for a while.
process.exit(code);
