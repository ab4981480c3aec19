import { Flite, type FliteVoice } from '../../src/flite/flite.js';
import type { SpeechToText, SttStream } from '../../src/stt/stt.port.js';

const FRAME_BYTES = 640;
const RATE = 16_000;
/** As long as a recogniser may take for one sentence on a machine that does other things besides, ms. */
const DEADLINE_MS = 60_000;
const flite = new Flite();
// The threads of a suite end with it: jest runs the next one in the same process.
if ('afterAll' in globalThis) afterAll(() => flite.close());

/** Speech of one of flite's 16 kHz voices, PCM16. */
export async function synthesise(text: string, voice: FliteVoice = 'slt'): Promise<Uint8Array> {
  const { pcm } = await flite.speak({ text, voice, timeoutMs: DEADLINE_MS });
  return pcm;
}

/**
 * Makes one call with one utterance and returns the words of its turn, '' when nothing was heard. `names` are the call's;
 * `around` makes what is heard before and after it, so many bytes of PCM16: silence when absent.
 */
export function hear(
  stt: SpeechToText,
  speech: Uint8Array,
  names?: Readonly<Record<string, readonly string[]>>,
  around = (bytes: number): Uint8Array => new Uint8Array(bytes),
  deadlineMs = DEADLINE_MS,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const finals: string[] = [];
    const timer = setTimeout(() => reject(new Error(`no end of turn within ${deadlineMs} ms`)), deadlineMs);
    const options = { sampleRate: RATE, language: 'en-US', keyTerms: [], vocabulary: () => names };
    const stream = stt.open(options, (event) => {
      if (event.type === 'transcript.final') finals.push(event.text);
      if (event.type === 'failed') reject(event.error);
      if (event.type !== 'turn.ended' && event.type !== 'closed') return;
      clearTimeout(timer);
      stream.abort();
      resolve(finals.join(' '));
    });
    const audio = Buffer.concat([around(RATE), speech, around(RATE * 2 * 2)]);
    play(stream, audio);
  });
}

/**
 * The words that are heard of speech by ears that have heard it once: a decoder knows a line only when an utterance on it is
 * over. It looks at its first one again by itself, but only where the machine has time for that, on which no test may depend.
 */
export function hearAgain(stt: SpeechToText, speech: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const finals: string[] = [];
    const pause = new Uint8Array(RATE * 2 * 2);
    const firstEndsMs = (2 * pause.length + speech.length) / (2 * (RATE / 1000)) - 1000;
    const timer = setTimeout(() => reject(new Error(`not heard within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
      if (event.type === 'transcript.final' && event.audioMs > firstEndsMs) finals.push(event.text);
      if (event.type !== 'closed' && event.type !== 'failed') return;
      clearTimeout(timer);
      if (event.type === 'failed') reject(event.error);
      else resolve(finals.join(' '));
    });
    const audio = Buffer.concat([pause, speech, pause, speech, pause]);
    play(stream, audio);
  });
}

function play(stream: SttStream, audio: Uint8Array): void {
  for (let at = 0; at < audio.length; at += FRAME_BYTES) stream.push(audio.subarray(at, at + FRAME_BYTES));
  stream.close();
}
