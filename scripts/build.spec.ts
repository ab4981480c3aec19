import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { waitFor } from '../test/support/wait-for.js';

// The real build, of a small program in a folder of its own.

const SOURCES = {
  'src/main.ts': `import { said } from './said.js';
    process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
    console.log(said, process.argv.slice(2).join());
    if (process.argv.includes('--stay')) setInterval(() => undefined, 1000);`,
  'src/said.ts': `export const said: string = 'first';`,
  'scripts/own-node.ts': `export {};`,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-build-'));
  for (const name of ['src', 'scripts']) mkdirSync(join(folder, name));
  for (const [file, text] of Object.entries(SOURCES)) writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', scripts: { start: START } }));
  copyFileSync('.swcrc', join(folder, '.swcrc'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const START = `node ${resolve('scripts/start.mjs')} dist/main.js`;

function run(command: string, args: readonly string[]) {
  const child = spawn(command, args, { cwd: folder });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = new Promise<number | null>((done) => child.once('close', done));
  return { child, code, output: () => output };
}
const start = (...args: string[]) => run(process.execPath, [resolve('scripts/start.mjs'), 'dist/main.js', ...args]);

it('builds, hands the arguments on, and builds again only when a source has changed', async () => {
  const first = start('--a', 'b');
  expect(await first.code).toBe(0);
  expect(first.output()).toBe('first --a,b\n');
  const { ino } = statSync(join(folder, 'dist'));
  expect(await start().code).toBe(0);
  expect(statSync(join(folder, 'dist')).ino).toBe(ino);
  writeFileSync(join(folder, 'src/said.ts'), `export const said = 'second';`);
  const second = start();
  await second.code;
  expect(second.output()).toBe('second \n');
}, 60_000);

it('is there for whoever reads it while it is built, and keeps nothing that has no source', async () => {
  await start().code;
  writeFileSync(join(folder, 'src/gone.ts'), 'export {};');
  await start().code;
  expect(existsSync(join(folder, 'dist/src/gone.js'))).toBe(true);
  rmSync(join(folder, 'src/gone.ts'));
  let reads = 0;
  for (let n = 0; n < 3; n += 1) {
    writeFileSync(join(folder, 'src/said.ts'), `export const said = 'edition ${n}';`);
    const { code } = start();
    const build = { isOver: false };
    void code.then(() => (build.isOver = true));
    while (!build.isOver) {
      // Neither is ever missing, nor half.
      for (let at = 0; at < 500; at += 1) {
        expect(readFileSync(join(folder, 'dist/src/said.js'), 'utf8')).toMatch(/said = '(first|edition \d)'/);
        expect(readFileSync(join(folder, 'dist/main.js'), 'utf8')).toContain('src/main.js');
        reads += 1;
      }
      await new Promise(setImmediate);
    }
    expect(await code).toBe(0);
    expect(readFileSync(join(folder, 'dist/src/said.js'), 'utf8')).toContain(`edition ${n}`);
  }
  expect(reads).toBeGreaterThan(500);
  expect(existsSync(join(folder, 'dist/src/gone.js'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
}, 60_000);

it('lets several start at once, and leaves nothing beside dist', async () => {
  const started = Array.from({ length: 4 }, () => start());
  expect(await Promise.all(started.map(({ code }) => code))).toEqual([0, 0, 0, 0]);
  expect(started.map(({ output }) => output())).toEqual(Array(4).fill('first \n'));
  expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  expect(existsSync(join(folder, '.parley/build.lock'))).toBe(false);
}, 60_000);

it('leaves what is there when a source cannot be compiled, and goes over the lock of a process that is gone', async () => {
  await start().code;
  writeFileSync(join(folder, 'src/said.ts'), 'export const said = ;');
  const broken = start();
  expect(await broken.code).toBe(1);
  expect(broken.output()).toMatch(/said\.ts[^]*Build failed\.\n$/);
  expect(existsSync(join(folder, 'dist/main.js'))).toBe(true);
  writeFileSync(join(folder, 'src/said.ts'), SOURCES['src/said.ts']);
  writeFileSync(join(folder, '.parley/build.lock'), String(broken.child.pid));
  expect(await start().code).toBe(0);
}, 60_000);

it('is stopped by whoever stops npm start', async () => {
  const npm = run('npm', ['start', '--silent', '--', '--stay']);
  await waitFor(() => npm.output().includes('first'), 30_000);
  npm.child.kill('SIGTERM');
  await npm.code;
  expect(npm.output()).toContain('stopped');
}, 60_000);

it('says of which commit it is, where there is a repository of its own', async () => {
  const commitFile = join(folder, 'dist/.commit');
  await start().code;
  expect(existsSync(commitFile)).toBe(false);
  const git = async (...words: string[]) => {
    const { code, output } = run('git', ['-c', 'user.name=B', '-c', 'user.email=b@example.com', ...words]);
    expect(await code).toBe(0);
    return output().trim();
  };
  await git('init', '--quiet');
  writeFileSync(join(folder, '.gitignore'), 'dist*\n.parley\nnode_modules\n');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'All there is');
  const commit = await git('rev-parse', '--short=12', 'HEAD');
  await start().code;
  expect(readFileSync(commitFile, 'utf8')).toBe(commit);
  writeFileSync(join(folder, 'src/said.ts'), `export const said = 'changed';`);
  await start().code;
  expect(readFileSync(commitFile, 'utf8')).toBe(`${commit}-dirty`);
  // Committed after it was built: nothing is built again, and it is true again.
  await git('commit', '--quiet', '--all', '--message', 'Changed');
  await start().code;
  expect(readFileSync(commitFile, 'utf8')).toBe(await git('rev-parse', '--short=12', 'HEAD'));
}, 60_000);
