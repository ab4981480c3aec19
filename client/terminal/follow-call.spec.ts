import { execFileSync } from 'node:child_process';
import { appendFileSync, createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../test/support/wait-for.js';
import { bytesOf, samplesOf } from '../audio/pcm.js';
import { decodeWav, wavHeader } from '../node/wav.js';
import { ScriptedAgent } from '../testing/scripted-agent.js';
import { EXIT } from './failure.js';
import { followCall, type FollowCallOptions } from './follow-call.js';

let folder: string;
let agent: ScriptedAgent;
let writing: ReturnType<typeof setInterval> | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-follow-'));
  agent = await ScriptedAgent.start(() => ({ text: 'Yes.', audioMs: 200 }));
});
afterEach(async () => {
  clearInterval(writing);
  await agent.server.stop();
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'line.wav');
const answer = () => join(folder, 'answer.wav');

/** Writes like a SIP user agent: 300 ms of a voice, then quiet, in bursts of 60 ms, for `ms`. */
function writes(sampleRate: number, ms: number): void {
  writeFileSync(file(), wavHeader({ sampleRate, channels: 1 }, 0));
  const began = performance.now();
  let written = 0;
  writing = setInterval(() => {
    const until = Math.floor((Math.min(performance.now() - began, ms) * sampleRate) / 1000);
    const voiced = 0.3 * sampleRate;
    const samples = Int16Array.from({ length: until - written }, (_, n) =>
      written + n >= voiced ? 0 : (written + n) % 40 < 20 ? 8000 : -8000,
    );
    written = until;
    appendFileSync(file(), bytesOf(samples));
    if (performance.now() - began >= ms) clearInterval(writing);
  }, 60);
}

const call = (more: Partial<FollowCallOptions> = {}) =>
  followCall({
    connection: { url: agent.server.url },
    observers: [],
    file: file(),
    answer: answer(),
    idleMs: 1500,
    record: true,
    signal: new AbortController().signal,
    ...more,
  });
/** Samples of the scripted answer. */
const LOUD = 3200;
const loud = (samples: Int16Array): number => samples.filter((sample) => sample === 3000).length;

it('hears what is written, answers where it grows, and hangs up when it grows no more', async () => {
  const placed = call();
  writes(8000, 2500);
  await agent.server.until(() => agent.server.of('playback.finished').length === 1);
  // While the call goes on its header counts what there is.
  await waitFor(() => loud(decodeWav(readFileSync(answer())).samples) === LOUD, 5_000);
  const { session, ended, wav } = await placed;
  expect(session.audio.input.sampleRate).toBe(8000);
  expect(ended).toMatchObject({ reason: 'client' });
  const sent = samplesOf(Buffer.concat(agent.server.frames));
  const voice = sent.filter((sample) => Math.abs(sample) === 8000);
  expect(voice).toHaveLength(2400);
  const first = sent.findIndex((sample) => sample !== 0);
  expect(sent.subarray(first, first + 2400)).toEqual(voice);
  const { samples, sampleRate } = decodeWav(readFileSync(answer()));
  expect([sampleRate, loud(samples)]).toEqual([8000, LOUD]);
  // Silence included: as long as the talk.
  expect(samples.length / 8000).toBeGreaterThan(1.5);
  expect(wav).toBeDefined();
});

it('brings a rate that no session has to one that it has', async () => {
  const placed = call();
  writes(11_025, 1500);
  const { session } = await placed;
  expect(session.audio.input.sampleRate).toBe(16_000);
  expect(agent.server.of('playback.finished')).toHaveLength(1);
});

it('gives a named pipe the bare samples, from when somebody reads', async () => {
  execFileSync('mkfifo', [answer()]);
  const placed = call();
  writes(8000, 2500);
  const pieces: Buffer[] = [];
  const reader = createReadStream(answer()).on('data', (piece) => pieces.push(piece as Buffer));
  await waitFor(() => loud(samplesOf(Buffer.concat(pieces))) === LOUD, 10_000);
  await placed;
  reader.destroy();
});

it('hangs up on demand, before there is anything, too', async () => {
  const controller = new AbortController();
  const waiting = call({ signal: controller.signal, idleMs: 60_000 });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  const talking = new AbortController();
  const placed = call({ signal: talking.signal });
  writes(8000, 20_000);
  await agent.server.until(() => agent.server.of('playback.finished').length === 1);
  talking.abort();
  expect((await placed).ended).toMatchObject({ reason: 'client' });
});

it.each([
  ['nothing comes', { idleMs: 300 }, 'did not begin to grow within 0.3 s'],
  ['it is no WAV', { file: join(process.cwd(), 'package.json') }, 'cannot be followed: not a WAV file'],
  ['there is no such folder', { file: join(tmpdir(), 'parley-none', 'x.wav') }, 'cannot be followed'],
  ['the answer has no place', { answer: join(tmpdir(), 'parley-none', 'x.wav') }, '--answer: ENOENT'],
])('says so when %s', async (_what, more, message) => {
  await expect(call(more)).rejects.toMatchObject({
    exitCode: EXIT.usage,
    message: expect.stringContaining(message) as string,
  });
  expect(agent.server.handshakes).toEqual([]);
});
