import { execFileSync } from 'node:child_process';
import { silence, tone } from '../../../test/simulators/tone.js';
import { describeWith } from '../../../test/support/needs.js';
import { FirstAudio } from './first-audio.js';

const RATE = 16_000;

/** What is made of bytes that come in frames of this size, and after how many of them; the looking ends with the answer. */
function looked(bytes: Buffer, frameBytes: number): { what: string | undefined; after: number; done: boolean } {
  const first = new FirstAudio(RATE);
  for (let at = 0; at < bytes.length && !first.isDone; at += frameBytes) {
    const what = first.look(bytes.subarray(at, at + frameBytes));
    if (what !== undefined) return { what, after: at + frameBytes, done: first.isDone };
  }
  return { what: undefined, after: bytes.length, done: first.isDone };
}

const floats = (pcm: Buffer): Buffer => {
  const out = Buffer.alloc(pcm.length * 2);
  for (let at = 0; at < pcm.length; at += 2) out.writeFloatLE(pcm.readInt16LE(at) / 0x8000, at * 2);
  return out;
};

describe('the first audio of a line', () => {
  it.each([2, 320, 640, 641, 8192])('is let go of when it sounds like PCM16, in frames of %i bytes', (frameBytes) => {
    expect(looked(tone(1000, RATE), frameBytes)).toMatchObject({ what: undefined, done: true });
    expect(looked(Buffer.concat([silence(300, RATE), tone(700, RATE)]), frameBytes)).toMatchObject({ done: true });
  });

  it('is let go of after a second of silence', () => {
    expect(looked(silence(1100, RATE), 640)).toMatchObject({ what: undefined, done: true });
  });

  it.each([0, 10, 400])('is known for floats after %i ms of silence', (quietMs) => {
    const bytes = floats(Buffer.concat([silence(quietMs, RATE), tone(200, RATE)]));
    const { what, after } = looked(bytes, 512);
    expect(what).toBe('floats of 32 bits');
    expect(after).toBeLessThan((quietMs + 100) * 64);
  });

  it('that is base64, or JSON with base64 in it, is text', () => {
    const base64 = tone(100, RATE).toString('base64');
    expect(looked(Buffer.from(base64), 640).what).toBe('text');
    expect(looked(Buffer.from(JSON.stringify({ audio: base64 })), 640).what).toBe('JSON');
  });
});

describeWith(['ffmpeg'])('a file where raw PCM belongs', () => {
  const encoded = (...args: string[]): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=220:duration=1', ...args, 'pipe:1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it.each<[string, RegExp, string[]]>([
    ['a MediaRecorder’s WebM', /^WebM/, ['-c:a', 'libopus', '-f', 'webm']],
    ['Safari’s MP4 in fragments', /^MP4/, ['-c:a', 'aac', '-f', 'mp4', '-movflags', 'frag_keyframe+empty_moov']],
    ['Firefox’s Ogg', /^Ogg/, ['-c:a', 'libopus', '-f', 'ogg']],
    ['a WAV file', /^WAV/, ['-ar', '16000', '-f', 'wav']],
    ['MP3', /^MP3/, ['-c:a', 'libmp3lame', '-f', 'mp3']],
    ['MP3 without a tag', /^MP3/, ['-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0', '-f', 'mp3']],
    ['AAC', /^AAC/, ['-c:a', 'aac', '-f', 'adts']],
    ['FLAC', /^FLAC/, ['-f', 'flac']],
    ['AU', /^AU/, ['-f', 'au']],
    ['MPEG-TS', /^MPEG-TS/, ['-c:a', 'aac', '-f', 'mpegts']],
    ['floats at another rate', /^floats/, ['-ar', '48000', '-f', 'f32le']],
  ])('%s is named within 100 ms of audio, wherever it is cut', (_what, name, args) => {
    const file = encoded(...args);
    for (const frameBytes of [1, 321, 640, 3201]) {
      const { what, after } = looked(file, frameBytes);
      expect(what).toMatch(name);
      expect(after).toBeLessThanOrEqual(3201);
    }
  });

  it.each(['pcm_s16le'])('raw %s is none', (codec) => {
    expect(looked(encoded('-c:a', codec, '-ar', '16000', '-f', 's16le'), 640)).toMatchObject({
      what: undefined,
      done: true,
    });
  });
});
