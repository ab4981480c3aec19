// Looks at a running server, from cron every minute:
//   npm run --silent health -- --url https://voice.example.com [--state FILE]
// With METRICS_TOKEN in the environment rates are looked at too. One line; exit code 0 good, 1 warning, 2 critical, 3 unknown.
import { EXIT } from './health/judge.js';
import { health } from './health/run.js';

const { severity, line } = await health(process.argv.slice(2), process.env['METRICS_TOKEN'] || undefined);
process.stdout.write(`${line}\n`);
process.exitCode = EXIT[severity];
