import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Longest run of a command of PM2, ms: it returns when the workers are ready, or have given up. */
const COMMAND_TIMEOUT_MS = 90_000;

const listSchema = z.array(z.object({ pid: z.number(), pm2_env: z.object({ status: z.string() }) }));

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

  /** The processes of the workers that run. */
  async workers(): Promise<readonly number[]> {
    const { output } = await this.run(['jlist']);
    const list = listSchema.parse(JSON.parse(output.slice(output.indexOf('['))));
    return list.filter(({ pm2_env: { status } }) => status === 'online').map(({ pid }) => pid);
  }

  /** What the workers have printed since `forget`. */
  logs(): string {
    return this.logFiles()
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
  }

  /** Ends all workers as an operator does, and what they printed. */
  async forget(): Promise<void> {
    await this.run(['delete', 'all']);
    for (const file of this.logFiles()) rmSync(file);
  }

  private logFiles(): readonly string[] {
    const folder = join(this.home, 'logs');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.endsWith('.log')).map((name) => join(folder, name));
  }

  async close(): Promise<void> {
    await this.run(['kill']);
    rmSync(this.home, { recursive: true, force: true });
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
