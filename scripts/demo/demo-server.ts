import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { envSchema } from '../../src/config/env.schema.js';
import { STREAM_PATH } from '../../src/protocol/index.js';

/** The first start makes and seeds a database, ms. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

const listeningSchema = z.object({ type: z.literal('listening'), port: z.number() });

/** The server could not be started, or ended by itself; `message` ends with the last lines of its log. */
export class DemoServerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoServerError';
  }
}

export interface DemoServerOptions {
  /** Folder of the repository: dist/ and agents/ are in it. */
  readonly root: string;
  readonly logFile: string;
  /** Keys of the env schema; every other key has its default, whatever this machine's environment or .env says. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The real server, as an operator starts it: `node dist/main.js`, in a process of its own. */
export class DemoServer {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `ws://127.0.0.1:${port}${STREAM_PATH}`;
  }

  /** Resolves when it listens. Throws DemoServerError. */
  static async start({ root, logFile, env, signal }: DemoServerOptions): Promise<DemoServer> {
    const log = openSync(logFile, 'a');
    const child = fork(join(root, 'dist', 'main.js'), {
      cwd: root,
      env: { ...process.env, ...defaults(), ...env },
      execArgv: ['--max-semi-space-size=64'],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    // Whatever happens to this process, the server does not stay behind.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    try {
      return new DemoServer(child, await listening(child, signal));
    } catch (error) {
      await stop(child);
      throw new DemoServerError(`${(error as Error).message}\n${await tail(logFile)}`);
    }
  }

  /** Ends it, gently first. */
  stop(): Promise<void> {
    return stop(this.#child);
  }
}

/** Empty means absent, and wins over an .env file. */
const defaults = (): Record<string, string> => Object.fromEntries(Object.keys(envSchema.shape).map((key) => [key, '']));

function listening(child: ChildProcess, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the server did not listen within ${START_TIMEOUT_MS / 1000} s`)),
      START_TIMEOUT_MS,
    );
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      act();
    };
    const abort = (): void => settle(() => reject(new Error('interrupted')));
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code, name) => settle(() => reject(new Error(`the server ended (${name ?? code})`))));
    child.on('message', (message) => {
      const parsed = listeningSchema.safeParse(message);
      if (parsed.success) settle(() => resolve(parsed.data.port));
    });
    if (signal.aborted) abort();
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(force);
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  return text.trim().split('\n').slice(-10).join('\n');
}
