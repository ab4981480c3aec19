import { execFileSync, fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BASELINE_WASM } from '../support/baseline-wasm.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { WireClient } from '../support/wire-client.js';

// The server as an operator starts it: a process, its environment, its exit code, and what it prints.

/** Compiled inside the repository, which the program looks for its data files in; git does not see the folder. */
const SCRATCH = resolve('.parley');
const SECRET = 'a secret that is long enough for HS256';

/** Whether this process may mount anything; root may not in every container. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'parley-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

let folder: string;
const program = (name: string) => join(folder, 'build', name);

function environment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PARLEY_DATA_DIR: join(folder, 'data'), AGENTS_DIR: resolve('agents'), ...env };
}

/** Runs a program that should end by itself. */
function run(name: string, env: Record<string, string>, args: string[] = []) {
  return spawnSync(process.execPath, [BASELINE_WASM, program(name), ...args], {
    cwd: folder,
    env: environment(env),
    encoding: 'utf8',
    timeout: 60_000,
  });
}

beforeAll(() => {
  mkdirSync(SCRATCH, { recursive: true });
  folder = mkdtempSync(join(SCRATCH, 'boot-'));
  const swc = resolve('node_modules/@swc/cli/bin/swc.js');
  execFileSync(
    process.execPath,
    [swc, 'src', 'scripts/token.ts', 'scripts/doctor.ts', '--out-dir', program(''), '--config-file', '.swcrc'],
    {
      stdio: 'pipe',
    },
  );
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a boot that cannot work', () => {
  it('ends with one line for each fault, no stack, no value, and exit code 1', () => {
    const { status, stdout, stderr } = run('src/main.js', {
      NODE_ENV: 'production',
      STREAM_WS_PORT: 'port-of-call',
      STREAM_LLM_PROVIDER: 'gpt',
      OPENAI_API_KEY: 'sk-secret',
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toEqual([
      'The configuration has 2 faults.',
      expect.stringMatching(/^ {2}STREAM_WS_PORT: must be a whole number /),
      expect.stringMatching(/^ {2}STREAM_LLM_PROVIDER: must be one of rules, openai, anthropic /),
    ]);
  });

  it('says which port is in use', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { status, stderr } = run('src/main.js', {
      HOST: '127.0.0.1',
      STREAM_WS_PORT: String(port),
      DATABASE_URL: 'memory://',
    });
    server.close();
    expect(status).toBe(1);
    expect(stderr).toBe(`Port ${port} is in use: set STREAM_WS_PORT to another one (0 takes a free one).\n`);
  }, 180_000);
});

describe('a boot whose data folder cannot be written', () => {
  const isRoot = process.getuid?.() === 0;
  const mount = (...args: readonly string[]): boolean => spawnSync('mount', args).status === 0;
  const disk = (): string => join(folder, 'disk');
  /** A disk of its own, of so many MB; false where nobody lets us mount one. */
  const withDisk = (megabytes: number): boolean => {
    mkdirSync(disk());
    return isRoot && mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk());
  };
  let mounted = false;
  afterEach(() => {
    if (mounted) spawnSync('umount', [disk()]);
    else chmodSync(disk(), 0o700);
    rmSync(disk(), { recursive: true, force: true });
  });

  const production = {
    NODE_ENV: 'production',
    JWT_SECRET: SECRET,
    STREAM_CORS_ORIGIN: 'https://a.example',
    HOST: '127.0.0.1',
    STREAM_WS_PORT: '0',
  };
  const endsWithLine = (env: Record<string, string>, line: RegExp): void => {
    const { status, stderr } = run('src/main.js', { ...production, PARLEY_DATA_DIR: join(disk(), 'data'), ...env });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
  };

  // Not skips: nothing that is installed would let a container's root mount. Without mounting, modes hold off all but root.
  if (isRoot && !canMount()) process.stderr.write('A disk that is read-only or small is not tried: no mounts here.\n');
  const onReadOnly: [string, boolean, Record<string, string>][] = [
    ['that is not there yet', false, {}],
    ['that is there', true, {}],
    ['for the records alone', false, { DATABASE_URL: 'memory://' }],
  ];
  if (!isRoot || canMount())
    it.each(onReadOnly)(
      'ends with one line in production, where it is read-only: one %s',
      (_which, exists, env) => {
        mounted = withDisk(8);
        if (exists) mkdirSync(join(disk(), 'data', 'db'), { recursive: true });
        if (mounted) mount('-o', 'remount,ro', disk());
        else chmodSync(exists ? join(disk(), 'data', 'db') : disk(), 0o500);
        endsWithLine(env, /data.*: set PARLEY_DATA_DIR to a folder that this user may write to\.$/m);
      },
      90_000,
    );

  const small: [string, number, boolean][] = [
    ['too small', 8, false],
    ['full', 4, true],
  ];
  if (canMount())
    it.each(small)(
      'ends with one line where its disk is %s',
      (_how, megabytes, isFilled) => {
        mounted = withDisk(megabytes);
        if (isFilled) spawnSync('dd', ['if=/dev/zero', `of=${join(disk(), 'fill')}`, 'bs=64k']);
        endsWithLine(
          {},
          isFilled ? /(no space|MB left).*PARLEY_DATA_DIR/ : /has 7 MB left.*make room, or set PARLEY_DATA_DIR/,
        );
      },
      90_000,
    );
});

