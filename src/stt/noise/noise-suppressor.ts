import { bytesOf, samplesOf } from '../../audio/pcm16.js';
import { Resampler } from '../../audio/resampler.js';
import { RNNOISE_FRAME, RNNOISE_RATE, RnNoise, type RnNoiseState } from './rnnoise.js';

/** How much later a sample comes out than it went in, ms: a frame of 10 ms, and what the filters look ahead. */
export const SUPPRESSOR_DELAY_MS = 20;

/**
 * Takes the noise out of one call's audio, chunk by chunk: as many samples come out as went in, SUPPRESSOR_DELAY_MS later,
 * however the audio is cut.
 */
export class NoiseSuppressor {
  private readonly up: Resampler;
  private readonly down: Resampler;
  private readonly state: RnNoiseState;
  /** At 48 kHz, less than a frame. */
  private waiting = new Int16Array(0);
  /** What came out and is not due yet. */
  private ready: Int16Array;

  /** @param sampleRate of the audio, Hz */
  constructor(sampleRate: number, rnnoise = RnNoise.shared) {
    this.up = new Resampler(sampleRate, RNNOISE_RATE);
    this.down = new Resampler(RNNOISE_RATE, sampleRate);
    this.state = rnnoise.open();
    this.ready = new Int16Array(Math.ceil((sampleRate * SUPPRESSOR_DELAY_MS) / 1000));
  }

  /** PCM16 of any even length in and out. */
  push(chunk: Uint8Array): Uint8Array {
    const due = chunk.length >> 1;
    const raised = joined(this.waiting, samplesOf(this.up.push(chunk)));
    const whole = raised.length - (raised.length % RNNOISE_FRAME);
    this.waiting = raised.slice(whole);
    const frames = raised.subarray(0, whole);
    this.state.process(frames);
    const ready = joined(this.ready, samplesOf(this.down.push(bytesOf(frames))));
    this.ready = ready.slice(due);
    return bytesOf(ready.slice(0, due));
  }

  /** Frees what it holds; what is pushed afterwards comes out as it is. Idempotent. */
  close(): void {
    this.state.close();
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  const all = new Int16Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
