// How real speech is cut: every sentence of the demo is one request that holds all of it, with a hum behind it or without.
import { DEMO, VOICES } from '../../../test/speech/corpus.js';
import { synthesise } from '../../../test/speech/hear.js';
import { levelDbfs } from '../../audio/pcm16.js';
import type { SttEvent } from '../stt.port.js';
import { SegmentedStt } from './segmented-stt.js';

const BYTES_PER_MS = 32;
const FRAME_BYTES = 20 * BYTES_PER_MS;
const LEAD_MS = 1000;
const TAIL_MS = 1200;
/** What counts as speech in flite's clean audio, dBFS. */
const SPEECH_DBFS = -45;

/** Where the speech lies in clean audio, ms. */
function boundsOf(pcm: Uint8Array): readonly [fromMs: number, toMs: number] {
  const windows = Array.from({ length: Math.floor(pcm.length / (10 * BYTES_PER_MS)) }, (_, at) =>
    levelDbfs(pcm.subarray(at * 10 * BYTES_PER_MS, (at + 1) * 10 * BYTES_PER_MS)),
  );
  const isSpeech = (level: number): boolean => level > SPEECH_DBFS;
  return [windows.findIndex(isSpeech) * 10, (windows.findLastIndex(isSpeech) + 1) * 10];
}

/** A hum of 50 Hz and its overtones in the caller's room; `amplitude` of 32767. */
function withHum(pcm: Uint8Array, amplitude: number): Buffer {
  const audio = Buffer.from(pcm);
  for (let at = 0; at + 1 < audio.length; at += 2) {
    const phase = (2 * Math.PI * 50 * (at / 2)) / 16_000;
    const hum = amplitude * (Math.sin(phase) + 0.5 * Math.sin(3 * phase) + 0.3 * Math.sin(7 * phase));
    audio.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(audio.readInt16LE(at) + hum))), at);
  }
  return audio;
}

async function cut(audio: Buffer) {
  const uploads: number[] = [];
  const events: SttEvent[] = [];
  const closed = Promise.withResolvers<void>();
  const stt = new SegmentedStt({
    transcriber: {
      name: 'counting',
      transcribe: ({ pcm }) => {
        uploads.push(pcm.length / BYTES_PER_MS);
        return Promise.resolve({ text: 'words', language: undefined, words: [], confidence: 1 });
      },
    },
  });
  const stream = stt.open({ sampleRate: 16_000, language: 'en-US', keyTerms: [] }, (event) => {
    events.push(event);
    if (event.type === 'closed') closed.resolve();
  });
  for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.push(audio.subarray(at, at + FRAME_BYTES));
  stream.close();
  await closed.promise;
  const startedMs = events.find((event) => event.type === 'speech.started')?.audioMs ?? Infinity;
  const endedMs = events.findLast((event) => event.type === 'transcript.final')?.audioMs ?? 0;
  return { uploads, startedMs, endedMs };
}

describe('the cutting of real speech', () => {
  it.each(VOICES.flatMap((voice) => [0, 150].map((hum) => [voice, hum] as const)))(
    'makes one request of each sentence of %s, with all of it (hum %i)',
    async (voice, hum) => {
      for (const { say } of DEMO.slice(0, 3)) {
        const speech = await synthesise(say, voice);
        const [fromMs, toMs] = boundsOf(speech);
        const silence = (ms: number): Buffer => Buffer.alloc(ms * BYTES_PER_MS);
        const audio = withHum(Buffer.concat([silence(LEAD_MS), speech, silence(TAIL_MS)]), hum);
        const { uploads, startedMs, endedMs } = await cut(audio);
        expect(uploads).toHaveLength(1);
        // 300 ms before the onset and 450 ms after the end go along.
        expect(startedMs - 300).toBeLessThan(LEAD_MS + fromMs + 20);
        expect(endedMs + 450).toBeGreaterThan(LEAD_MS + toMs - 20);
        expect(uploads[0]).toBeLessThan(toMs - fromMs + 300 + 450 + 250);
      }
    },
    30_000,
  );
});
