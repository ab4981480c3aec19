// Goes on in the project's own Node when it was started in one that is too old: `npm ci` brings Node 24 and npm's scripts
// run in it, but `node dist/main.js` is whatever the machine has, and an old one fails only when the first caller speaks.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/database/package-root.js';

/** The oldest that will do, as in package.json's engines. */
const MAJOR = 22;
const MINOR = 12;
/** Tells the process that goes on that another one waits for it. */
const MARK = 'PARLEY_GOES_ON';

function tooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < MAJOR || (major === MAJOR && minor < MINOR);
}

/** Runs the same command in another Node. Resolves with its exit status. */
function goOnIn(node: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
      // A process group of its own: Ctrl-C comes here only, is passed on, and so counts once.
      detached: true,
      env: { ...process.env, [MARK]: '1' },
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    // A process manager that waits for `ready` has its channel to this process.
    child.on('message', (message) => process.send?.(message));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

if (tooOld()) {
  const node = join(packageRoot(), 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    process.stderr.write(
      `Parley needs Node ${MAJOR}.${MINOR} or newer, and this is ${process.versions.node}: run it in a newer one, or run ` +
        '`npm ci`, which brings one.\n',
    );
    process.exit(1);
  }
  process.exit(await goOnIn(node));
}

if (process.env[MARK] !== undefined) {
  delete process.env[MARK];
  // Whoever waits for this process was killed: nobody can stop it any more but itself.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
}
