// npm run bench -- silence [file.wav ...]: what the cut of a voice's leading silence leaves, of files of any voice that each
// speak one sentence (PCM16; without any: 24 words by three of flite's voices), as they are and as other voices might sound.
// A word has begun for a listener when 10 ms of it are within 35 dB of its loudest, and 6 dB above the noise before it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LeadingSilence } from '../../src/audio/leading-silence.js';
import { bytesOf, meanPower, powerToDbfs, samplesOf } from '../../src/audio/pcm16.js';
import { Resampler } from '../../src/audio/resampler.js';
import { decodeWav, type WavAudio } from '../../src/audio/wav.js';
import { Flite } from '../../src/flite/flite.js';
import { quantile } from '../lib/statistics.js';

const WORDS =
  'Fish First See Six He House Heard Hundred Shall Think Thirty Pay Client Zero Mostly My Maybe Yes You Very Five That Okay And';
const VOICES = ['slt', 'rms', 'awb'] as const;
const FULL_SCALE = 32_768;
const STEP_MS = 10;
const BELOW_LOUDEST_DB = 35;
const ABOVE_NOISE_DB = 6;
/** As a socket may deliver it. */
const CHUNK_BYTES = 642;

type Change = (samples: Int16Array, rate: number) => Int16Array;
interface Condition {
  readonly name: string;
  readonly change: Change;
  /** Hz; the file's own when absent. */
  readonly rate?: number;
  /** What of it is to be heard without noise; the voice as it is when absent. */
  readonly clean?: Change;
}

const mapped = (samples: Int16Array, to: (sample: number, at: number) => number): Int16Array =>
  samples.map((sample, at) => Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(to(sample, at)))));

/** So that its highest sample has this level, dBFS. */
const peakAt =
  (dbfs: number): Change =>
  (samples) => {
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
    return mapped(samples, (sample) => (sample * FULL_SCALE * 10 ** (dbfs / 20)) / peak);
  };

/** With uniform noise of this level under it, dBFS. */
const hiss =
  (dbfs: number): Change =>
  (samples) => {
    const most = FULL_SCALE * 10 ** (dbfs / 20) * Math.sqrt(3);
    let seed = 7;
    return mapped(samples, (sample) => {
      seed = (seed * 16_807) % 2_147_483_647;
      return sample + most * ((2 * seed) / 2_147_483_647 - 1);
    });
  };

const silenceBefore =
  (ms: number): Change =>
  (samples, rate) => {
    const pause = Math.round((rate * ms) / 1000);
    const all = new Int16Array(pause + samples.length);
    all.set(samples, pause);
    return all;
  };

/** Of 1 ms, 20 ms after the beginning, at a third of full scale. */
const click: Change = (samples, rate) => {
  const from = Math.round(rate * 0.02);
  return mapped(samples, (sample, at) =>
    at >= from && at < from + rate / 1000 ? sample + (at % 2 === 0 ? 1 : -1) * (FULL_SCALE / 3) : sample,
  );
};

/** From its first sound on. */
const atOnce: Change = (samples, rate) => samples.slice((begins(levels(samples, rate), 45) * rate * STEP_MS) / 1000);

const after =
  (first: Change, second: Change): Change =>
  (samples, rate) =>
    second(first(samples, rate), rate);

const same: Change = (samples) => samples;
const CONDITIONS: readonly Condition[] = [
  { name: 'as it is', change: same },
  ...[-20, -30, -40].map((dbfs) => ({ name: `its peak at ${dbfs} dBFS`, change: peakAt(dbfs) })),
  ...[-60, -55, -48, -40].map((dbfs) => ({ name: `hiss of ${dbfs} dBFS`, change: hiss(dbfs) })),
  { name: 'peak at -30, hiss of -60', change: after(peakAt(-30), hiss(-60)) },
  { name: 'an offset of 1 %', change: (samples) => mapped(samples, (sample) => sample + FULL_SCALE / 100) },
  { name: 'a click before it', change: click },
  { name: '2 s of silence before it', change: silenceBefore(2000), clean: silenceBefore(2000) },
  { name: 'at its first sample', change: atOnce, clean: atOnce },
  { name: 'the same, peak at -30', change: after(atOnce, peakAt(-30)), clean: atOnce },
  { name: 'the same, peak at -45', change: after(atOnce, peakAt(-45)), clean: atOnce },
  ...[8000, 24_000, 48_000].map((rate) => ({ name: `at ${rate / 1000} kHz`, change: same, rate })),
];

/** Of each 10 ms, dBFS. */
function levels(samples: Int16Array, rate: number): number[] {
  const step = (rate * STEP_MS) / 1000;
  return Array.from({ length: Math.floor(samples.length / step) }, (_, n) =>
    powerToDbfs(meanPower(samples, Math.round(n * step), Math.round((n + 1) * step))),
  );
}

const begins = (all: readonly number[], belowDb: number): number => {
  const loudest = Math.max(...all);
  return all.findIndex((level) => level >= loudest - belowDb);
};

interface Cut {
  readonly cutMs: number;
  /** Between what is sent and the beginning of the word; less than nothing where some of it is lost. */
  readonly leftMs: number;
}

function resampled(pcm: Uint8Array, from: number, to: number): Int16Array {
  const resampler = new Resampler(from, to);
  return samplesOf(Buffer.concat([resampler.push(pcm), resampler.flush()]));
}

function measure({ pcm, sampleRate }: WavAudio, { change, clean = same, rate = sampleRate }: Condition): Cut {
  const samples = resampled(pcm, sampleRate, rate);
  const voice = change(samples, rate);
  const silence = new LeadingSilence(rate);
  const bytes = bytesOf(voice);
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    if (silence.push(bytes.subarray(at, at + CHUNK_BYTES)) !== undefined) break;
  }
  const heard = levels(voice, rate);
  let word = begins(levels(clean(samples, rate), rate), BELOW_LOUDEST_DB);
  const noise = quantile(heard.slice(0, Math.max(0, word - 4)), 0.5);
  while (heard[word + 1] !== undefined && (heard[word] ?? 0) < noise + ABOVE_NOISE_DB) word += 1;
  return { cutMs: silence.cutMs, leftMs: word * STEP_MS - silence.cutMs };
}

async function flites(): Promise<WavAudio[]> {
  const flite = new Flite();
  try {
    const all = VOICES.flatMap((voice) => WORDS.split(' ').map((word) => ({ text: `${word} is it.`, voice })));
    return await Promise.all(all.map((request) => flite.speak({ ...request, timeoutMs: 60_000 })));
  } finally {
    await flite.close();
  }
}

export async function runSilence(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const voices = positionals.length > 0 ? positionals.map((file) => decodeWav(readFileSync(file))) : await flites();
  console.log('| Voice | Cut, median / most | Left, median | Onsets clipped | By, most |');
  console.log('| ----- | ------------------ | ------------ | -------------- | -------- |');
  for (const condition of CONDITIONS) {
    const all = voices.map((voice) => measure(voice, condition));
    const cut = all.map(({ cutMs }) => cutMs);
    const lost = all.map(({ leftMs }) => -leftMs).filter((ms) => ms > 0);
    const cells = [
      condition.name,
      `${Math.round(quantile(cut, 0.5))} / ${Math.round(Math.max(...cut))} ms`,
      `${Math.round(
        quantile(
          all.map(({ leftMs }) => leftMs),
          0.5,
        ),
      )} ms`,
      `${lost.length} of ${all.length}`,
      lost.length === 0 ? '' : `${Math.round(Math.max(...lost))} ms`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
