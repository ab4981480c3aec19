// The client's package as its users get it: packed, installed in an empty project, compiled by TypeScript, bundled by Vite,
// and run.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { jest } from '@jest/globals';
import { ScriptedServer } from '../../client/testing/scripted-server.js';

jest.setTimeout(240_000);
/** Of the session alone, minified and with gzip, bytes. */
const MOST_BYTES = 15 * 1024;

let folder: string;
const run = (file: string, ...args: string[]): string =>
  execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const node = (...args: string[]): string => run(process.execPath, ...args);
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** A block of code of the package's own README. */
function example(language: string): string {
  const [, code] =
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(readFileSync('client/README.md', 'utf8')) ?? [];
  if (code === undefined) throw new Error(`client/README.md has no block of ${language}`);
  return code;
}

/** What of an entry a page loads, minified. */
function bundled(name: string, source: string): string {
  write(`${name}.js`, source);
  const config = {
    root: folder,
    logLevel: 'error',
    build: { outDir: name, modulePreload: false, rollupOptions: { input: `${name}.js` } },
  };
  write('vite.config.mjs', `export default ${JSON.stringify(config)};`);
  node(resolve('node_modules/vite/bin/vite.js'), 'build');
  const assets = join(folder, name, 'assets');
  return readdirSync(assets)
    .map((file) => readFileSync(join(assets, file), 'utf8'))
    .join('');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-package-'));
  execFileSync(process.execPath, ['build.mjs'], { cwd: 'client', stdio: 'pipe' });
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: 'client',
    encoding: 'utf8',
  });
  write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  run('npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed.trim()}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('@parley/client', () => {
  it('depends on nothing, and holds what it exports', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['@parley']);
    const root = join(folder, 'node_modules/@parley/client');
    const { exports, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
      dependencies?: object;
    };
    const files = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    for (const file of files) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/from ['"]zod/);
    expect(dependencies).toBeUndefined();
  });

  it.each(['nodenext', 'bundler'])('has types of its own for a strict program (%s)', (moduleResolution) => {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    for (const name of ['react', '@types/react', 'csstype']) {
      const link = join(folder, 'node_modules', name);
      rmSync(link, { force: true, recursive: true });
      symlinkSync(resolve('node_modules', name), link);
    }
    write('page.ts', example('ts'));
    write('talk.tsx', example('tsx'));
    write(
      'misuse.ts',
      "import { VoiceClient } from '@parley/client';\n" +
        "new VoiceClient().on('transcript.final', ({ text }) => text.length);\n" +
        "// @ts-expect-error there is no such event\nnew VoiceClient().on('transcript.finale', () => undefined);\n" +
        '// @ts-expect-error an address is needed\nvoid new VoiceClient().connect({});\n',
    );
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          target: 'es2022',
          lib: ['es2024', 'dom', 'dom.iterable'],
          module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
          moduleResolution,
          jsx: 'react-jsx',
          types: [],
        },
        files: ['page.ts', 'talk.tsx', 'misuse.ts'],
      }),
    );
    let problems = '';
    try {
      node(resolve('node_modules/typescript/bin/tsc'), '-p', '.');
    } catch (error) {
      problems = String((error as { stdout?: string }).stdout);
    }
    expect(problems).toBe('');
  });

  it('is small', () => {
    const session = bundled(
      'session',
      "import { VoiceClient } from '@parley/client';\nglobalThis.client = new VoiceClient();\n",
    );
    const bytes = gzipSync(session, { level: 9 }).length;
    expect([session.includes('session.start'), bytes <= MOST_BYTES || bytes]).toEqual([true, true]);
  });

  it('makes a call in Node', async () => {
    const server = await ScriptedServer.start();
    write(
      'call.js',
      "import { VoiceClient } from '@parley/client';\n" +
        'const client = new VoiceClient();\n' +
        `const { sessionId } = await client.connect({ url: '${server.url}' });\n` +
        'await client.end();\nconsole.log(sessionId);\n',
    );
    const said = await new Promise<string>((done, failed) => {
      execFile(process.execPath, ['call.js'], { cwd: folder, timeout: 30_000 }, (error, stdout, stderr) =>
        error === null ? done(stdout) : failed(new Error(`${error.message}\n${stderr}`)),
      );
    });
    await server.stop();
    expect(said.trim()).not.toBe('');
    expect(server.of('session.end')).toHaveLength(1);
  });

  it('brings the worklets and the script as files', () => {
    const dist = join(folder, 'node_modules/@parley/client/dist');
    for (const [file, holds] of [
      ['capture-worklet.js', /registerProcessor\(["']parley-capture["']/],
      ['playback-worklet.js', /registerProcessor\(["']parley-playback["']/],
      ['embed.js', /parley-call/],
    ] as const) {
      expect(readFileSync(join(dist, file), 'utf8')).toMatch(holds);
    }
  });
});
