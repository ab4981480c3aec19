import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../node/wav.js';
import { EXIT } from './failure.js';
import { prepareCall, type Speak } from './prepare.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-prepare-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Speech as long as the text, at 16 kHz. */
const speak: Speak = (text) => Promise.resolve({ sampleRate: 16_000, samples: new Int16Array(text.length * 160) });

async function wav(name: string, sampleRate: number, channels: number, frames: number): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, encodeWav({ sampleRate, channels, samples: new Int16Array(frames * channels).fill(7) }));
  return file;
}

it('sends a file as it is and brings the rest to its rate', async () => {
  const file = await wav('stereo.wav', 8000, 2, 400);
  const { sampleRate, turns } = await prepareCall(
    [
      { kind: 'say', text: 'hello', bargeIn: { text: 'stop', afterMs: 5 } },
      { kind: 'wav', file },
      { kind: 'text', text: 'typed' },
    ],
    speak,
  );
  expect(sampleRate).toBe(8000);
  expect(turns.map(({ kind, said, samples }) => [kind, said, samples?.length])).toEqual([
    ['say', 'hello', 400],
    ['wav', file, 400],
    ['text', 'typed', undefined],
  ]);
  expect([...new Set(turns[1]?.samples)]).toEqual([7]);
  expect(turns[0]?.bargeIn).toMatchObject({ said: 'stop', afterMs: 5 });
  expect(turns[0]?.bargeIn?.samples).toHaveLength(320);
});

it('calls at 16 kHz when there is no file', async () => {
  const { sampleRate, turns } = await prepareCall([{ kind: 'say', text: 'hello' }], speak);
  expect(sampleRate).toBe(16_000);
  expect(turns[0]?.samples).toHaveLength(800);
});

it.each<[string, () => Promise<string>, string]>([
  ['is missing', () => Promise.resolve(join(folder, 'none.wav')), 'there is no file'],
  ['is a folder', () => Promise.resolve(folder), 'cannot be read (EISDIR)'],
  ['has a rate that the protocol does not take', () => wav('odd.wav', 11_025, 1, 10), '11025 Hz'],
  ['holds nothing', () => wav('empty.wav', 16_000, 1, 0), 'no audio in it'],
])('says in one line when a file %s', async (_what, make, message) => {
  const file = await make();
  await expect(prepareCall([{ kind: 'wav', file }], speak)).rejects.toMatchObject({
    name: 'TerminalFailure',
    exitCode: EXIT.usage,
    message: expect.stringContaining(message) as string,
  });
});