describeWithPostgres()('a boot with a database that cannot be used', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await PostgresServer.create();
    await postgres.sql('create role stranger login');
    await postgres.sql('create database of_others');
    await postgres.sql('revoke all on database of_others from public');
    await postgres.sql('create role guest login');
  }, 180_000);
  afterAll(() => postgres.destroy());

  it.each<[string, () => string, RegExp]>([
    [
      'no login',
      () => postgres.url('nobody'),
      /^The database: the login was refused\. Check the user and the password/,
    ],
    ['no database', () => postgres.url('postgres', 'nowhere'), /^The database: there is no database of that name/],
    ['no entry', () => postgres.url('stranger', 'of_others'), /^The database: its user may not make what Parley needs/],
    [
      'no rights',
      () => postgres.url('guest'),
      /^The database: its user may not make what Parley needs\. Make it the owner/,
    ],
    [
      'no TLS',
      () => `${postgres.url()}?sslmode=verify-full`,
      /^The database: the server and DATABASE_URL do not agree on TLS/,
    ],
  ])(
    'ends with one line: %s',
    (_, url, line) => {
      const { status, stdout, stderr } = run('src/main.js', {
        DATABASE_URL: url(),
        STREAM_WS_PORT: '0',
        HOST: '127.0.0.1',
      });
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    },
    60_000,
  );
});

describe('npm run doctor', () => {
  it('prints a line for each check, ends by itself, and ends with 1 when something is bad', () => {
    const { status, stdout, stderr } = run('scripts/doctor.js', {
      DATABASE_URL: 'memory://',
      STREAM_LLM_PROVIDER: 'rules,anthropic',
      ANTHROPIC_API_KEY: 'sk-hunter2',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.every((line) => /^(ok {2}|BAD )/.test(line))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^ok {2}llm rules \(\d+ ms\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^BAD llm anthropic: .* Check ANTHROPIC_BASE_URL\.$/));
    expect(stdout).not.toContain('hunter2');
    expect(status).toBe(1);
  }, 180_000);
});

describe('npm run token', () => {
  it('refuses in production, unless it is forced', () => {
    const production = { NODE_ENV: 'production', JWT_SECRET: SECRET, STREAM_CORS_ORIGIN: 'https://a.example' };
    expect(run('scripts/token.js', production)).toMatchObject({ status: 1, stdout: '' });
    expect(run('scripts/token.js', production, ['--force']).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('explains a bad option instead of throwing', () => {
    const { status, stderr } = run('scripts/token.js', {}, ['--ttl', 'soon']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^--ttl must be a number with s, m, h or d\.\nUsage: /);
  });
});

describe('a boot that works', () => {
  it('says where it listens, takes the tokens minted beside it, and drains on SIGTERM', async () => {
    const token = run('scripts/token.js', {}, ['--user', 'demo', '--agents', 'julia', '--ttl', '5m']).stdout.trim();
    const child = fork(program('src/main.js'), {
      cwd: folder,
      env: environment({ HOST: '127.0.0.1', STREAM_WS_PORT: '0', DATABASE_URL: 'memory://', SHUTDOWN_GRACE_MS: '100' }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    try {
      let output = '';
      child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
      child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
      const port = await listening(child, () => output);
      expect(output).toMatch(new RegExp(`Parley \\d+\\.\\d+\\.\\d+\\S* listens on http://127\\.0\\.0\\.1:${port} `));

      const client = await WireClient.start(`ws://127.0.0.1:${port}/v1/stream`, token);
      expect((await client.next('session.started')).agent).toBe('julia');
      child.kill('SIGTERM');
      expect(await client.next('session.ended')).toMatchObject({ reason: 'shutdown' });
      expect((await client.closing()).code).toBe(1001);
      expect(await exitCode(child)).toBe(0);
      expect(output).not.toContain(token);
    } finally {
      child.kill('SIGKILL');
    }
  }, 180_000);
});

/** The port, once the server has told its parent that it is ready. */
async function listening(child: ChildProcess, output: () => string): Promise<number> {
  const heard: unknown[] = [];
  return new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the server ended with ${code}:\n${output()}`)));
    child.on('message', (message) => {
      heard.push(message);
      const { port } = message as { port?: number };
      if (port === undefined) return;
      expect(heard[0]).toBe('ready');
      done(port);
    });
  });
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((done) => child.once('exit', done));
}
