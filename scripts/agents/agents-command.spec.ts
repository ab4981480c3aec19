import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentsCommand, AgentsFailure, AgentsUsage } from './agents-command.js';

// What is brought by mistake: words, files and addresses. What the server makes of the rest is test/e2e/agent-versions.spec.ts.

const VERSIONS = {
  versions: [{ number: 1, version: 'e1e2b5bb1f96', publishedAt: '2026-12-01T00:00:00Z', publishedBy: 'ops' }],
};
const FOR_ALL = { ...VERSIONS, release: { agent: 'nina', baseline: 1, canary: null, share: 0, hold: null } };

describe('npm run agents', () => {
  let folder: string;
  let server: Server;
  let asked: string[];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-agents-'));
    writeFileSync(join(folder, 'nina.yaml'), 'name: Nina\ninstructions: Help.\n');
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(response, request);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked = [];
    answer = (response) => response.end(JSON.stringify({ ...FOR_ALL, number: 1 }));
  });

  const own = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = async (words: readonly string[], more: { share?: string; url?: string; token?: string } = {}) => {
    const lines: string[] = [];
    const { share, url = own(), token = 'a.b.c' } = more;
    await agentsCommand({ words, share, url, token, agentsDir: () => folder, print: (line) => lines.push(line) });
    return lines.join('\n');
  };

  it.each([
    [['publsh', 'nina'], /^Usage[^]*\nThere is no command "publsh"\.$/],
    [['constructor'], /There is no command "constructor"\.$/],
    [['share', 'nina'], /^Usage[^]*\nThere are too few words after "share"\.$/],
    [['publish', 'nina', 'max'], /too many words after "publish"\.$/],
  ])('says how it is used, and what was wrong, for %j', async (words, why) => {
    await expect(run(words)).rejects.toThrow(AgentsUsage);
    await expect(run(words)).rejects.toThrow(why);
  });

  it('takes a share only where it publishes', async () => {
    await expect(run(['rollback', 'nina'], { share: '10' })).rejects.toThrow(/--share belongs to "publish"/);
    expect(asked).toEqual([]);
  });

  it.each(['ten', '', ' ', '0', '-5', '101', '0x10', '1e1', '10 percent', 'NaN'])(
    'takes no share of %j, and asks nobody',
    async (share) => {
      const why = /is no share: write percent such as 10, more than 0 and 100 at most\.$/;
      await expect(run(['publish', 'nina'], { share })).rejects.toThrow(why);
      await expect(run(['share', 'nina', share])).rejects.toThrow(why);
      expect(asked).toEqual([]);
    },
  );

  it('takes percent with its sign', async () => {
    let body = '';
    answer = (response, request) => {
      request.on('data', (piece) => (body += String(piece)));
      request.on('end', () => response.end(JSON.stringify(FOR_ALL)));
    };
    await run(['share', 'nina', '12.5 %']);
    expect(JSON.parse(body)).toEqual({ share: 12.5 });
  });

  it('says when a share changes nothing', async () => {
    expect(await run(['publish', 'nina'], { share: '10' })).toMatch(
      /All callers have it: .*a share of 10 % changes nothing\./,
    );
    expect(await run(['publish', 'nina'], { share: '100' })).not.toMatch(/changes nothing/);
  });

  it('knows versions by numbers, or the file', async () => {
    for (const words of [
      ['diff', 'nina', 'one', '2'],
      ['diff', 'nina', '1', 'two'],
      ['rollback', 'nina', 'abc'],
      ['rollback', 'nina', '0'],
    ]) {
      await expect(run(words)).rejects.toThrow(/^"\w+" is no version: write a number such as 2, or file\.$/);
    }
    expect(asked).toEqual([]);
  });

  it('takes what has a dot or a slash for a file, whatever its end, and says what is wrong with it', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'sub', 'max.json'), '{"name": "Max", "instructions": "Help."}');
    await run(['publish', join(folder, 'sub', 'max.json')]);
    expect(asked).toEqual(['POST /v1/admin/agents/max/versions']);
    await expect(run(['publish', join(folder, 'sub')])).rejects.toThrow(/cannot be read: it is a folder$/);
    await expect(run(['publish', join(folder, 'no.yaml')])).rejects.toThrow(
      /no\.yaml cannot be read: there is no such file$/,
    );
    await expect(run(['publish', 'nobody'])).rejects.toThrow(/nobody\.yaml cannot be read: there is no such file$/);
    for (const name of ['my agent', 'Größe', '../nina', 'a/b']) {
      await expect(run(['list', name])).rejects.toThrow(/is no name of an agent/);
    }
    await expect(run(['publish', 'con.figured.yaml'])).rejects.toThrow(/"con\.figured" is no name of an agent/);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['localhost:3001', /^"localhost:3001" is no address of a server: write it as http:\/\/localhost:3001/],
    ['39910', /is no address of a server/],
    ['ftp://x', /is no address of a server/],
    ['http://ops:geheim@localhost:1', /^The address has a user or a password in it/],
    ['ops:geheim@localhost', /^This is no address of a server/],
    ['http://localhost:1?token=x', /^The address ends with \? or #/],
  ])('is asked with %j: says how an address is written, without its password', async (url, why) => {
    const failure = await run(['list'], { url }).catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(AgentsFailure);
    expect((failure as Error).message).toMatch(why);
    expect((failure as Error).message).not.toContain('geheim');
  });

  it.each(['größe', 'line\nbreak', '😀'])('does not send the token %j', async (token) => {
    await expect(run(['list'], { token })).rejects.toThrow(/^The token has characters that no token has/);
    expect(asked).toEqual([]);
  });

  it('keeps the path of a server that is behind one', async () => {
    await run(['list', 'nina'], { url: `${own()}/voice/` });
    expect(asked).toEqual(['GET /voice/v1/admin/agents/nina']);
  });

  it.each([
    ['another page', 200, '<html>Welcome to nginx</html>'],
    ['nothing', 200, ''],
    ['another JSON', 200, '{"status":"ok"}'],
    ['a list', 200, '[]'],
    ['an error of somebody else', 502, '<html>Bad Gateway</html>'],
    ['a path that is not there', 404, '{"error":"not_found","message":"Cannot GET /x"}'],
  ])('says that it is no Parley which answers with %s', async (_what, status, body) => {
    answer = (response) => response.writeHead(status).end(body);
    for (const words of [['list'], ['list', 'nina'], ['publish', 'nina'], ['diff', 'nina']]) {
      await expect(run(words)).rejects.toThrow(new RegExp(`answers ${status}, and not as Parley does: is the address`));
    }
  });

  it('says what the server says, and why none answers', async () => {
    answer = (response) =>
      response.writeHead(403).end('{"error":"admin_required","message":"The token needs the claim."}');
    await expect(run(['list'])).rejects.toThrow(/^The token needs the claim\.$/);
    answer = (response) => response.writeHead(413).end('{"error":"x","message":"request entity too large"}');
    await expect(run(['publish', 'nina'])).rejects.toThrow(/^The file is larger than an agent’s may be \(200 kB\)\.$/);
    answer = (response) => response.destroy();
    await expect(run(['list'])).rejects.toThrow(/does not answer \(UND_ERR_SOCKET\)\. Is the server running\?$/);
    await expect(run(['list'], { url: 'http://127.0.0.1:1' })).rejects.toThrow(/does not answer \(bad port\)/);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    closed.close();
    await once(closed, 'close');
    await expect(run(['list'], { url })).rejects.toThrow(/does not answer \(ECONNREFUSED\)/);
  });

  it('does not read an answer without end', async () => {
    answer = (response) => {
      response.write('{"versions":"');
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1 << 20)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    await expect(run(['list'])).rejects.toThrow(/does not answer \(more than 32 MB\)/);
  });
});
