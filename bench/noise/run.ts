// Noise suppression alone: what it costs of the main thread, and how many calls would fill a core.
//   npm run bench -- noise [--sessions 1,10,30] [--seconds 20] [--json FILE]
// A telephone's audio (8 kHz, 20 ms chunks), a chunk of each call after the other, as fast as they are done; processor time is
// counted, not the time that passes, so that a busy machine makes it dearer by its caches alone. Beside it the same chunks
// are resampled to 48 kHz and back without the network between.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeG711, G711_SAMPLE_RATE as RATE } from '../../src/audio/g711.js';
import { Resampler } from '../../src/audio/resampler.js';
import { NoiseSuppressor } from '../../src/stt/noise/noise-suppressor.js';
import { RNNOISE_RATE } from '../../src/stt/noise/rnnoise.js';
import { NoiseBed } from '../../test/speech/noise-bed.js';
import { synthesise } from '../../test/speech/hear.js';
import { toLine } from '../../test/support/telephone-speech.js';

const CHUNK_MS = 20;
const CHUNK_BYTES = (RATE * 2 * CHUNK_MS) / 1000;
/** Not counted: the compiler has to see the code first, ms of audio. */
const WARM_UP_MS = 5000;

interface Way {
  push(chunk: Uint8Array): Uint8Array;
  close(): void;
}
const WAYS: Readonly<Record<string, () => Way>> = {
  resampling: () => {
    const [up, down] = [new Resampler(RATE, RNNOISE_RATE), new Resampler(RNNOISE_RATE, RATE)];
    return { push: (chunk) => down.push(up.push(chunk)), close: () => undefined };
  },
  rnnoise: () => new NoiseSuppressor(RATE),
};

/** ms of processor time for one chunk of one call. */
function cost(way: () => Way, calls: number, seconds: number, audio: Uint8Array): number {
  const lines = Array.from({ length: calls }, way);
  const feed = (ms: number): void => {
    for (let chunk = 0; chunk * CHUNK_MS < ms; chunk += 1) {
      const at = (chunk * CHUNK_BYTES) % (audio.length - CHUNK_BYTES);
      for (const line of lines) line.push(audio.subarray(at, at + CHUNK_BYTES));
    }
  };
  feed(WARM_UP_MS);
  const before = process.cpuUsage();
  feed(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  for (const line of lines) line.close();
  return (user + system) / 1000 / (calls * ((seconds * 1000) / CHUNK_MS));
}

export async function runNoise(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: { type: 'string', default: '1,10,30' },
      seconds: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  });
  const speech = await synthesise('What transactions does client five thousand and one have?');
  const bed = new NoiseBed(10);
  const wide = Buffer.concat([bed.under(speech), bed.alone(speech.length)]);
  const narrow = decodeG711(toLine(wide), 'mulaw');
  const rows = Object.entries(WAYS).flatMap(([way, make]) =>
    values.sessions.split(',').map((count) => {
      const ms = cost(make, Number(count), Number(values.seconds), narrow);
      return {
        way,
        calls: Number(count),
        'ms for 20 ms': Number(ms.toFixed(3)),
        'of a core, %': Number(((100 * ms) / CHUNK_MS).toFixed(2)),
        'calls that fill a core': Math.floor(CHUNK_MS / ms),
      };
    }),
  );
  console.table(rows);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
