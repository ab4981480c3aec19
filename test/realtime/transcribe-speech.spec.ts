// One-shot transcription as it is without any account: flite's speech in every kind of file, PocketSphinx behind the API.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { encodeWav } from '../../src/audio/wav.js';
import { synthesise } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { postAudio } from '../support/transcribe.js';

// Each file is recognised for real, on two cores that others work on too.
jest.setTimeout(180_000);

const SENTENCE = 'what transactions does client five zero zero one have';

describeWith(['pocketsphinx', 'ffmpeg'])('speech in a file', () => {
  let folder: string;
  let app: ParleyApp;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-speech-'));
    writeFileSync(join(folder, 'speech.wav'), encodeWav(await synthesise(SENTENCE), 16_000));
    app = await ParleyApp.start();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function speechAs(name: string, ...args: string[]): Buffer {
    const [from, to] = [join(folder, 'speech.wav'), join(folder, name)];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', from, ...args, to], { stdio: 'pipe' });
    return readFileSync(to);
  }

  const post = (file: Uint8Array, type: string, fields: Record<string, string> = {}) =>
    postAudio(app.http, { file, type, fields, headers: { authorization: `Bearer ${app.token()}` } });

  it.each<[string, string, string[]]>([
    ['stereo.wav', 'audio/wav', ['-ac', '2', '-ar', '44100', '-c:a', 'pcm_f32le']],
    ['speech.webm', 'audio/webm', ['-c:a', 'libopus']],
    ['speech.mp3', 'audio/mpeg', ['-c:a', 'libmp3lame']],
    ['speech.m4a', 'audio/mp4', ['-c:a', 'aac']],
  ])('is understood: %s', async (name, type, args) => {
    const { status, body } = await post(speechAs(name, ...args), type);
    expect({ status, text: body.text }).toEqual({ status: 200, text: expect.stringMatching(/transactions .*client/) });
    expect(body).toMatchObject({ provider: 'pocketsphinx', language: 'en-US', cached: false });
    expect(body.duration).toBeGreaterThan(2);
    expect(body.words?.length).toBeGreaterThan(4);
  });

  it('is not pretended to be understood in another language', async () => {
    const { status, body } = await post(readFileSync(join(folder, 'speech.wav')), 'audio/wav', { language: 'de' });
    expect({ status, error: body.error }).toEqual({ status: 422, error: 'audio_refused' });
  });
});
