import * as fc from 'fast-check';
import { encodeWav } from '../../audio/wav.js';
import { TranscriptionError } from '../transcription-error.js';
import { decodeAudio } from './decode.js';

// Whatever a stranger sends is audio or a refusal with a code, and never more audio than allowed.

const NEVER = new AbortController().signal;
const MAX_SECONDS = 1;
const OPTIONS = { maxSeconds: MAX_SECONDS, ffmpeg: { program: 'no-such-ffmpeg' } };

async function holds(file: Buffer): Promise<void> {
  try {
    const pcm = await decodeAudio(file, undefined, OPTIONS, NEVER);
    expect(pcm.length).toBeGreaterThan(0);
    expect(pcm.length % 2).toBe(0);
    expect(pcm.length).toBeLessThanOrEqual(MAX_SECONDS * 32_000);
  } catch (error) {
    if (!(error instanceof TranscriptionError)) throw error;
  }
}

const chunk = fc
  .record({
    name: fc.constantFrom('fmt ', 'data', 'LIST', 'junk'),
    size: fc.oneof(fc.nat(200), fc.constantFrom(0, 0xffff_ffff, 0x7fff_ffff)),
    bytes: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ name, size, bytes }) => {
    const header = Buffer.alloc(8);
    header.write(name, 0, 'latin1');
    header.writeUInt32LE(size, 4);
    return Buffer.concat([header, bytes]);
  });

describe('any file', () => {
  it('that begins like a WAV file', async () => {
    const files = fc
      .array(chunk, { maxLength: 6 })
      .map((chunks) => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), ...chunks]));
    await fc.assert(fc.asyncProperty(files, holds), { numRuns: 500 });
  });

  it('that was a WAV file before some of its bytes were changed', async () => {
    const whole = encodeWav(new Uint8Array(400), 16_000, 2);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    const damaged = fc.tuple(changes, fc.nat(whole.length)).map(([bytes, length]) => {
      const file = Buffer.from(whole);
      for (const [at, value] of bytes) file[at] = value;
      return file.subarray(0, length);
    });
    await fc.assert(fc.asyncProperty(damaged, holds), { numRuns: 500 });
  });

  it('of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), (bytes) => holds(Buffer.from(bytes))),
      { numRuns: 500 },
    );
  });
});
