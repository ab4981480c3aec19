import { bytesOf, samplesOf } from './pcm16.js';
import { WAV_HEADER_BYTES, decodeWav, encodeWav, wavHeader } from './wav.js';

const pcm = bytesOf(Int16Array.from([0, 1, -1, 32_767, -32_768, 1234]));

describe('WAV files', () => {
  it('come back as they were written', () => {
    const audio = decodeWav(encodeWav(pcm, 22_050));
    expect(audio.sampleRate).toBe(22_050);
    expect(Buffer.from(audio.pcm).equals(Buffer.from(pcm))).toBe(true);
  });

  it('are mixed down to mono', () => {
    const stereo = bytesOf(Int16Array.from([100, 300, -200, 200]));
    expect([...samplesOf(decodeWav(encodeWav(stereo, 8000, 2)).pcm)]).toEqual([200, 0]);
  });

  it.each([0, 0xffff_ffff])('end with the file when the length in the header is %i (written to a pipe)', (unknown) => {
    const file = Buffer.concat([wavHeader(pcm.length, 16_000), pcm]);
    file.writeUInt32LE(unknown, 40);
    expect(decodeWav(file).pcm).toHaveLength(pcm.length);
  });

  it('end with the file when they are cut short, at a whole sample', () => {
    const file = encodeWav(pcm, 16_000);
    expect(decodeWav(file.subarray(0, file.length - 3)).pcm).toHaveLength(pcm.length - 4);
  });

  it('may have other chunks, of odd length too, before the data', () => {
    const file = Buffer.from(encodeWav(pcm, 16_000));
    const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const audio = decodeWav(Buffer.concat([file.subarray(0, 36), list, file.subarray(36)]));
    expect(audio.pcm).toHaveLength(pcm.length);
  });

  it('are refused when they are something else', () => {
    const float = Buffer.from(encodeWav(pcm, 16_000));
    float.writeUInt16LE(3, 20);
    expect(() => decodeWav(float)).toThrow(RangeError);
    expect(() => decodeWav(Buffer.from('not a wave file at all'))).toThrow(RangeError);
    expect(() => decodeWav(encodeWav(pcm, 16_000).subarray(0, WAV_HEADER_BYTES - 8))).toThrow(RangeError);
    expect(() => decodeWav(new Uint8Array(0))).toThrow(RangeError);
  });
});
