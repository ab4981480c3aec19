// The server as a process that stands still for a while: stopped, swapped out, on a laptop that was closed.
import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEAD_AFTER_MS } from '../../src/gateway/transport/transport-limits.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';

const SCRATCH = resolve('.parley');
const STOPPED_MS = 12_000;
const FRAME = Buffer.alloc(640);
const FRAME_MS = 20;
/** For a machine that does ten other things, ms. */
const PATIENCE_MS = 30_000;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

let folder: string;
let server: ChildProcess;
let stream: string;
let token: string;

beforeAll(async () => {
  mkdirSync(SCRATCH, { recursive: true });
  folder = mkdtempSync(join(SCRATCH, 'pause-'));
  const swc = resolve('node_modules/@swc/cli/bin/swc.js');
  const build = join(folder, 'build');
  execFileSync(process.execPath, [swc, 'src', 'test/support', '--out-dir', build, '--config-file', '.swcrc'], {
    stdio: 'pipe',
  });
  server = fork(join(build, 'test/support/gateway-process.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [hello] = (await once(server, 'message')) as [{ stream: string; token: string }];
  ({ stream, token } = hello);
}, 120_000);
afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A microphone that is open: by the clock, whatever the timers do. */
function speak(client: WireClient): () => number {
  const since = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; sent * FRAME_MS < performance.now() - since; sent += 1) client.ws.send(FRAME);
  }, FRAME_MS);
  return () => {
    clearInterval(timer);
    return sent * FRAME_MS;
  };
}

describe('a server that stood still for 12 s', () => {
  it('throws nobody out: who spoke goes on in the present, who was silent goes on', async () => {
    const speaking = await WireClient.start(stream, token);
    const silent = await WireClient.start(stream, token);
    // Reports and pings, as a page sends them while a reply is played.
    const reporting = await WireClient.start(stream, token);
    const reports = setInterval(() => {
      reporting.send({ type: 'playback.position', responseId: 'r1', playedMs: 1 });
      reporting.send({ type: 'ping' });
    }, 100);
    const stop = speak(speaking);
    await pause(2000);
    expect(STOPPED_MS).toBeGreaterThan(DEAD_AFTER_MS);
    server.kill('SIGSTOP');
    await pause(STOPPED_MS);
    server.kill('SIGCONT');
    await waitFor(() => speaking.messages.some(({ type }) => type === 'audio.skipped'), PATIENCE_MS);
    await pause(3000);
    const sentMs = stop();
    clearInterval(reports);

    const heardMs = (): number => speaking.audio.reduce((sum, { length }) => sum + length, 0) / 32;
    const skips = speaking.messages.filter((message) => message.type === 'audio.skipped');
    // One, or more where the backlog comes in pieces to a machine at work.
    const ms = skips.reduce((sum, skip) => sum + skip.ms, 0);
    expect(ms).toBeGreaterThan(0);
    expect(ms).toBeLessThan(STOPPED_MS / 2);
    // The echo: all that was not skipped, and nothing twice.
    await waitFor(() => Math.abs(heardMs() + ms - sentMs) < 1, PATIENCE_MS);
    for (const client of [speaking, silent, reporting]) {
      client.send({ type: 'text.submit', text: 'still here' });
      expect(await client.next('response.text')).toMatchObject({ delta: 'still here' });
      expect(client.messages.filter(({ type }) => type === 'error')).toEqual([]);
      client.send({ type: 'session.end' });
      expect((await client.closing()).code).toBe(1000);
    }
  }, 90_000);
});

describe('a network that holds a microphone back for 12 s', () => {
  it('lets the call go on in the present', async () => {
    const client = await WireClient.start(stream, token);
    await pause(STOPPED_MS);
    for (let ms = 0; ms < STOPPED_MS; ms += FRAME_MS) client.ws.send(FRAME);
    const skipsOf = () => client.messages.filter((message) => message.type === 'audio.skipped');
    const skippedMs = () => skipsOf().reduce((sum, { ms }) => sum + ms, 0);
    const heardMs = () => client.audio.reduce((sum, { length }) => sum + length, 0) / 32;
    // The echo: of what came at once the latest, of what came in pieces, to a machine at work, perhaps all of it.
    await waitFor(() => Math.abs(heardMs() + skippedMs() - STOPPED_MS) < 1, PATIENCE_MS);
    expect(skippedMs()).toBeLessThan(STOPPED_MS / 2);
    const skips = skipsOf();
    const stop = speak(client);
    await pause(2000);
    stop();
    expect(skipsOf()).toEqual(skips);
    expect(client.messages.filter(({ type }) => type === 'error')).toEqual([]);
    client.send({ type: 'session.end' });
    expect((await client.closing()).code).toBe(1000);
  }, 180_000);
});
