// What a microphone picks up besides the caller: sounds without words and a room that is never silent, made by sox.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { rms, samplesOf, toFloat32, toInt16 } from '../../client/audio/pcm.js';
import { resample } from '../../client/audio/resampler.js';
import { synthesize, type CallerVoice } from '../../scripts/synthetic-caller.js';
import { RATE } from '../script/spelling.js';

const run = promisify(execFile);
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Noise of sox, the same in every run (-R). Throws when sox is missing or refuses. */
async function sox(effects: readonly string[]): Promise<Int16Array> {
  const format = ['-R', '-n', '-t', 'raw', '-r', String(RATE), '-e', 'signed', '-b', '16', '-c', '1', '-'];
  const { stdout } = await run('sox', [...format, ...effects], {
    encoding: 'buffer',
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_BYTES,
  });
  return samplesOf(new Uint8Array(stdout));
}

export type NoiseName = 'cough' | 'door' | 'hum';

/** A sound without words, `ms` long. */
export const noise = (name: NoiseName, ms: number): Promise<Int16Array> => sox(EFFECTS[name](ms));

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const words = (text: string): string[] => text.split(' ');

const EFFECTS: Readonly<Record<NoiseName, (ms: number) => string[]>> = {
  // A burst of breath in the range of a voice.
  cough: (ms) =>
    words(`synth ${seconds(ms)} pinknoise bandpass 700 900 fade q 0.01 ${seconds(ms)} ${seconds(ms / 1.6)} gain -n -9`),
  // Low and short.
  door: (ms) =>
    words(`synth ${seconds(ms)} brownnoise lowpass 400 fade l 0.005 ${seconds(ms)} ${seconds(ms / 1.5)} gain -n -6`),
  hum: (ms) => words(`synth ${seconds(ms)} sine 120 synth ${seconds(ms)} sine mix 240 gain -n -15`),
};

/** Longest stretch of steady noise; it is repeated, ms. */
const LOOP_MS = 12_000;

/** Steady noise whose level is `snr` dB below `speechRms`. */
export async function steadyNoise(kind: 'pink' | 'brown', snr: number, speechRms: number): Promise<Int16Array> {
  const raw = await sox(['synth', String(LOOP_MS / 1000), `${kind}noise`, 'gain', '-n', '-6']);
  const gain = speechRms / 10 ** (snr / 20) / rms(raw);
  return raw.map((sample) => Math.round(sample * gain));
}

const PAUSE = /\[(\d+) ms\]/;

/** "five zero [800 ms] zero one" as its pieces, each with the pause before it, ms. */
export function piecesOf(text: string): { readonly text: string; readonly pauseMs: number }[] {
  const parts = text.split(new RegExp(PAUSE, 'g'));
  const pieces: { text: string; pauseMs: number }[] = [];
  for (let n = 0; n < parts.length; n += 2) {
    pieces.push({ text: parts[n]?.trim() ?? '', pauseMs: n === 0 ? 0 : Number(parts[n - 1]) });
  }
  return pieces;
}

/** The words of a text without its pauses. */
export const wordsSaid = (text: string): string =>
  piecesOf(text)
    .map((piece) => piece.text)
    .join(' ');

/** flite's speech for a text with pauses, at RATE. */
export async function speech(text: string, voice: CallerVoice): Promise<Int16Array> {
  const parts: Int16Array[] = [];
  for (const piece of piecesOf(text)) {
    const { samples, sampleRate } = await synthesize(piece.text, voice);
    parts.push(new Int16Array(Math.round((piece.pauseMs * RATE) / 1000)));
    parts.push(sampleRate === RATE ? samples : toInt16(resample(toFloat32(samples), sampleRate, RATE)));
  }
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
