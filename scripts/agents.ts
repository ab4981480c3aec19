// Publishes versions of agents at a running server, and says who gets which: docs/agents.md.
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load-config.js';
import { agentsCommand, AgentsUsage, USAGE } from './agents/agents-command.js';
import { developmentToken } from './development-token.js';
import { serverAddress } from './server-address.js';

try {
  const { values, positionals: words } = parseArgs({
    allowPositionals: true,
    options: {
      share: { type: 'string' },
      url: { type: 'string', default: 'http://localhost:3001' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { url, share } = values;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help || words.length === 0) print(USAGE);
  else {
    // A variable that is empty says nothing, as everywhere.
    const given = values.token ?? process.env['PARLEY_TOKEN']?.trim();
    const token = given || (await developmentToken(serverAddress(url), { role: 'admin' }));
    await agentsCommand({ words, share, url, token, agentsDir: () => loadConfig().AGENTS_DIR, print });
  }
  if (!values.help && words.length === 0) process.exitCode = 2;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  const isUsage =
    error instanceof AgentsUsage || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  process.exitCode = isUsage ? 2 : 1;
}
