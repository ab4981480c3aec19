import { decodeWav, encodeWav, mono, stereo, WavError } from './wav.js';

const samples = Int16Array.from([0, 1, -1, 32_767, -32_768, 1000]);

/** A WAV put together by hand: chunks as [id, bytes]. */
function riff(...chunks: [string, Uint8Array][]): Uint8Array {
  const body = Buffer.concat(
    chunks.flatMap(([id, bytes]) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(bytes.byteLength);
      return [Buffer.from(id), size, bytes, Buffer.alloc(bytes.byteLength % 2)];
    }),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.byteLength + 4);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WAVE'), body]);
}

function format(coding: number, channels: number, rate: number, bits: number, extension = Buffer.alloc(0)): Uint8Array {
  const chunk = Buffer.alloc(16);
  chunk.writeUInt16LE(coding, 0);
  chunk.writeUInt16LE(channels, 2);
  chunk.writeUInt32LE(rate, 4);
  chunk.writeUInt32LE((rate * channels * bits) / 8, 8);
  chunk.writeUInt16LE((channels * bits) / 8, 12);
  chunk.writeUInt16LE(bits, 14);
  return Buffer.concat([chunk, extension]);
}

const data = new Uint8Array(samples.buffer);

it('writes what it reads', () => {
  const file = encodeWav({ sampleRate: 22_050, channels: 2, samples });
  expect(decodeWav(file)).toEqual({ sampleRate: 22_050, channels: 2, samples });
  expect(Buffer.from(file.subarray(0, 44)).toString('hex')).toBe(
    '52494646300000005741564566 6d74201000000001000200225600008858010004001000646174610c000000'.replace(' ', ''),
  );
});

it('skips chunks that it does not know, padded ones too, and reads the extensible header', () => {
  const extension = Buffer.alloc(24);
  extension.writeUInt16LE(22, 0);
  extension.writeUInt16LE(1, 8); // the sub-format's first two bytes: PCM
  const file = riff(
    ['LIST', new Uint8Array(3)],
    ['fmt ', format(0xfffe, 1, 8000, 16, extension)],
    ['fact', new Uint8Array(4)],
    ['data', data],
  );
  expect(decodeWav(file)).toEqual({ sampleRate: 8000, channels: 1, samples });
});

it('reads to the end of the file when the header does not know the length', () => {
  const file = Buffer.from(encodeWav({ sampleRate: 8000, channels: 1, samples }));
  file.writeUInt32LE(0xffffffff, 40);
  expect(decodeWav(file).samples).toEqual(samples);
});

it('reads from an odd place in memory', () => {
  const file = encodeWav({ sampleRate: 8000, channels: 1, samples });
  const shifted = new Uint8Array(file.byteLength + 1);
  shifted.set(file, 1);
  expect(decodeWav(shifted.subarray(1)).samples).toEqual(samples);
});

it.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(0), 'not a WAV file'],
  ['an MP3', Buffer.from('ID3\u0004aaaaaaaaaaaaaaaaaaaaaaaaa'), 'not a WAV file'],
  ['floating point', riff(['fmt ', format(3, 1, 8000, 32)], ['data', data]), 'format 3'],
  ['mu-law', riff(['fmt ', format(7, 1, 8000, 8)], ['data', data]), 'format 7'],
  ['24 bits', riff(['fmt ', format(1, 1, 8000, 24)], ['data', data]), '24-bit samples'],
  ['no channels', riff(['fmt ', format(1, 0, 8000, 16)], ['data', data]), 'no channels'],
  ['data first', riff(['data', data]), 'format is missing'],
  ['no data', riff(['fmt ', format(1, 1, 8000, 16)]), 'no audio'],
  ['a header that is cut off', riff(['fmt ', format(1, 1, 8000, 16)]).subarray(0, 30), 'cut off'],
])('refuses %s', (_what, file, message) => {
  expect(() => decodeWav(file)).toThrow(WavError);
  expect(() => decodeWav(file)).toThrow(message);
});

it('mixes channels down and puts two beside each other', () => {
  expect([...mono({ channels: 2, samples: Int16Array.from([10, 20, -32_768, -32_768]) })]).toEqual([15, -32_768]);
  expect([...stereo(Int16Array.from([1, 2, 3]), Int16Array.from([9]))]).toEqual([1, 9, 2, 0, 3, 0]);
});
