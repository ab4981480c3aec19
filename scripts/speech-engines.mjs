// The keyless recogniser: PocketSphinx with its English model. Finds it, installs it where it may, and otherwise names the
// one command that does. Runs on the machine's own Node, before anything is built:
//   node scripts/speech-engines.mjs
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { systemPackages } from './system-packages.mjs';

/** Long enough for a slow mirror, ms. */
const INSTALL_TIMEOUT_MS = 600_000;

const { pocketsphinx } = systemPackages;
const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Installs Debian packages; false when that failed. `sudo` asks for the password itself. */
export function aptInstall(packages, sudo = false) {
  const run = (...args) => {
    const command = sudo ? ['sudo', 'apt-get', ...args] : ['apt-get', ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const stdio = ['inherit', 'ignore', 'inherit'];
    return spawnSync(command[0], command.slice(1), { env, stdio, timeout: INSTALL_TIMEOUT_MS }).status === 0;
  };
  // An old list may name versions that are gone: a failed update is only a warning, the install decides.
  run('update', '-qq');
  return run('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

/**
 * Makes sure that it is there. Installs them by apt when root, or with sudo after asking on a terminal.
 * Throws an Error whose message is the one command to run.
 */
export async function ensureRecogniser() {
  if (pocketsphinx.present()) return;
  if (process.platform === 'darwin') {
    throw new Error(
      'The local recogniser is missing. On macOS: brew install cmu-pocketsphinx\n' +
        '(tested with Debian’s PocketSphinx only; a typed call needs none, and DEEPGRAM_API_KEY avoids it)',
    );
  }
  const command = `sudo apt-get install -y ${pocketsphinx.debian.join(' ')}`;
  const root = process.getuid?.() === 0;
  if (has('apt-get') && (root || (has('sudo') && (await agreed(command))))) {
    console.log(`installing the local recogniser: ${pocketsphinx.debian.join(' ')}`);
    aptInstall(pocketsphinx.debian, !root);
  }
  if (!pocketsphinx.present()) throw new Error(`The local recogniser is missing. Install it with: ${command}`);
}

async function agreed(command) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`The local recogniser is missing. Run "${command}" now? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureRecogniser().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
