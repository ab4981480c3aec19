import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoServer } from './demo-server.js';

let root: string;
let logFile: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'parley-root-'));
  logFile = join(root, 'server.log');
  await mkdir(join(root, 'dist'));
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function start(main: string, signal = new AbortController().signal): Promise<DemoServer> {
  await writeFile(join(root, 'dist', 'main.js'), main);
  return DemoServer.start({ root, logFile, signal, env: { STREAM_WS_PORT: '0', SMTP_URL: 'smtp://x' } });
}

const STAYS = `
  process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
  setInterval(() => {}, 1000);
`;

it('starts the server with its own environment only, learns the port, and ends it', async () => {
  const server = await start(`${STAYS}
    console.log(JSON.stringify([process.cwd(), process.env.STREAM_WS_PORT, process.env.SMTP_URL, process.env.OPENAI_API_KEY]));
    process.send('ready');
    process.send({ type: 'listening', port: 4711 });
  `);
  expect(server.url).toBe('ws://127.0.0.1:4711/v1/stream');
  await server.stop();
  const [line, end] = (await readFile(logFile, 'utf8')).trim().split('\n');
  expect(JSON.parse(line ?? '')).toEqual([root, '0', 'smtp://x', '']);
  expect(end).toBe('stopped');
  await server.stop();
});

it('says why it did not start, with the end of its log', async () => {
  await expect(start(`console.error('JWT_SECRET: is too short.'); process.exit(1);`)).rejects.toThrow(
    'the server ended (1)\nJWT_SECRET: is too short.',
  );
});

it('leaves no server behind when it is interrupted while starting', async () => {
  const controller = new AbortController();
  const starting = start(`${STAYS} console.log('up'); process.send('ready');`, controller.signal);
  const settled = starting.catch((error: unknown) => (error as Error).message);
  while (!(await readFile(logFile, 'utf8').catch(() => '')).includes('up')) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  controller.abort();
  expect(await settled).toContain('interrupted');
  expect(await readFile(logFile, 'utf8')).toContain('stopped');
});
