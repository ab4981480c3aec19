import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeWav } from '../../src/audio/wav.js';
import type { SpeechToText } from '../../src/stt/stt.port.js';

const run = promisify(execFile);
const FRAME_BYTES = 640;
const RATE = 16_000;
/** As long as a recogniser may take for one sentence on a machine that does other things besides, ms. */
const DEADLINE_MS = 60_000;

/** Speech of one of flite's 16 kHz voices, PCM16. */
export async function synthesise(text: string, voice: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-say-'));
  try {
    const file = join(folder, 'say.wav');
    await run('flite', ['-voice', voice, '-t', text, '-o', file]);
    return decodeWav(await readFile(file)).pcm;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes one call with one utterance and returns the words of its turn, '' when nothing was heard. */
export function hear(stt: SpeechToText, speech: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const finals: string[] = [];
    const timer = setTimeout(() => reject(new Error(`no end of turn within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
      if (event.type === 'transcript.final') finals.push(event.text);
      if (event.type === 'failed') reject(event.error);
      if (event.type !== 'turn.ended' && event.type !== 'closed') return;
      clearTimeout(timer);
      stream.abort();
      resolve(finals.join(' '));
    });
    const audio = Buffer.concat([new Uint8Array(RATE), speech, new Uint8Array(RATE * 2 * 2)]);
    for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.push(audio.subarray(at, at + FRAME_BYTES));
    stream.close();
  });
}
