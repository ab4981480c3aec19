import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { readMcpServers } from './mcp-servers.js';

/** The line with which a boot stops. */
function problemOf(file: string): string {
  try {
    readMcpServers(file, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
  }
  return '';
}

describe('MCP_SERVERS_FILE', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-mcp-'));
    file = join(folder, 'mcp.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads what other programs keep there too, with settings in place of secrets', () => {
    const crm = { command: 'node', args: ['crm.js'], env: { TOKEN: 'x ${CRM_TOKEN}' } };
    const wiki = { type: 'http', url: 'https://${WIKI}/mcp', headers: { authorization: 'Bearer ${CRM_TOKEN}' } };
    writeFileSync(file, JSON.stringify({ mcpServers: { crm, wiki }, somethingElse: 1 }));
    expect(readMcpServers(file, { CRM_TOKEN: '"hunter2', WIKI: 'wiki.example' })).toEqual({
      crm: { command: 'node', args: ['crm.js'], env: { TOKEN: 'x "hunter2' }, timeoutMs: 10_000 },
      wiki: {
        type: 'http',
        url: 'https://wiki.example/mcp',
        headers: { authorization: 'Bearer "hunter2' },
        timeoutMs: 10_000,
      },
    });
  });

  it.each([
    ['no JSON', '{"mcpServers": hunter2', /mcp\.json is no JSON\.$/],
    ['no servers', '{}', /mcp\.json: mcpServers: /],
    [
      'a server that is neither',
      '{"mcpServers":{"crm":{"ulr":"https://x.example"}}}',
      /crm: must have a command, or a url/,
    ],
    [
      'an address that is none',
      '{"mcpServers":{"crm":{"url":"file:///etc/passwd"}}}',
      /mcpServers\.crm\.url: must be an http or https address\.$/,
    ],
    ['a name that is none', '{"mcpServers":{"my crm":{"command":"x"}}}', /a name has 1 to 20 letters/],
    [
      'a setting that is not there',
      '{"mcpServers":{"crm":{"command":"${NOPE}"}}}',
      /names \$\{NOPE\}, which is not set/,
    ],
  ])('says what is wrong with %s', (_what, text, message) => {
    writeFileSync(file, text);
    expect(problemOf(file)).toMatch(message);
    expect(problemOf(file)).not.toContain('hunter2');
  });

  it('says that there is no file', () => {
    expect(problemOf(file)).toMatch(/^MCP_SERVERS_FILE: .*mcp\.json cannot be read\.$/);
  });
});
