import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../../../test/support/needs.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { ALL_DEMUXERS } from './audio-kind.js';
import { decodeAudio } from './decode.js';
import { meanPower, samplesOf } from '../../audio/pcm16.js';
import { decodeWithFfmpeg } from './ffmpeg.js';

const NEVER = new AbortController().signal;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-ffmpeg-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that does what `script` says. */
function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
}

const leftFolders = (): string[] => readdirSync(folder).filter((name) => name.startsWith('parley-audio-'));
const here = (maxSeconds: number) => ({ maxSeconds, ffmpeg: { tempDir: folder } });

describeWith(['ffmpeg'])('files of other kinds', () => {
  /** Two seconds of a tone, in the kind that the name's ending says. */
  function tone(name: string, ...args: string[]): Buffer {
    const path = join(folder, name);
    const input = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2:sample_rate=48000'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...input, ...args, path], { stdio: 'pipe' });
    return readFileSync(path);
  }

  const KINDS: [string, string[]][] = [
    ['tone.webm', ['-c:a', 'libopus']],
    ['tone.ogg', ['-c:a', 'libopus']],
    ['tone.mp3', ['-c:a', 'libmp3lame']],
    ['tone.flac', []],
    ['index-last.m4a', ['-c:a', 'aac']],
    ['index-first.m4a', ['-c:a', 'aac', '-movflags', '+faststart']],
    ['tone.aac', ['-c:a', 'aac', '-f', 'adts']],
    ['a-law.wav', ['-c:a', 'pcm_alaw', '-ar', '8000']],
    ['adpcm.wav', ['-c:a', 'adpcm_ms']],
    ['large.rf64', ['-f', 'wav', '-rf64', 'always']],
    ['tone.w64', []],
    ['tone.caf', ['-c:a', 'alac']],
    ['samples.caf', ['-c:a', 'pcm_s16le']],
    ['tone.aiff', []],
    ['floats.aiff', ['-c:a', 'pcm_f32be']],
    ['tone.au', []],
    ['tone.avi', ['-c:a', 'libmp3lame']],
    ['tone.ts', ['-c:a', 'aac', '-f', 'mpegts']],
    ['tone.mpg', ['-c:a', 'mp2', '-f', 'mpeg']],
    ['tone.wma', ['-c:a', 'wmav2']],
    ['tone.flv', ['-c:a', 'libmp3lame', '-ar', '44100']],
    ['tone.3gp', ['-c:a', 'aac']],
    ['tone.mov', ['-c:a', 'pcm_s16be']],
    ['tone.wv', []],
    ['tone.tta', []],
    ['tagged.aac', ['-c:a', 'aac', '-f', 'adts', '-write_id3v2', '1']],
    ['surround.ogg', ['-c:a', 'libvorbis', '-ac', '6']],
  ];

  it.each(KINDS)('%s becomes PCM16 at 16 kHz', async (name, args) => {
    const file = tone(name, ...args);
    const pcm = await decodeAudio(file, undefined, here(10), NEVER);
    expect(pcm.length / 32_000).toBeGreaterThan(1.9);
    expect(pcm.length / 32_000).toBeLessThan(2.2);
    expect(meanPower(samplesOf(pcm))).toBeGreaterThan(1e-4);
    expect(leftFolders()).toEqual([]);
  });

  it('that no encoder here makes: AMR', async () => {
    // RFC 4867 section 5.1: the mark, then frames of 12.2 kbit/s (a table of contents, 31 bytes) for 20 ms each.
    const frame = Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31, 0x55)]);
    const file = Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: 50 }, () => frame)]);
    expect((await decodeAudio(file, undefined, here(10), NEVER)).length / 32_000).toBeCloseTo(1, 1);
  });

  it.each(['turned.wav', 'turned.flac', 'turned.mp3'])(
    '%s, whose channels cancel, is heard all the same',
    async (name) => {
      const args = name.endsWith('mp3') ? ['-c:a', 'libmp3lame', '-joint_stereo', '0'] : [];
      const file = tone(name, '-af', 'pan=stereo|c0=c0|c1=-1*c0', ...args);
      const pcm = await decodeAudio(file, undefined, here(10), NEVER);
      expect(meanPower(samplesOf(pcm))).toBeGreaterThan(1e-3);
    },
  );

  it('that are longer than allowed are not decoded to their end', async () => {
    const file = tone('long.mp3', '-c:a', 'libmp3lame');
    await expect(decodeAudio(file, undefined, here(1), NEVER)).rejects.toMatchObject({ code: 'audio_too_long' });
  });

  it('that are damaged are refused', async () => {
    const flac = tone('damaged.flac');
    const damaged = Buffer.concat([flac.subarray(0, 4), Buffer.alloc(500, 7)]);
    await expect(decodeAudio(damaged, undefined, here(10), NEVER)).rejects.toMatchObject({
      code: 'audio_corrupt',
    });
    const movie = Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypM4A \0\0\0\0'), Buffer.alloc(100)]);
    await expect(decodeAudio(movie, undefined, here(10), NEVER)).rejects.toMatchObject({
      code: 'audio_corrupt',
    });
    expect(leftFolders()).toEqual([]);
  });

  it('cannot make it fetch an address', async () => {
    let visits = 0;
    const server = createServer((_request, response) => {
      visits += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const playlist = Buffer.from(`#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:${port}/a.ts\n`);
    // Past the look at its first bytes, as a file of every kind that is taken.
    for (const kind of ALL_DEMUXERS) {
      await expect(decodeWithFfmpeg(playlist, kind, 10, NEVER)).rejects.toMatchObject({ code: 'audio_corrupt' });
    }
    await new Promise((resolve) => server.close(resolve));
    expect(visits).toBe(0);
  });
});

