import { resample } from '../audio/resampler.js';
import { toFloat32, toInt16 } from '../audio/pcm.js';
import { encodeWav, stereo } from './wav.js';

export interface CallRecorderOptions {
  /** Rate of the caller's side and of the file, Hz. */
  readonly callerRate: number;
  /** Rate of the agent's side, Hz. */
  readonly agentRate: number;
  /** Time of the file's first sample, ms; as the clock that the pieces are stamped with. */
  readonly startedAt: number;
  /** Longest recording, ms; what comes later is left out. One hour when absent. */
  readonly maxMs?: number;
}

const MAX_MS = 3_600_000;

/** A piece that begins this near to the end of the one before continues it: times are rounded to samples. */
const CONTIGUOUS_SAMPLES = 4;

/** One side of the call: pieces of audio at their places in time. */
class Track {
  readonly #pieces: { readonly at: number; readonly samples: Int16Array }[] = [];
  #end = 0;

  constructor(
    readonly rate: number,
    readonly maxSamples: number,
  ) {}

  /** Puts samples at `ms` after the start, or right after what is there already when that is later. */
  add(samples: Int16Array, ms: number): void {
    const wanted = Math.round((ms * this.rate) / 1000);
    const at = Math.abs(wanted - this.#end) <= CONTIGUOUS_SAMPLES ? this.#end : Math.max(wanted, this.#end);
    const kept = samples.slice(0, Math.max(0, this.maxSamples - at));
    if (kept.length === 0) return;
    this.#pieces.push({ at, samples: kept });
    this.#end = at + kept.length;
  }

  samples(): Int16Array {
    const all = new Int16Array(this.#end);
    for (const { at, samples } of this.#pieces) all.set(samples, at);
    return all;
  }
}

/** Keeps both sides of a call as they were said and heard, each at its real time. */
export class CallRecorder {
  readonly #options: CallRecorderOptions;
  readonly #caller: Track;
  readonly #agent: Track;

  constructor(options: CallRecorderOptions) {
    this.#options = options;
    const seconds = (options.maxMs ?? MAX_MS) / 1000;
    this.#caller = new Track(options.callerRate, Math.floor(seconds * options.callerRate));
    this.#agent = new Track(options.agentRate, Math.floor(seconds * options.agentRate));
  }

  /** What the microphone sent, with the time of its first sample, ms. */
  caller(samples: Int16Array, atMs: number): void {
    this.#caller.add(samples, atMs - this.#options.startedAt);
  }

  /** What was heard of the agent, with the time of its first sample, ms. */
  agent(samples: Int16Array, atMs: number): void {
    this.#agent.add(samples, atMs - this.#options.startedAt);
  }

  /** A WAV file: the caller on the left, the agent on the right, at the caller's rate. */
  wav(): Uint8Array {
    const { callerRate, agentRate } = this.#options;
    const agent = this.#agent.samples();
    const right = agentRate === callerRate ? agent : toInt16(resample(toFloat32(agent), agentRate, callerRate));
    return encodeWav({ sampleRate: callerRate, channels: 2, samples: stereo(this.#caller.samples(), right) });
  }
}
