import { bytesOf, meanPower, samplesOf } from '../../audio/pcm16.js';
import { encodeWav } from '../../audio/wav.js';
import { TranscriptionError } from '../transcription-error.js';
import { decodeAudio } from './decode.js';
import type { RawFormat } from './decode.js';

const NEVER = new AbortController().signal;
const HERE = { maxSeconds: 10, ffmpeg: { program: 'no-such-ffmpeg' } };

const decode = (file: Uint8Array, raw?: RawFormat, options = HERE) =>
  decodeAudio(Buffer.from(file), raw, options, NEVER);

async function refusal(file: Uint8Array, raw?: RawFormat): Promise<string> {
  try {
    await decode(file, raw);
  } catch (error) {
    if (error instanceof TranscriptionError) return error.code;
    throw error;
  }
  throw new Error('the file was taken');
}

/** A sine of 440 Hz at half of full scale. */
const sine = (rate: number, seconds: number): number[] =>
  Array.from({ length: rate * seconds }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / rate));

interface Format {
  readonly tag: number;
  readonly bits: number;
  readonly write: (file: Buffer, value: number, at: number) => void;
}

const FORMATS: Readonly<Record<string, Format>> = {
  'PCM of 8 bits': { tag: 1, bits: 8, write: (file, value, at) => file.writeUInt8(Math.round(value * 127) + 128, at) },
  'PCM of 16 bits': { tag: 1, bits: 16, write: (file, value, at) => file.writeInt16LE(Math.round(value * 32_767), at) },
  'PCM of 24 bits': {
    tag: 1,
    bits: 24,
    write: (file, value, at) => file.writeIntLE(Math.round(value * 8_388_607), at, 3),
  },
  'PCM of 32 bits': {
    tag: 1,
    bits: 32,
    write: (file, value, at) => file.writeInt32LE(Math.round(value * 2_147_483_647), at),
  },
  'floats of 32 bits': { tag: 3, bits: 32, write: (file, value, at) => file.writeFloatLE(value, at) },
  'floats of 64 bits': { tag: 3, bits: 64, write: (file, value, at) => file.writeDoubleLE(value, at) },
};

/** A WAV file with the same samples in every channel. */
function wav(values: readonly number[], rate: number, channels: number, { tag, bits, write }: Format): Buffer {
  const bytes = bits / 8;
  const data = Buffer.alloc(values.length * channels * bytes);
  values.forEach((value, n) => {
    for (let channel = 0; channel < channels; channel += 1) write(data, value, (n * channels + channel) * bytes);
  });
  const file = Buffer.from(encodeWav(data, rate, channels));
  file.writeUInt16LE(tag, 20);
  file.writeUInt16LE(bits, 34);
  return file;
}

/** How far the decoded samples are from the sine, as a share of full scale; edges, where a filter settles, left out. */
function worstError(pcm: Uint8Array): number {
  const expected = sine(16_000, 1);
  const samples = [...samplesOf(pcm)];
  return Math.max(...samples.slice(200, -200).map((value, n) => Math.abs(value / 32_768 - (expected[n + 200] ?? 0))));
}

