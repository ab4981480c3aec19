// The real server as processes of its own, compiled once, with its database in memory.
import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSecretKey } from 'node:crypto';
import { BASELINE_WASM } from './baseline-wasm.js';
import { mintToken } from '../../src/identity/mint-token.js';
import { withSharedModels } from './speech-models.js';

/** Compiled inside the repository, which the program looks for its data files in; git does not see the folder. */
const SCRATCH = resolve('.parley');
const SECRET = 'a secret for tests, long enough for HS256';
/** How long a process may take to listen on a machine that does ten other things, ms. */
const BOOT_MS = 60_000;

export class Build {
  private constructor(readonly folder: string) {}

  /** Compiles the server, and modules of test/support that are to be loaded before it. */
  static make(...preloads: string[]): Build {
    mkdirSync(SCRATCH, { recursive: true });
    const folder = mkdtempSync(join(SCRATCH, 'workers-'));
    const swc = resolve('node_modules/@swc/cli/bin/swc.js');
    const sources = ['src', ...preloads.map((name) => `test/support/${name}.ts`)];
    execFileSync(process.execPath, [swc, ...sources, '--out-dir', join(folder, 'build'), '--config-file', '.swcrc'], {
      stdio: 'pipe',
    });
    return new Build(folder);
  }

  program(name: string): string {
    return join(this.folder, 'build', name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const workerToken = (userId = 'demo'): string =>
  mintToken(createSecretKey(Buffer.from(SECRET)), { userId, ttlSeconds: 3600 });

export class WorkerProcess {
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(
    build: Build,
    env: Readonly<Record<string, string>> = {},
    preload?: string,
  ): Promise<WorkerProcess> {
    const { PATH, HOME } = process.env;
    const child = fork(build.program('src/main.js'), {
      cwd: build.folder,
      env: {
        PATH,
        HOME,
        HOST: '127.0.0.1',
        STREAM_WS_PORT: '0',
        DATABASE_URL: 'memory://',
        JWT_SECRET: SECRET,
        PARLEY_DATA_DIR: withSharedModels(mkdtempSync(join(build.folder, 'data-'))),
        AGENTS_DIR: resolve('agents'),
        WEB_SEARCH_PROVIDER: 'none',
        EMBEDDINGS_PROVIDER: 'none',
        STREAM_RATE_LIMIT_MAX: '100000',
        STREAM_MAX_CONCURRENT_SESSIONS: '200',
        ...env,
      },
      execArgv: [
        BASELINE_WASM,
        ...(preload === undefined ? [] : ['--import', pathToFileURL(build.program(preload)).href]),
      ],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let output = '';
    let worker: WorkerProcess | undefined;
    const keep = (text: Buffer): void => {
      output = (output + text.toString()).slice(-100_000);
      if (worker !== undefined) worker.output = output;
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const port = await new Promise<number>((listening, failed) => {
      const late = setTimeout(() => failed(new Error(`it does not listen: ${output}`)), BOOT_MS);
      child.on('exit', (code) => failed(new Error(`it ended with ${code}: ${output}`)));
      child.on('message', (message) => {
        if (typeof message !== 'object' || !('port' in message)) return;
        clearTimeout(late);
        listening(Number(message.port));
      });
    });
    worker = new WorkerProcess(child, port);
    worker.output = output;
    return worker;
  }

  /** ws://127.0.0.1:port/v1/stream */
  get stream(): string {
    return `ws://127.0.0.1:${this.port}/v1/stream`;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it by a signal; resolves with its exit code, null when the signal ended it. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (!this.running) return this.child.exitCode;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  }
}
