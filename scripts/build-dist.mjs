// Builds dist/ where the sources are newer than it: the Prisma client, then every TypeScript file with swc (types are
// `npm run check`'s business), the console's page with Vite, then the short entry point that operators know, dist/main.js. It is made beside and put in
// place file by file, each in one step: whoever reads dist/ meanwhile, a server that runs from it for example, finds every
// file, the old one or the new one.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { generatePrisma } from './generate-prisma.mjs';

const SOURCES = ['src', 'client', 'scripts', 'bench', 'eval', 'test', 'examples', 'test-voice-client.ts'];
/** What else decides what is built. */
const SETTINGS = ['package-lock.json', '.swcrc', 'prisma/schema.prisma', 'console'];
const PAGE = 'console/build.mjs';
const DIST = 'dist';
const STAMP = join(DIST, '.built');
const COMMIT = '.commit';
const LOCK = '.parley/build.lock';
/** A build takes a few seconds; who holds the lock for longer was killed, or waits for something that never comes, ms. */
const LOCK_MS = 60_000;

const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Every source with the time of its last change: a file that goes away, or an older one that takes its place, counts too. */
function fingerprint() {
  const lines = [];
  const add = (path) => {
    if (!existsSync(path)) return;
    const stats = statSync(path);
    if (!stats.isDirectory()) lines.push(`${path} ${stats.size} ${stats.mtimeMs}`);
    else for (const name of readdirSync(path).toSorted()) add(join(path, name));
  };
  for (const path of [...SOURCES, ...SETTINGS]) add(path);
  return lines.join('\n');
}

function isBuilt(wanted) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
}

/** One build at a time: the others wait for it, and then find theirs done. */
function withLock(work) {
  mkdirSync('.parley', { recursive: true });
  while (!takeLock()) pause(50);
  try {
    work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const { mtimeMs } = statSync(LOCK, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  if (Date.now() - mtimeMs > LOCK_MS || !isAlive(LOCK)) rmSync(LOCK, { force: true });
  return false;
}

/** Whether the process lives that a file names; also while it has only begun to write the file. */
function isAlive(file) {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** The stamp comes last: a build that was killed here is done again. What has no source any more goes. */
function putInPlace(fresh) {
  if (!existsSync(DIST)) {
    renameSync(fresh, DIST);
    return;
  }
  rmSync(STAMP, { force: true });
  const stamp = relative(DIST, STAMP);
  const files = filesOf(fresh);
  for (const file of [...files.filter((name) => name !== stamp), stamp]) {
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    renameSync(join(fresh, file), join(DIST, file));
  }
  const kept = new Set([...files, COMMIT]);
  for (const file of filesOf(DIST)) if (!kept.has(file)) rmSync(join(DIST, file));
}

/**
 * The commit that is built, where git knows one, for the server's version (src/config/server-version.ts). It is written also
 * where nothing has to be built: what was changed before may be committed now.
 */
function tellCommit() {
  const git = (...words) =>
    execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 }).trim();
  const file = join(DIST, COMMIT);
  let commit = '';
  try {
    // A folder below somebody else's repository is not that repository's.
    if (git('rev-parse', '--show-prefix') === '') {
      const isDirty =
        git('status', '--porcelain', '--', ...[...SOURCES, ...SETTINGS].filter((path) => existsSync(path))) !== '';
      commit = `${git('rev-parse', '--short=12', 'HEAD')}${isDirty ? '-dirty' : ''}`;
    }
  } catch {
    // No git, no repository, or no commit yet.
  }
  if (commit === '') rmSync(file, { force: true });
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== commit) writeFileSync(file, commit);
}

function make() {
  generatePrisma();
  makeAnew();
  if (existsSync(DIST)) tellCommit();
}

function makeAnew() {
  const wanted = fingerprint();
  if (isBuilt(wanted)) return;
  const fresh = `${DIST}.new-${process.pid}`;
  const swc = [
    'node_modules/@swc/cli/bin/swc.js',
    ...SOURCES,
    '--extensions',
    '.ts',
    '--out-dir',
    fresh,
    '--config-file',
    '.swcrc',
  ];
  try {
    execFileSync(process.execPath, swc, { stdio: 'pipe' });
    // A folder of sources may be without the page.
    if (existsSync(PAGE)) execFileSync(process.execPath, [PAGE, join(fresh, 'console')], { stdio: 'pipe' });
    writeFileSync(join(fresh, 'main.js'), "import './scripts/own-node.js';\nawait import('./src/main.js');\n");
    writeFileSync(join(fresh, '.built'), wanted);
    putInPlace(fresh);
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? error.message}\nBuild failed.\n`);
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Ends the process with 1 where that cannot be done. */
export function build() {
  withLock(make);
  if (process.exitCode !== undefined) process.exit();
}
