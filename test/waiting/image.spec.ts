// What the Dockerfile puts into the image, put into a folder, and started as the image starts it. There is no container here: the
// base image is the Node that runs the tests, and the system's libraries are this machine's.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../support/free-port.js';
import { given, readDockerfile } from '../support/dockerfile.js';
import { installServer } from '../support/pm2.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { waitFor } from '../support/wait-for.js';

describe('the image', () => {
  const last = readDockerfile().at(-1);
  let folder: string;
  let port: number;
  let server: ChildProcess;
  let output = '';
  const environment = (): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(
      given(last, 'ENV')
        .flat()
        .map((word) => word.split('=')),
    ),
    PATH: dirname(process.execPath),
    HOME: folder,
    PARLEY_DATA_DIR: join(folder, 'data'),
    HOST: '127.0.0.1',
    STREAM_WS_PORT: String(port),
    JWT_SECRET: 'a secret for tests, long enough for HS256',
    STREAM_CORS_ORIGIN: 'https://app.example.com',
    STREAM_STT_PROVIDER: 'webspeech',
  });
  /** Ends with the code of HEALTHCHECK. */
  const health = async (): Promise<number> => {
    const [[, program = ''] = []] = given(last, 'HEALTHCHECK');
    const asked = spawn(process.execPath, [program], { cwd: folder, env: environment(), stdio: 'ignore' });
    const [code] = (await once(asked, 'exit')) as [number];
    return code;
  };

  beforeAll(async () => {
    mkdirSync(resolve('.parley'), { recursive: true });
    folder = mkdtempSync(join(resolve('.parley'), 'image-'));
    port = await freePort();
    for (const { name, flags, words } of last?.instructions ?? []) {
      if (name !== 'COPY') continue;
      const [sources, target] = [words.slice(0, -1), words.at(-1) ?? ''];
      if (flags['from'] === 'modules') hardLinks('node_modules', join(folder, target));
      else if (flags['from'] === 'build') installServer(folder);
      else for (const source of sources) copyAsDocker(source, folder, target);
    }
    execFileSync(process.execPath, ['deploy/docker/slim.mjs', folder]);
  }, 180_000);
  afterEach(async () => {
    if (server?.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  it('says that it is well once it is, holds a call, and ends when it is told to', async () => {
    expect(await health()).toBe(1);
    const [[, ...args] = []] = given(last, 'CMD');
    server = spawn(process.execPath, args, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: Buffer) => (output = (output + text.toString()).slice(-20_000));
    server.stdout?.on('data', keep);
    server.stderr?.on('data', keep);
    await waitFor(async () => {
      if (server.exitCode !== null) throw new Error(output);
      return (await health()) === 0;
    }, 60_000);
    const caller = await ResumingCaller.start(`ws://127.0.0.1:${port}/v1/stream`);
    expect(await caller.say('What can you do for me?')).not.toBe('');
    await caller.hangUp();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }, 120_000);
});

/** A folder again, whose files are the same ones: 1.7 GB are not copied. What is deleted in it stays where it was. */
function hardLinks(from: string, to: string): void {
  execFileSync('cp', ['-al', from, to]);
}

/** COPY of one source: a folder's content, or a file, into a folder or under a name. */
function copyAsDocker(source: string, folder: string, target: string): void {
  const to = join(folder, target);
  cpSync(source, target.endsWith('/') ? join(to, source.split('/').at(-1) ?? '') : to, { recursive: true });
}
