import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { QueryResult } from 'pg';
import { freePort } from './free-port.js';

// A real PostgreSQL server in a temporary folder, for what PGlite cannot show: several connections, a server that goes
// away and comes back, an older major version.

const READY_TIMEOUT_MS = 20_000;

/** Folder of the server's programs; undefined where PostgreSQL is not installed. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const folders = [
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`),
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** `describe` where PostgreSQL is installed, else a skipped suite that says so; with CI=true it must be there. */
export function describeWithPostgres(): typeof describe {
  if (postgresPrograms() !== undefined || process.env['CI'] === 'true') return describe;
  process.stderr.write('Skipping a suite: PostgreSQL (initdb, postgres) is not installed.\n');
  return describe.skip;
}

/** PostgreSQL refuses to run as root: become somebody else then. */
function servant(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here; the next one.
    }
  }
  throw new Error('Run the tests as an ordinary user: PostgreSQL does not start as root.');
}

export class PostgresServer {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly superuser: string,
  ) {}

  /** Makes a cluster and starts it. Throws where PostgreSQL is not installed. */
  static async create(superuser = 'postgres'): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error('PostgreSQL is not installed.');
    const folder = mkdtempSync(join(tmpdir(), 'parley-pg-'));
    const user = servant();
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
    execFileSync(
      join(programs, 'initdb'),
      ['-D', join(folder, 'data'), '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale', 'C'],
      { ...user, cwd: folder, stdio: 'pipe' },
    );
    const server = new PostgresServer(programs, folder, await freePort(), superuser);
    await server.start();
    return server;
  }

  url(user = this.superuser, database = 'postgres'): string {
    return `postgresql://${user}@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs statements as the superuser. */
  async sql(statements: string, database = 'postgres'): Promise<void> {
    await this.query(statements, database);
  }

  /** The same, with what the last of them answers. */
  async query(statements: string, database = 'postgres'): Promise<QueryResult<Record<string, unknown>>> {
    const client = new Client({ connectionString: this.url(this.superuser, database) });
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(statements);
    } finally {
      await client.end();
    }
  }

  /** Does nothing when it runs already. */
  async start(): Promise<void> {
    if (this.process?.exitCode === null) return;
    const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', 'timezone=Asia/Tokyo'];
    this.process = spawn(
      join(this.programs, 'postgres'),
      [
        '-D',
        join(this.folder, 'data'),
        '-p',
        String(this.port),
        '-k',
        this.folder,
        ...settings.flatMap((s) => ['-c', s]),
      ],
      { ...servant(), cwd: this.folder, stdio: 'ignore' },
    );
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      try {
        await this.sql('select 1');
        return;
      } catch (error) {
        if (Date.now() > deadline || this.process.exitCode !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Ends every connection and the server; the data stay for the next start. */
  async stop(): Promise<void> {
    const running = this.process;
    if (running === undefined || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    // Fast shutdown (pg_ctl's default): clients are cut off, data are written.
    running.kill('SIGINT');
    await gone;
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
