import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../test/support/wait-for.js';
import { bytesOf } from '../audio/pcm.js';
import { encodeWav, wavHeader } from './wav.js';
import { WavFollower } from './wav-follower.js';

let folder: string;
let file: string;
let formats: number[];
let heard: number[];
let faults: string[];
let follower: WavFollower | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-follow-'));
  file = join(folder, 'line.wav');
  [formats, heard, faults] = [[], [], []];
});
afterEach(() => {
  follower?.stop();
  rmSync(folder, { recursive: true });
});

const follow = (): void => {
  follower = new WavFollower(file, {
    onFormat: (rate) => formats.push(rate),
    onAudio: (samples) => heard.push(...samples),
    onFault: ({ message }) => faults.push(message),
  });
};
const audio = (...samples: number[]): Uint8Array => bytesOf(Int16Array.from(samples));
/** Resolves when these have been heard, and nothing else. */
const hears = async (...samples: number[]): Promise<void> => {
  await waitFor(() => heard.length >= samples.length, 5_000);
  expect(heard).toEqual(samples);
};

it.each([
  ['0', 0],
  ['the largest number there is', 0xffff_ffff - 36],
])('reads what is added, whatever the header says of its length: %s', async (_what, bytes) => {
  follow();
  writeFileSync(file, wavHeader({ sampleRate: 8000, channels: 1 }, bytes));
  await waitFor(() => formats.length === 1, 5_000);
  appendFileSync(file, audio(1, 2, 3));
  await hears(1, 2, 3);
  // Half a sample, and the other half in the next piece.
  appendFileSync(file, audio(4, 5).subarray(0, 3));
  await hears(1, 2, 3, 4);
  appendFileSync(file, audio(5, 6).subarray(1));
  await hears(1, 2, 3, 4, 5, 6);
  expect(formats).toEqual([8000]);
});

it('waits for a file that is not there yet, and for a header that comes in pieces', async () => {
  follow();
  const header = wavHeader({ sampleRate: 16_000, channels: 2 }, 0);
  writeFileSync(file, header.subarray(0, 20));
  appendFileSync(file, header.subarray(20));
  appendFileSync(file, audio(10, 20, 30, 40, 50));
  // Both channels as one.
  await hears(15, 35);
  appendFileSync(file, audio(70));
  await hears(15, 35, 60);
});

it('begins with what is there already', async () => {
  writeFileSync(file, encodeWav({ sampleRate: 8000, channels: 1, samples: Int16Array.from([7, 8, 9]) }));
  follow();
  await hears(7, 8, 9);
});

it('goes on with the file that takes its place, and with one that is begun anew', async () => {
  writeFileSync(file, encodeWav({ sampleRate: 8000, channels: 1, samples: Int16Array.from([1, 2, 3]) }));
  follow();
  await hears(1, 2, 3);
  const next = join(folder, 'next.wav');
  writeFileSync(next, encodeWav({ sampleRate: 16_000, channels: 1, samples: Int16Array.from([4, 5]) }));
  renameSync(next, file);
  await hears(1, 2, 3, 4, 5);
  writeFileSync(file, encodeWav({ sampleRate: 8000, channels: 1, samples: Int16Array.from([6]) }));
  await hears(1, 2, 3, 4, 5, 6);
  expect(formats).toEqual([8000, 16_000, 8000]);
});

it.each([
  ['no WAV', new Uint8Array(100), 'not a WAV file'],
  ['8-bit samples', riffOf(8), '8-bit samples'],
])('says that it is %s', async (_what, bytes, message) => {
  writeFileSync(file, bytes);
  follow();
  await waitFor(() => faults.length === 1, 5_000);
  expect(faults).toEqual([expect.stringContaining(message)]);
});

function riffOf(bits: number): Uint8Array {
  const header = wavHeader({ sampleRate: 8000, channels: 1 }, 0);
  new DataView(header.buffer).setUint16(34, bits, true);
  return header;
}