describe('a WAV file', () => {
  const rates = [8000, 16_000, 44_100, 48_000];
  const cases = Object.keys(FORMATS).flatMap((name) => rates.map((rate): [string, number] => [name, rate]));

  it.each(cases)('of %s at %i Hz becomes mono PCM16 at 16 kHz', async (name, rate) => {
    const format = FORMATS[name] as Format;
    for (const channels of [1, 2]) {
      const pcm = await decode(wav(sine(rate, 1), rate, channels, format));
      expect(pcm).toHaveLength(32_000);
      expect(worstError(pcm)).toBeLessThan(format.bits === 8 ? 0.01 : 0.002);
    }
  });

  it('that is what recognisers take already is not copied', async () => {
    const file = Buffer.from(encodeWav(new Uint8Array(3200), 16_000));
    const pcm = await decodeAudio(file, undefined, HERE, NEVER);
    expect(pcm.buffer).toBe(file.buffer);
  });

  it('averages its channels', async () => {
    const stereo = bytesOf(Int16Array.from([100, 300, -200, 200]));
    expect([...samplesOf(await decode(encodeWav(stereo, 16_000, 2)))]).toEqual([200, 0]);
  });

  it('keeps to full scale when its floats do not, and takes what is no number for silence', async () => {
    const values = [4, -4, Number.NaN, 0.5];
    const pcm = await decode(wav(values, 16_000, 1, FORMATS['floats of 32 bits'] as Format));
    expect([...samplesOf(pcm)]).toEqual([32_767, -32_768, 0, 16_384]);
  });

  it('may be of the extensible format', async () => {
    const plain = Buffer.from(encodeWav(bytesOf(Int16Array.from([1, 2, 3])), 16_000));
    const extension = Buffer.alloc(24);
    extension.writeUInt16LE(22, 0);
    extension.writeUInt16LE(1, 8);
    const file = Buffer.concat([plain.subarray(0, 36), extension, plain.subarray(36)]);
    file.writeUInt32LE(40, 16);
    file.writeUInt16LE(0xfffe, 20);
    expect([...samplesOf(await decode(file))]).toEqual([1, 2, 3]);
  });

  it('ends with the file when its length is unknown or the file is cut short', async () => {
    const file = Buffer.from(encodeWav(new Uint8Array(100), 16_000));
    expect(await decode(file.subarray(0, -3))).toHaveLength(96);
    file.writeUInt32LE(0xffff_ffff, 40);
    expect(await decode(file)).toHaveLength(100);
  });

  it.each([
    ['without data', 'audio_corrupt', encodeWav(new Uint8Array(8), 16_000).subarray(0, 36)],
    ['with nothing in its data', 'audio_empty', encodeWav(new Uint8Array(0), 16_000)],
    ['whose format is cut short', 'audio_corrupt', encodeWav(new Uint8Array(8), 16_000).subarray(0, 30)],
    ['of no channels', 'audio_corrupt', encodeWav(new Uint8Array(8), 16_000, 0)],
    ['at no rate', 'audio_corrupt', encodeWav(new Uint8Array(8), 0)],
    ['that is longer than allowed', 'audio_too_long', encodeWav(new Uint8Array(320_002), 16_000)],
    // What is not plain samples at a usual rate is left to ffmpeg, which is not here.
    ['at a rate that nobody uses', 'ffmpeg_missing', encodeWav(new Uint8Array(8), 47_999)],
    ['of A-law', 'ffmpeg_missing', wav([0, 0], 8000, 1, { tag: 6, bits: 8, write: () => undefined })],
  ])('%s is refused: %s', async (_name, code, file) => {
    expect(await refusal(file)).toBe(code);
  });
});

describe('raw PCM', () => {
  const raw = { sampleRate: 16_000, channels: 1, endianness: 'little-endian' } as const;

  it('is what the client says it is', async () => {
    const bytes = Uint8Array.from([1, 0, 2, 0, 3, 0, 4, 0, 9]);
    expect([...samplesOf(await decode(bytes, raw))]).toEqual([1, 2, 3, 4]);
    expect([...samplesOf(await decode(bytes, { ...raw, endianness: 'big-endian' }))]).toEqual([256, 512, 768, 1024]);
    expect([...samplesOf(await decode(bytes, { ...raw, channels: 2 }))]).toEqual([2, 4]);
    expect(await decode(new Uint8Array(16_000), { ...raw, sampleRate: 8000 })).toHaveLength(32_000);
  });

  it('is refused at other rates, with too many channels, empty, too long', async () => {
    const second = new Uint8Array(32_000);
    expect(await refusal(second, { ...raw, sampleRate: 12_345 })).toBe('audio_unsupported');
    expect(await refusal(second, { ...raw, channels: 17 })).toBe('audio_unsupported');
    expect(await refusal(new Uint8Array(1), raw)).toBe('audio_empty');
    expect(await refusal(new Uint8Array(0), raw)).toBe('audio_empty');
    expect(await refusal(new Uint8Array(320_002), raw)).toBe('audio_too_long');
  });

  it('gives the floor back when nobody waits for it any more', async () => {
    const controller = new AbortController();
    const long = decodeAudio(Buffer.alloc(800_000), { ...raw, sampleRate: 48_000 }, HERE, controller.signal);
    controller.abort(new Error('gone'));
    await expect(long).rejects.toThrow('gone');
  });
});

