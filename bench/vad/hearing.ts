// When detectors hear a voice, and what else they take for one: real time, everything at once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { VadEvent, VoiceActivityDetector } from '../../src/vad/vad.port.js';
import { DEMO, VOICES } from '../../test/speech/corpus.js';
import { synthesise } from '../../test/speech/hear.js';
import {
  NOISES,
  RATE,
  type Sound,
  atLevel,
  extent,
  fromPcm,
  inQuietRoom,
  pink,
  speechInNoise,
  toPcm,
  white,
} from '../../test/speech/sounds.js';

const CHUNK_MS = 20;
const CHUNK_BYTES = (RATE * 2 * CHUNK_MS) / 1000;
/** Before a sentence, ms: the noise floor is known by then. */
const LEAD_MS = 2000;
/** An onset this much before the speech is not the speech's, ms. */
const EARLY_MS = 150;
const SENTENCES = 8;
const SETTLE_MS = 500;

interface Heard {
  readonly event: VadEvent;
  /** Audio pushed when the event came, ms. */
  readonly pushedMs: number;
}

/** Plays a sound to a detector in real time. */
async function listen(detector: VoiceActivityDetector, pcm: Uint8Array): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  let at = 0;
  const stream = detector.open({ sampleRate: RATE }, (event) => {
    heard.push({ event, pushedMs: (at * 1000) / (RATE * 2) });
  });
  const began = performance.now();
  for (let dueMs = CHUNK_MS; at < pcm.length; dueMs += CHUNK_MS) {
    await sleep(Math.max(0, dueMs - (performance.now() - began)));
    const chunk = pcm.subarray(at, at + CHUNK_BYTES);
    at += chunk.length;
    stream.push(chunk);
  }
  // What was pushed last is decided in a moment.
  await sleep(SETTLE_MS);
  stream.close();
  return heard;
}

export interface Hearing {
  readonly name: string;
  readonly detector: string;
  readonly utterances: number;
  readonly found: number;
  /** Utterances that were heard in more than one piece. */
  readonly split: number;
  /** Onsets before the speech. */
  readonly early: number;
  /** From the true beginning of speech to the event, ms of audio. */
  readonly latencies: number[];
  /** How much later than the truth the events put beginning and end, ms. */
  readonly beginErrors: number[];
  readonly endErrors: number[];
}

function judge(name: string, detector: string, runs: readonly { heard: readonly Heard[]; speech: Sound }[]): Hearing {
  const latencies: number[] = [];
  const beginErrors: number[] = [];
  const endErrors: number[] = [];
  let [found, split, early] = [0, 0, 0];
  for (const { heard, speech } of runs) {
    const { beginMs, endMs } = extent(speech);
    const [begin, end] = [LEAD_MS + beginMs, LEAD_MS + endMs];
    const starts = heard.filter(({ event }) => event.type === 'speech.started');
    early += starts.filter(({ event }) => event.audioMs < begin - EARLY_MS).length;
    const during = starts.filter(({ event }) => event.audioMs >= begin - EARLY_MS && event.audioMs < end);
    const [first] = during;
    if (first === undefined) continue;
    found += 1;
    if (during.length > 1) split += 1;
    latencies.push(first.pushedMs - begin);
    beginErrors.push(first.event.audioMs - begin);
    const last = heard.findLast(({ event }) => event.type === 'speech.stopped');
    if (last !== undefined) endErrors.push(last.event.audioMs - end);
  }
  return { name, detector, utterances: runs.length, found, split, early, latencies, beginErrors, endErrors };
}

const SETTINGS: Readonly<Record<string, (speech: Sound) => Sound>> = {
  'quiet room': (speech) => inQuietRoom(atLevel(speech, -26), LEAD_MS),
  'white noise, 20 dB': (speech) => speechInNoise(speech, white, 20, LEAD_MS),
  'white noise, 10 dB': (speech) => speechInNoise(speech, white, 10, LEAD_MS),
  'white noise, 5 dB': (speech) => speechInNoise(speech, white, 5, LEAD_MS),
  'pink noise, 20 dB': (speech) => speechInNoise(speech, pink, 20, LEAD_MS),
  'pink noise, 10 dB': (speech) => speechInNoise(speech, pink, 10, LEAD_MS),
  'pink noise, 5 dB': (speech) => speechInNoise(speech, pink, 5, LEAD_MS),
};

export async function speechHeard(detectors: readonly VoiceActivityDetector[]): Promise<Hearing[]> {
  const spoken: Sound[] = [];
  for (const voice of VOICES) {
    for (const { say } of DEMO.slice(0, SENTENCES)) spoken.push(fromPcm(await synthesise(say, voice)));
  }
  const hearings: Hearing[] = [];
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const sounds = spoken.map((speech) => ({ speech, pcm: toPcm(setting(speech)) }));
    for (const detector of detectors) {
      const runs = sounds.map(async ({ speech, pcm }) => ({ speech, heard: await listen(detector, pcm) }));
      hearings.push(judge(name, detector.name, await Promise.all(runs)));
    }
  }
  return hearings;
}

/** Starts, and seconds of "speech", by sound and detector. */
export async function falseStarts(detectors: readonly VoiceActivityDetector[]): Promise<Record<string, object>> {
  const sounds = Object.entries(NOISES).map(([name, sound]) => ({ name, pcm: toPcm(inQuietRoom(sound())) }));
  const table: Record<string, Record<string, string>> = Object.fromEntries(sounds.map(({ name }) => [name, {}]));
  for (const detector of detectors) {
    const runs = sounds.map(async ({ name, pcm }) => {
      const heard = await listen(detector, pcm);
      const starts = heard.filter(({ event }) => event.type === 'speech.started');
      let ms = 0;
      heard.forEach(({ event }, at) => {
        const endMs = heard[at + 1]?.event.audioMs ?? (pcm.length * 1000) / (RATE * 2);
        if (event.type === 'speech.started') ms += endMs - event.audioMs;
      });
      const row = table[name] ?? {};
      row[detector.name] = starts.length === 0 ? 'none' : `${starts.length} (${(ms / 1000).toFixed(1)} s)`;
    });
    await Promise.all(runs);
  }
  return table;
}
