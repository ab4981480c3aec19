// What servers answer that say they speak OpenAI's wire: other files than raw PCM, other rates, and no audio at all.
import { execFileSync } from 'node:child_process';
import { EventLog } from '../../../test/contract/event-log.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { SpeechKnobs } from '../../../test/simulators/openai-knobs.js';
import { SPEECH_SAMPLE_RATE, speechOf } from '../../../test/simulators/openai-speech.js';
import { describeWith } from '../../../test/support/needs.js';
import { bytesOf, levelDbfs, samplesOf } from '../../audio/pcm16.js';
import { Resampler } from '../../audio/resampler.js';
import { encodeWav } from '../../audio/wav.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { FallbackTts } from '../fallback/fallback-tts.js';
import type { TextToSpeech, TtsEvent } from '../tts.port.js';
import { OpenAiTextToSpeech } from './openai-tts.js';

const TEXT = 'Good morning, this is Julia.';
const MS_PER_CHAR = 20;
const EXPECTED = speechOf(TEXT, MS_PER_CHAR);

const simulators: OpenAiSimulator[] = [];
const voices: OpenAiTextToSpeech[] = [];

async function voice(speech: SpeechKnobs): Promise<OpenAiTextToSpeech> {
  const simulator = await OpenAiSimulator.start({ speech: { msPerChar: MS_PER_CHAR, ...speech } });
  simulators.push(simulator);
  const tts = new OpenAiTextToSpeech({ apiKey: SIMULATED_OPENAI_KEY, model: 'kokoro', baseUrl: simulator.url });
  voices.push(tts);
  return tts;
}

