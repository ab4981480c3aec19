import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav } from '../node/wav.js';
import { ScriptedAgent } from '../testing/scripted-agent.js';
import { EXIT } from './failure.js';
import { liveCall } from './live-call.js';

let folder: string;
let agent: ScriptedAgent;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-live-'));
  agent = await ScriptedAgent.start(() => ({ text: 'Yes.', audioMs: 200 }));
});

afterEach(async () => {
  await agent.server.stop();
  await rm(folder, { recursive: true });
});

/** Puts a program on the path that the call looks in: a script run by this Node. */
async function install(name: string, script: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(join(folder, `${name}.cjs`), script);
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${file}.cjs' "$@"\n`);
  await chmod(file, 0o755);
}

/** A sound card: 300 ms of a square wave in odd pieces, then quiet, at real time until it is ended. */
const RECORDER = `
  const loud = Buffer.alloc(9600);
  for (let n = 0; n < 4800; n += 1) loud.writeInt16LE(n % 40 < 20 ? 8000 : -8000, n * 2);
  process.stdout.write(loud.subarray(0, 4801));
  process.stdout.write(loud.subarray(4801));
  setInterval(() => process.stdout.write(Buffer.alloc(640)), 20);
`;

/** A loudspeaker: keeps what it is given. */
const player = (file: string): string => `
  const { appendFileSync, writeFileSync } = require('node:fs');
  writeFileSync(${JSON.stringify(file)}, '');
  process.stdin.on('data', (chunk) => appendFileSync(${JSON.stringify(file)}, chunk));
`;

/** Resolves when the file holds this many bytes that are not silence. */
async function fileOf(file: string, bytes: number): Promise<void> {
  const loudBytes = async (): Promise<number> =>
    (await readFile(file).catch(() => Buffer.alloc(0))).filter(Boolean).length;
  const deadline = Date.now() + 10_000;
  while ((await loudBytes()) < bytes) {
    if (Date.now() > deadline) throw new Error(`the file does not hold ${bytes} bytes of sound`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

function call(signal: AbortSignal, notes: string[] = []) {
  return liveCall({
    connection: { url: agent.server.url },
    observers: [{ note: (text) => notes.push(text) }],
    path: folder,
    platform: 'linux',
    record: true,
    signal,
  });
}

it('streams the recording program, plays the reply through the playing program, and hangs up on demand', async () => {
  const heardFile = join(folder, 'heard.raw');
  await install('arecord', RECORDER);
  await install('aplay', player(heardFile));
  const controller = new AbortController();
  const placed = call(controller.signal);
  await agent.server.until(() => agent.server.of('playback.finished').length === 1);
  // 200 ms of reply; the program may take its time to start.
  await expect(fileOf(heardFile, 6400)).resolves.toBeUndefined();
  controller.abort();
  const { ended, wav } = await placed;
  expect(ended).toMatchObject({ reason: 'client' });
  const sent = Buffer.concat(agent.server.frames);
  expect(sent.subarray(0, 9600).filter((_byte, n) => n % 2 === 1 && _byte === 0x1f).length).toBe(2400);
  const { samples } = decodeWav(wav ?? new Uint8Array());
  expect(samples.filter((sample, n) => n % 2 === 1 && sample === 3000).length).toBe(3200);
  const heard = await readFile(heardFile);
  const loud = Array.from({ length: heard.length / 2 }, (_, n) => heard.readInt16LE(n * 2)).filter((s) => s === 3000);
  expect(loud.length).toBe(3200);
});

it('shows the reply when nothing can play it', async () => {
  await install('rec', RECORDER);
  const controller = new AbortController();
  const notes: string[] = [];
  const placed = call(controller.signal, notes);
  await agent.server.until(() => agent.server.of('playback.finished').length === 1);
  controller.abort();
  await placed;
  expect(notes).toEqual(['nothing here can play audio (sudo apt-get install -y alsa-utils): the reply is shown only']);
});

it('says what the recording program complained about when it fails, and hangs up', async () => {
  await install(
    'arecord',
    `console.error('first\\narecord: main:831: audio open error: No such file'); process.exit(1);`,
  );
  await expect(call(new AbortController().signal)).rejects.toMatchObject({
    exitCode: EXIT.missingProgram,
    message: expect.stringContaining('audio open error: No such file') as string,
  });
  await agent.server.until(() => agent.server.of('session.end').length === 1);
});

it('says what to install when nothing can record', async () => {
  await expect(call(new AbortController().signal)).rejects.toMatchObject({
    exitCode: EXIT.missingProgram,
    message:
      '--mic needs arecord, rec (sox) or ffmpeg to record with; none is installed. Run: sudo apt-get install -y alsa-utils',
  });
  expect(agent.server.handshakes).toEqual([]);
});
