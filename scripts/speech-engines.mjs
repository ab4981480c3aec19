// The keyless providers' programs: PocketSphinx with its English model, and flite. Finds them, installs them where it may,
// and otherwise names the one command that does. Runs on the machine's own Node, before anything is built:
//   node scripts/speech-engines.mjs
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { systemPackages } from './system-packages.mjs';

/** Long enough for a slow mirror, ms. */
const INSTALL_TIMEOUT_MS = 600_000;

const missing = () => [systemPackages.pocketsphinx, systemPackages.flite].filter((entry) => !entry.present());
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
 * Makes sure that the engines are there. Installs them by apt when root, or with sudo after asking on a terminal.
 * Throws an Error whose message is the one command to run.
 */
export async function ensureSpeechEngines() {
  if (missing().length === 0) return;
  if (process.platform === 'darwin') {
    throw new Error(
      'The local speech engines are missing. On macOS: brew install cmu-pocketsphinx flite\n' +
        '(the recogniser is tested with Debian’s PocketSphinx only; DEEPGRAM_API_KEY and OPENAI_API_KEY avoid it)',
    );
  }
  const packages = missing().flatMap(({ debian }) => debian);
  const command = `sudo apt-get install -y ${packages.join(' ')}`;
  const root = process.getuid?.() === 0;
  if (has('apt-get') && (root || (has('sudo') && (await agreed(command))))) {
    console.log(`installing the local speech engines: ${packages.join(' ')}`);
    aptInstall(packages, !root);
  }
  if (missing().length > 0) throw new Error(`The local speech engines are missing. Install them with: ${command}`);
}

async function agreed(command) {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`The local speech engines are missing. Run "${command}" now? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureSpeechEngines().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
