// Publishes versions of agents at a running server, and says who gets which: docs/agents.md.
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load-config.js';
import { AgentsFailure, agentsCommand, USAGE } from './agents/agents-command.js';
import { developmentToken } from './development-token.js';

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
    const token = values.token ?? process.env['PARLEY_TOKEN'] ?? (await developmentToken(url, { role: 'admin' }));
    const percent = share === undefined ? undefined : Number(share);
    await agentsCommand({ words, share: percent, url, token, agentsDir: () => loadConfig().AGENTS_DIR, print });
  }
  if (!values.help && words.length === 0) process.exitCode = 2;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof AgentsFailure && error.message === USAGE ? 2 : 1;
}
