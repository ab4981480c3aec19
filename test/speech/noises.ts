// Kinds of noise to hear speech through, a minute of each, PCM16 of 16 kHz; the same in every run.
import { seededRandom } from '../../src/stt/pocketsphinx/language/template.js';
import { execFileSync } from 'node:child_process';
import { samplesOf } from '../../src/audio/pcm16.js';
import type { FliteVoice } from '../../src/flite/flite.js';
import { FRESH } from './corpus.js';
import { synthesise } from './hear.js';

export const NOISES = ['pink', 'babble', 'hum'] as const;
export type Noise = (typeof NOISES)[number];

const RATE = 16_000;
const LENGTH = RATE * 60;
/** Of flite, those of 16 kHz. */
const TALKERS: readonly FliteVoice[] = ['slt', 'rms', 'awb', 'kal16'];
/** Each of them speaks at these rates, and so is two people. */
const PITCHES = [0.93, 1.07];

/** @param speaker whoever is to be heard: no voice of the babble is his */
export async function noiseFor(noise: Noise, speaker: FliteVoice): Promise<Int16Array> {
  if (noise === 'pink') return pinkNoise();
  return noise === 'hum' ? humWithClicks() : babble(speaker);
}

/** Like rain, or a street from afar. sox makes it. */
export function pinkNoise(): Int16Array {
  const make = ['-R', '-n', '-t', 'raw', '-r', `${RATE}`, '-b', '16', '-e', 'signed', '-c', '1', '-'];
  const sound = ['synth', `${LENGTH / RATE}`, 'pinknoise', 'vol', '0.5'];
  return samplesOf(execFileSync('sox', [...make, ...sound], { maxBuffer: LENGTH * 4 }));
}

/** Six people who talk at once, each a sentence after the other; other sentences than those that are measured by. */
async function babble(speaker: FliteVoice): Promise<Int16Array> {
  const sum = new Float64Array(LENGTH);
  const talkers = TALKERS.filter((voice) => voice !== speaker).flatMap((voice) =>
    PITCHES.map((pitch) => ({ voice, pitch })),
  );
  for (const [number, { voice, pitch }] of talkers.entries()) {
    let at = 0;
    for (let turn = number * 7; at < LENGTH; turn += 1) {
      const speech = samplesOf(await synthesise(FRESH[turn % FRESH.length]?.say ?? '', voice));
      for (let n = 0; n * pitch < speech.length && at < LENGTH; n += 1, at += 1) {
        sum[at] = (sum[at] ?? 0) + (speech[Math.floor(n * pitch)] ?? 0);
      }
    }
  }
  return Int16Array.from(sum, (sample) => Math.round(sample / talkers.length));
}

/** A bad earth: the mains and what is over it, and three times a second, now and then, a click. */
function humWithClicks(): Int16Array {
  const random = seededRandom(7);
  const hum = Float64Array.from({ length: LENGTH }, (_, n) =>
    [1, 2, 3, 5, 7].reduce((sum, k) => sum + (3000 / k) * Math.sin((2 * Math.PI * 50 * k * n) / RATE), 0),
  );
  for (let at = 0; at < LENGTH; at += Math.ceil((-Math.log(1 - random()) * RATE) / 3)) {
    // 2 ms that ring at 2 kHz.
    for (let n = 0; n < 32 && at + n < LENGTH; n += 1) {
      hum[at + n] = (hum[at + n] ?? 0) + 15_000 * Math.exp(-n / 10) * Math.cos((2 * Math.PI * 2000 * n) / RATE);
    }
  }
  return Int16Array.from(hum, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample))));
}