afterEach(async () => {
  await Promise.all(voices.splice(0).map((tts) => tts.close()));
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

async function say(tts: TextToSpeech, sampleRate = SPEECH_SAMPLE_RATE) {
  const log = new EventLog<TtsEvent>(['ended', 'failed']);
  const stream = tts.open({ voice: '', language: 'en-US', sampleRate }, log.listener);
  log.markOpened();
  stream.speak(0, TEXT);
  stream.end();
  await log.until('end', (events) => events.some(({ type }) => type === 'ended' || type === 'failed'));
  expect(log.violations).toEqual([]);
  return { pcm: Buffer.concat(log.of('audio').map(({ chunk }) => chunk)), error: log.of('failed')[0]?.error };
}

/** What of the audio is not the tone that was to be spoken, dB below it; edges, where a filter settles, left out. */
function noiseDb(pcm: Buffer): number {
  const [got, wanted] = [samplesOf(pcm), samplesOf(EXPECTED)];
  expect(Math.abs(got.length - wanted.length)).toBeLessThan(300);
  const end = Math.min(got.length, wanted.length) - 600;
  const difference = Int16Array.from({ length: end - 600 }, (_, n) => (got[n + 600] ?? 0) - (wanted[n + 600] ?? 0));
  return levelDbfs(bytesOf(difference)) - levelDbfs(EXPECTED);
}

const resampled = (pcm: Buffer, rate: number): Buffer => {
  const resampler = new Resampler(SPEECH_SAMPLE_RATE, rate);
  return Buffer.concat([resampler.push(pcm), resampler.flush()]);
};
const wav = (pcm: Buffer, rate = SPEECH_SAMPLE_RATE): Buffer => Buffer.from(encodeWav(pcm, rate));
const floats = (pcm: Buffer): Buffer => {
  const out = Buffer.alloc(pcm.length * 2);
  for (let at = 0; at < pcm.length; at += 2) out.writeFloatLE(pcm.readInt16LE(at) / 0x8000, at * 2);
  return out;
};
/** The half that is whole samples, and the rest. */
const halves = (pcm: Buffer): [Buffer, Buffer] => {
  const middle = (pcm.length >> 2) * 2;
  return [pcm.subarray(0, middle), pcm.subarray(middle)];
};
/** By ffmpeg, from and to a pipe, so that lengths in headers are unknown. */
const encoded =
  (...args: string[]) =>
  (pcm: Buffer): Buffer =>
    execFileSync(
      'ffmpeg',
      ['-v', 'error', '-f', 's16le', '-ar', `${SPEECH_SAMPLE_RATE}`, '-ac', '1', '-i', 'pipe:0', ...args, 'pipe:1'],
      { input: pcm, stdio: ['pipe', 'pipe', 'inherit'] },
    );

type Answers = readonly (readonly [what: string, contentType: string, encode: (pcm: Buffer) => Buffer])[];

const PLAYED: Answers = [
  ['WAV', 'audio/wav', wav],
  ['WAV that is called PCM', 'audio/pcm', wav],
  ['WAV of 16 kHz', 'audio/x-wav', (pcm) => wav(resampled(pcm, 16_000), 16_000)],
  ['WAV of 22.05 kHz', 'application/octet-stream', (pcm) => wav(resampled(pcm, 22_050), 22_050)],
  ['a WAV file for each half', 'audio/wav', (pcm) => Buffer.concat(halves(pcm).map((half) => wav(half)))],
  [
    'WAV with the name of its maker behind the samples',
    'audio/wav',
    (pcm) => Buffer.concat([wav(pcm), Buffer.from('LIST\x40\0\0\0INFOISFT'), Buffer.alloc(56, 0x55)]),
  ],
  ['raw samples without a type', '', (pcm) => pcm],
  ['raw samples that are called MP3', 'audio/mpeg', (pcm) => pcm],
  ['raw floats', 'audio/pcm', floats],
  ['raw samples of 16 kHz, and the type says so', 'audio/L16; rate=16000; channels=1', (pcm) => resampled(pcm, 16_000)],
];

const PLAYED_OF_FFMPEG: Answers = [
  ['WAV of floats', 'audio/wav', encoded('-c:a', 'pcm_f32le', '-f', 'wav')],
  [
    'WAV of 24 bits, stereo, 48 kHz',
    'audio/wav',
    encoded('-af', 'pan=stereo|c0=c0|c1=c0', '-c:a', 'pcm_s24le', '-ar', '48000', '-f', 'wav'),
  ],
];

const REFUSED: readonly (readonly [
  what: string,
  contentType: string,
  encode: (pcm: Buffer) => Buffer,
  name: string,
])[] = [
  ['JSON', 'application/json', () => Buffer.from('{"error":{"message":"no such voice"}}'), 'application/json'],
  ['JSON without its type', 'audio/pcm', () => Buffer.from('{"audio":"UklGRiQAAABXQVZF"}'), 'JSON'],
  ['a page', 'text/html; charset=utf-8', () => Buffer.from('<html>502 Bad Gateway</html>'), 'text/html'],
  ['a page that is called PCM', 'audio/pcm', () => Buffer.from('<!doctype html><title>Log in</title>'), 'HTML or XML'],
  ['µ-law', 'audio/basic', (pcm) => pcm.subarray(0, 4000), 'audio/basic'],
  ['WAV of a rate that nobody uses', 'audio/wav', (pcm) => wav(pcm, 23_999), '23999 Hz'],
  ['WAV of no channels', 'audio/wav', (pcm) => Buffer.from(encodeWav(pcm, 24_000, 0)), 'not a whole WAV file'],
  ['raw samples of a rate that nobody uses', 'audio/pcm;rate=1', (pcm) => pcm, 'at 1 Hz'],
];

const REFUSED_OF_FFMPEG: typeof REFUSED = [
  ['MP3', 'audio/mpeg', encoded('-c:a', 'libmp3lame', '-f', 'mp3'), 'MP3'],
  [
    'MP3 without a tag',
    'audio/pcm',
    encoded('-c:a', 'libmp3lame', '-id3v2_version', '0', '-write_xing', '0', '-f', 'mp3'),
    'MP3',
  ],
  ['Ogg', 'audio/ogg', encoded('-c:a', 'libopus', '-f', 'ogg'), 'Ogg'],
  ['WebM', 'audio/webm', encoded('-c:a', 'libopus', '-f', 'webm'), 'WebM'],
  ['FLAC', 'audio/flac', encoded('-f', 'flac'), 'FLAC'],
  ['AAC', 'audio/aac', encoded('-c:a', 'aac', '-f', 'adts'), 'AAC'],
  ['WAV of A-law', 'audio/wav', encoded('-c:a', 'pcm_alaw', '-f', 'wav'), 'WAV of a codec'],
];

function plays(answers: Answers): void {
  it.each(answers)('%s is played as it was meant', async (_what, contentType, encode) => {
    for (const chunkBytes of [4800, 1001]) {
      const { pcm, error } = await say(await voice({ contentType, encode, chunkBytes }));
      expect(error).toBeUndefined();
      expect(noiseDb(pcm)).toBeLessThan(-40);
    }
  });
}

function refuses(answers: typeof REFUSED): void {
  it.each(answers)('%s is never played, and named', async (_what, contentType, encode, name) => {
    const { pcm, error } = await say(await voice({ contentType, encode }));
    expect(pcm).toHaveLength(0);
    expect(error).toMatchObject({
      code: 'protocol',
      retryable: false,
      message: expect.stringMatching(new RegExp(`^openai answered .*${name}.* where raw PCM16 or WAV was asked for`)),
    });
  });
}

describe('a server that answers', () => {
  plays(PLAYED);
  refuses(REFUSED);

  it('is not asked again: the next voice speaks, and the operator reads why', async () => {
    const outcomes: ProviderOutcome[] = [];
    const page = await voice({ contentType: 'text/html', encode: () => Buffer.from('<html>Log in</html>') });
    const chain = new FallbackTts([page, await voice({})], {
      health: new ProviderHealth(),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    const { pcm } = await say(chain);
    expect(pcm.equals(EXPECTED)).toBe(true);
    expect(outcomes).toMatchObject([{ code: 'protocol', reason: expect.stringContaining('text/html') }]);
    expect(simulators[0]?.counts.speech).toBe(1);
  });
});

describeWith(['ffmpeg'])('a server that answers with a file of ffmpeg', () => {
  plays(PLAYED_OF_FFMPEG);
  refuses(REFUSED_OF_FFMPEG);
});