describe('two channels', () => {
  const stereo = (left: (n: number) => number, right: (n: number) => number) => {
    const samples = Int16Array.from({ length: 16_000 * 2 }, (_, at) => (at % 2 === 0 ? left(at >> 1) : right(at >> 1)));
    return encodeWav(bytesOf(samples), 16_000, 2);
  };
  const wave = (hz: number, level: number) => (n: number) =>
    Math.round(level * Math.sin((2 * Math.PI * hz * n) / 16_000));
  const power = async (file: Uint8Array) => meanPower(samplesOf(await decode(file)));

  it('that cancel are not averaged: the louder one is heard', async () => {
    const left = wave(440, 12_000);
    expect(await power(stereo(left, (n) => -left(n)))).toBeCloseTo(await power(stereo(left, left)), 4);
    expect(await power(stereo((n) => -left(n) / 2, left))).toBeCloseTo(await power(stereo(left, left)), 4);
  });

  it('with a caller on each are both heard', async () => {
    const file = stereo(wave(440, 12_000), wave(700, 12_000));
    // Half of each: a quarter of the power, twice.
    expect(await power(file)).toBeCloseTo((await power(stereo(wave(440, 12_000), wave(440, 12_000)))) / 2, 3);
  });
});

describe('what is not raw PCM though it is sent as that', () => {
  const raw = { sampleRate: 8000, channels: 1, endianness: 'little-endian' } as const;

  it('a WAV file is a WAV file', async () => {
    const file = encodeWav(bytesOf(Int16Array.from([1, 2, 3])), 16_000);
    expect([...samplesOf(await decode(file, raw))]).toEqual([1, 2, 3]);
  });

  it.each([
    ['Ogg', Buffer.from('OggS\0\0and so on'), 'ffmpeg_missing'],
    ['JSON', Buffer.from('{"audio": "AAAAAAAAAAAA"}'), 'audio_unsupported'],
    ['base64', Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEA'), 'audio_unsupported'],
  ])('%s', async (_name, file, code) => {
    expect(await refusal(file, raw)).toBe(code);
  });
});

describe('what a file is', () => {
  it.each([
    ['a PNG picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
    ['a playlist', Buffer.from('#EXTM3U\nhttp://127.0.0.1/secret')],
    ['HTML or XML', Buffer.from('<!DOCTYPE html><title>502 Bad Gateway</title>')],
    ['JSON', Buffer.from('\ufeff{"error": "no such voice"}')],
    ['a PDF document', Buffer.from('%PDF-1.7 ...')],
    ['MIDI', Buffer.from('MThd\0\0\0\x06')],
    ['SILK', Buffer.from('\x02#!SILK_V3')],
  ])('%s is refused by its name', async (name, file) => {
    await expect(decode(file)).rejects.toMatchObject({
      code: 'audio_unsupported',
      message: expect.stringContaining(`This is ${name}, which is not taken here: send WAV`),
    });
  });

  it.each([
    ['text', Buffer.from('hello, this is no audio at all')],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
    ['a playlist', Buffer.from('#EXTM3U\nhttp://127.0.0.1/secret')],
    ['samples without a header', Buffer.alloc(64, 0xff)],
  ])('%s is refused before any program sees it', async (_name, file) => {
    expect(await refusal(file)).toBe('audio_unsupported');
  });

  it.each([
    ['WebM', [0x1a, 0x45, 0xdf, 0xa3]],
    ['Ogg', [...Buffer.from('OggS')]],
    ['FLAC', [...Buffer.from('fLaC')]],
    ['MP3 with a tag', [...Buffer.from('ID3')]],
    ['MP3', [0xff, 0xfb, 0x90, 0x64]],
    ['AAC', [0xff, 0xf1, 0x50, 0x80]],
    ['M4A', [0, 0, 0, 32, ...Buffer.from('ftypM4A ')]],
  ])('%s is known by its first bytes, and needs ffmpeg', async (_name, start) => {
    expect(await refusal(Buffer.concat([Buffer.from(start), Buffer.alloc(64)]))).toBe('ffmpeg_missing');
  });
});
