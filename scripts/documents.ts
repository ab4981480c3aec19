// Keeps the documents that callers are answered from:
//   npm run documents -- add FILE|FOLDER|URL ...    adds them, in place of what came from the same source before
//   npm run documents -- list
//   npm run documents -- remove SLUG|SOURCE ...
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ConfigError } from '../src/config/config-error.js';
import { loadConfig } from '../src/config/load-config.js';
import { documentsCommand } from '../src/documents/documents-command.js';

const USAGE = `Usage: npm run documents -- add FILE|FOLDER|URL ...
       npm run documents -- list
       npm run documents -- remove SLUG|SOURCE ...
  --token JWT   an admin's token; needed where the documents are on Supabase`;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { token: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  const [command, ...names] = positionals;
  const isKnown =
    command === 'list' ? names.length === 0 : (command === 'add' || command === 'remove') && names.length > 0;
  if (values.help || !isKnown || command === undefined) {
    process.stdout.write(`${USAGE}\n`);
    process.exitCode = values.help ? 0 : 2;
  } else {
    const print = (line: string) => process.stdout.write(`${line}\n`);
    process.exitCode = await documentsCommand({ command, names, config: loadConfig(), token: values.token, print });
  }
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.report : (error as Error).message}\n`);
  process.exitCode = 1;
}
