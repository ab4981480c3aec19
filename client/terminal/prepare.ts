import { readFile } from 'node:fs/promises';
import { SAMPLE_RATES } from '../../src/protocol/index.js';
import { toFloat32, toInt16 } from '../audio/pcm.js';
import { resample } from '../audio/resampler.js';
import { decodeWav, mono, WavError } from '../node/wav.js';
import type { Step } from './arguments.js';
import { usageFailure } from './failure.js';

/** PCM16 mono. */
export interface Speech {
  /** Hz */
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

/** Makes speech of text: a synthetic caller. */
export type Speak = (text: string) => Promise<Speech>;

/** A turn that can be taken without further ado: its audio is there, at the session's rate. */
export interface PreparedTurn {
  readonly kind: Step['kind'];
  /** The words, or the name of the file. */
  readonly said: string;
  /** Nothing for a typed turn. */
  readonly samples?: Int16Array;
  readonly bargeIn?: { readonly said: string; readonly samples: Int16Array; readonly afterMs: number };
}

export interface PreparedCall {
  /** Rate of the microphone, Hz: that of the first WAV file, so that it is sent as it is. */
  readonly sampleRate: number;
  readonly turns: readonly PreparedTurn[];
}

/** Rate of a call without a file, Hz: what recognisers work at. */
export const DEFAULT_SAMPLE_RATE = 16_000;

/** Makes and reads all audio before the call, so that what is wrong with it is known before anybody is rung up. */
export async function prepareCall(steps: readonly Step[], speak: Speak): Promise<PreparedCall> {
  const spoken: { step: Step; speech?: Speech; bargeIn?: Speech }[] = [];
  for (const step of steps) {
    spoken.push({
      step,
      ...(step.kind === 'say' ? { speech: await speak(step.text) } : {}),
      ...(step.kind === 'wav' ? { speech: await readSpeech(step.file) } : {}),
      ...(step.bargeIn === undefined ? {} : { bargeIn: await speak(step.bargeIn.text) }),
    });
  }
  const sampleRate = spoken.find(({ step }) => step.kind === 'wav')?.speech?.sampleRate ?? DEFAULT_SAMPLE_RATE;
  return {
    sampleRate,
    turns: spoken.map(({ step, speech, bargeIn }) => ({
      kind: step.kind,
      said: step.kind === 'wav' ? step.file : step.text,
      ...(speech === undefined ? {} : { samples: atRate(speech, sampleRate) }),
      ...(step.bargeIn === undefined || bargeIn === undefined
        ? {}
        : {
            bargeIn: { said: step.bargeIn.text, afterMs: step.bargeIn.afterMs, samples: atRate(bargeIn, sampleRate) },
          }),
    })),
  };
}

/** Reads a PCM16 WAV file. Throws a TerminalFailure with one line. */
async function readSpeech(file: string): Promise<Speech> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usageFailure(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`);
  }
  try {
    const wav = decodeWav(bytes);
    if (!(SAMPLE_RATES as readonly number[]).includes(wav.sampleRate)) {
      throw new WavError(`${wav.sampleRate} Hz; the protocol takes ${SAMPLE_RATES.join(', ')}`);
    }
    if (wav.samples.length === 0) throw new WavError('no audio in it');
    return { sampleRate: wav.sampleRate, samples: mono(wav) };
  } catch (error) {
    if (!(error instanceof WavError)) throw error;
    throw usageFailure(`${file} is not a 16-bit PCM WAV file that can be sent: ${error.message}`);
  }
}

const atRate = ({ sampleRate, samples }: Speech, wanted: number): Int16Array =>
  sampleRate === wanted ? samples : toInt16(resample(toFloat32(samples), sampleRate, wanted));
