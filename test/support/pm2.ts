import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Longest run of a command of PM2, ms: it returns when the workers are ready, or have given up. */
const COMMAND_TIMEOUT_MS = 90_000;

/** A real PM2 with a folder, and so a daemon, of its own, in the Node that runs the tests. */
export class Pm2 {
  private constructor(private readonly home: string) {}

  /** Starts the daemon too: the workers of a cluster get its environment beside their own. */
  static async create(): Promise<Pm2> {
    const pm2 = new Pm2(mkdtempSync(join(tmpdir(), 'parley-pm2-')));
    await pm2.run(['ping']);
    return pm2;
  }

  /**
   * `pm2 ARGS` in a folder, with this environment and nothing else of the tests'. What is printed tells of a refusal;
   * `code` is 0 when the command went well.
   */
  run(args: readonly string[], { env = {}, cwd = this.home }: { env?: Record<string, string>; cwd?: string } = {}) {
    const { PATH = '' } = process.env;
    return new Promise<{ code: number; output: string }>((done) => {
      execFile(
        process.execPath,
        [resolve('node_modules/pm2/bin/pm2'), ...args],
        {
          cwd,
          timeout: COMMAND_TIMEOUT_MS,
          maxBuffer: 16 * 1_048_576,
          env: { PATH, HOME: this.home, PM2_HOME: this.home, PM2_DISABLE_VERSION_CHECK: 'true', ...env },
        },
        (error, stdout, stderr) => {
          done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, output: stdout + stderr });
        },
      );
    });
  }

  /** `pm2 start` with the server's own ecosystem file, as an app of this name: several run side by side. */
  start(app: string, options: { env: Record<string, string>; cwd: string }) {
    const file = `${app}.config.js`;
    const renamed = `apps.map((app) => ({ ...app, name: '${app}' }))`;
    const content = `import * as ecosystem from './ecosystem.config.js';\nexport const apps = ecosystem.${renamed};\n`;
    writeFileSync(join(options.cwd, file), content);
    return this.run(['start', file], options);
  }

  /** The processes of an app's workers that run. PM2 keeps a file for each; asking it would cost a process a question. */
  workers(app = 'parley'): readonly number[] {
    return this.filesOf('pids', app)
      .map((file) => Number(existsSync(file) ? readFileSync(file, 'utf8') : undefined))
      .filter((pid) => isAlive(pid));
  }

  /** What an app's workers have printed since `forget`. */
  logs(app = 'parley'): string {
    return this.filesOf('logs', app)
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
  }

  /** Ends an app's workers as an operator does, and what they printed. */
  async forget(app: string): Promise<void> {
    await this.run(['delete', app]);
    for (const file of this.filesOf('logs', app)) rmSync(file);
  }

  private filesOf(kind: 'logs' | 'pids', app: string): readonly string[] {
    const folder = join(this.home, kind);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.startsWith(`${app}-`)).map((name) => join(folder, name));
  }

  async close(): Promise<void> {
    await this.run(['kill']);
    rmSync(this.home, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What `npm run build` makes of the server, beside the file that PM2 reads; the folder is inside the repository. */
export function installServer(folder: string): void {
  const swc = resolve('node_modules/@swc/cli/bin/swc.js');
  const sources = ['src', 'scripts/own-node.ts'];
  const options = ['--out-dir', join(folder, 'dist'), '--config-file', '.swcrc'];
  execFileSync(process.execPath, [swc, ...sources, ...options], { stdio: 'pipe' });
  writeFileSync(join(folder, 'dist', 'main.js'), "import './scripts/own-node.js';\nawait import('./src/main.js');\n");
  copyFileSync('ecosystem.config.js', join(folder, 'ecosystem.config.js'));
}