describe('the program', () => {
  const file = Buffer.alloc(500_000);

  it('that is missing is named, with its package', async () => {
    await expect(decodeWithFfmpeg(file, 'mp3', 10, NEVER, { program: 'no-such-ffmpeg' })).rejects.toMatchObject({
      code: 'ffmpeg_missing',
      message: expect.stringContaining('apt-get install ffmpeg'),
    });
  });

  it('gets none of our environment', async () => {
    const env = program('env', `cat > /dev/null; env > ${join(folder, 'env.txt')}; printf 'ab'`);
    await decodeWithFfmpeg(file, 'mp3', 10, NEVER, { program: env });
    const names = readFileSync(join(folder, 'env.txt'), 'utf8').match(/^\w+(?==)/gm) ?? [];
    const ofTheShell = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);
    expect(names.filter((name) => !ofTheShell.has(name)).toSorted()).toEqual(['LC_ALL', 'PATH']);
  });

  it('that reads nothing and hangs is ended', async () => {
    const hangs = program('hangs', 'exec sleep 60');
    await expect(decodeWithFfmpeg(file, 'mp3', 10, NEVER, { program: hangs, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'busy',
      retryAfterS: expect.any(Number),
    });
  });

  it('is ended when nobody waits for it any more, and leaves nothing behind', async () => {
    const started = join(folder, 'started');
    const hangs = program('hangs-too', `echo $$ > ${started}; exec sleep 60`);
    const controller = new AbortController();
    const decoding = decodeWithFfmpeg(file, 'mov', 10, controller.signal, { program: hangs, tempDir: folder });
    const pid = () => Number(readFileSync(started, { encoding: 'utf8', flag: 'a+' }));
    await waitFor(() => pid() > 0);
    controller.abort(new Error('gone'));
    await expect(decoding).rejects.toThrow('gone');
    await waitFor(() => !isAlive(pid()));
    expect(leftFolders()).toEqual([]);
  });

  it('that never stops writing is ended, with bounded memory', async () => {
    const endless = program('endless', 'exec cat /dev/zero');
    await expect(decodeWithFfmpeg(file, 'mp3', 1, NEVER, { program: endless })).rejects.toMatchObject({
      code: 'audio_corrupt',
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
