import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, worst, type Counts, type Look } from './judge.js';
import { countIn } from './look.js';
import { health } from './run.js';

const MINUTE = 60_000;
const counts = (more: Partial<Counts> = {}): Counts => ({ ended: 0, failed: 0, transcribed: 0, fromCache: 0, ...more });
const looks = (...of: readonly Partial<Look>[]): Look[] =>
  of.map((look, index) => ({ at: index * MINUTE, ms: 20, ...look }));
const away = { failure: '/health does not answer: ECONNREFUSED' };

describe('what cron makes of what it sees', () => {
  it.each([
    ['a good look', looks({}), 'ok', []],
    ['one failure', looks({}, away), 'warning', [/\(1 in a row\)$/]],
    ['two, after good ones', looks(away, {}, away, away), 'warning', [/\(2 in a row\)$/]],
    ['three in a row', looks({}, away, away, away), 'critical', [/\(3 in a row\)$/]],
    ['failures that are over', looks(away, away, away, {}), 'ok', []],
    ['six seconds', looks({ ms: 6_000 }), 'warning', [/6\.0 s/]],
    ['errors', looks({ counts: counts() }, { counts: counts({ ended: 100, failed: 2 }) }), 'critical', [/^2\.0 %/]],
    ['one error of a hundred', looks({ counts: counts() }, { counts: counts({ ended: 100, failed: 1 }) }), 'ok', []],
    ['one error of three', looks({ counts: counts() }, { counts: counts({ ended: 3, failed: 1 }) }), 'ok', []],
    [
      'a cold cache',
      looks({ counts: counts() }, { counts: counts({ transcribed: 50, fromCache: 4 }) }),
      'warning',
      [/^8\.0 %/],
    ],
    [
      'errors of an hour ago',
      [
        { at: 0, ms: 1, counts: counts() },
        { at: 60 * MINUTE, ms: 1, counts: counts({ ended: 100, failed: 50 }) },
        { at: 61 * MINUTE, ms: 1, counts: counts({ ended: 130, failed: 50 }) },
      ],
      'ok',
      [],
    ],
    [
      'a server that was started anew',
      looks({ counts: counts({ ended: 500, failed: 1 }) }, { counts: counts({ ended: 40, failed: 2 }) }),
      'critical',
      [/^5\.0 % of 40/],
    ],
  ] as const)('%s', (_what, seen, severity, told) => {
    const findings = judge(seen);
    expect(worst(findings)).toBe(severity);
    expect(findings.map(({ what }) => what)).toEqual(told.map((pattern) => expect.stringMatching(pattern)));
  });

  it('sums what workers count', () => {
    const text = [
      '# HELP parley_sessions_ended_total Sessions',
      'parley_sessions_ended_total{reason="client",code="1000",worker="1"} 5',
      'parley_sessions_ended_total{reason="error",code="4500",worker="2"} 2',
      'parley_transcription_seconds_count{provider="whisper",source="cache"} 3',
      'parley_transcription_seconds_count{provider="whisper",source="provider"} 4',
      'parley_transcription_seconds_bucket{le="1",source="cache"} 9',
    ].join('\n');
    expect(countIn(text)).toEqual({ ended: 7, failed: 2, transcribed: 7, fromCache: 3 });
  });
});

describe('npm run health', () => {
  let folder: string;
  let server: Server;
  let answer: { status: number; body: string };
  let metrics: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-health-'));
    server = createServer((request, response) => {
      if (request.url === '/health') response.writeHead(answer.status).end(answer.body);
      else if (request.url === '/voice/health') response.end('{"status":"ok"}');
      else if (request.url !== '/metrics') response.writeHead(404).end();
      else if (request.headers.authorization === 'Bearer right') response.end(metrics);
      else response.writeHead(401).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    answer = { status: 200, body: '{"status":"ok"}' };
    metrics = 'parley_build_info{version="0.1.0",commit="abc"} 1\n';
  });

  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it('says in a line how the server is, and remembers failures', async () => {
    const args = ['--url', address(), '--state', join(folder, 'state.json')];
    expect(await health(args, undefined)).toMatchObject({
      severity: 'ok',
      line: expect.stringMatching(/^OK: http:\/\/127.* in \d+ ms$/),
    });
    answer = { status: 503, body: '{"status":"draining"}' };
    expect(await health(args, undefined)).toEqual({
      severity: 'warning',
      line: 'WARNING: /health answers 503 (draining) (1 in a row)',
    });
    await health(args, undefined);
    expect(await health(args, undefined)).toMatchObject({
      severity: 'critical',
      line: expect.stringMatching(/^CRITICAL: .*3 in a row/),
    });
    answer = { status: 200, body: '<html>' };
    expect((await health(args, undefined)).line).toMatch(
      /^CRITICAL: .*something else than Parley does \(4 in a row\)$/,
    );
  });

  it('asks for rates with the token, and says when it is the wrong one', async () => {
    const args = ['--url', address(), '--state', join(folder, 'rates.json')];
    expect(await health(args, 'right')).toMatchObject({ severity: 'ok' });
    expect(await health(args, 'wrong')).toEqual({
      severity: 'warning',
      line: 'WARNING: /metrics answers 401: METRICS_TOKEN is not the server’s (1 in a row)',
    });
    metrics = '<html>Log in</html>';
    expect(await health(args, 'right')).toEqual({
      severity: 'warning',
      line: 'WARNING: /metrics answers something else than Parley does (2 in a row)',
    });
    for (const token of ['größe', 'line\nbreak']) {
      const { severity, line } = await health(args, token);
      expect(severity).toBe('unknown');
      expect(line).toMatch(/^UNKNOWN: METRICS_TOKEN has characters that no token has[^\n]*$/);
      expect(line).not.toContain(token);
    }
  });

  it('asks a server behind a path there', async () => {
    const args = ['--state', join(folder, 'paths.json'), '--url'];
    expect(await health([...args, `${address()}/voice/`], undefined)).toMatchObject({ severity: 'ok' });
    expect((await health([...args, `${address()}/vioce`], undefined)).line).toMatch(
      /^WARNING: \/vioce\/health answers 404/,
    );
  });

  it('says what was seen also where that cannot be remembered, and leaves nothing behind', async () => {
    const state = join(folder, 'sub');
    mkdirSync(state);
    answer = { status: 503, body: '{"status":"draining"}' };
    const { severity, line } = await health(['--url', address(), '--state', state], undefined);
    expect(severity).toBe('unknown');
    expect(line).toMatch(/cannot be written \(EISDIR\): .*--state; seen now: \/health answers 503 \(draining\)/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('begins anew with a memory that cannot be read, and says how it is used', async () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(await health(['--url', address(), '--state', join(folder, 'broken.json')], undefined)).toMatchObject({
      severity: 'ok',
    });
    expect(await health(['--help'], undefined)).toMatchObject({
      severity: 'ok',
      line: expect.stringMatching(/^Usage: /),
    });
    const faults: [string, RegExp][] = [
      ['localhost:3001', /"localhost:3001" is no address of a server: write it as http/],
      ['http://ops:geheim@127.0.0.1:1', /has a user or a password/],
    ];
    for (const [url, why] of faults) {
      const { line } = await health(['--url', url], undefined);
      expect(line).toMatch(why);
      expect(line).not.toContain('geheim');
    }
    for (const args of [[], ['--url', 'nowhere'], ['--url', 'ftp://a'], ['--what']]) {
      expect(await health(args, undefined)).toMatchObject({
        severity: 'unknown',
        line: expect.stringMatching(/^UNKNOWN: .*Usage: /),
      });
    }
  });
});
