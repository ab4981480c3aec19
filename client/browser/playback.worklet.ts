// Runs on the audio thread of a browser. The function is sent there as source text, so it must not refer to anything
// outside of itself (and a bundler must not put helpers into it, as esbuild's `keepNames` does).

declare class AudioWorkletProcessor {
  readonly port: {
    addEventListener(type: 'message', listener: (event: { readonly data: PlaybackCommand }) => void): void;
    postMessage(message: PlaybackReport, transfer: ArrayBuffer[]): void;
    start(): void;
  };
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
/** Hz and s, of the context that the worklet runs in. */
declare const sampleRate: number;
declare const currentTime: number;

export const PLAYBACK_WORKLET = 'parley-playback';

/** `epoch` counts the flushes: a report of an older one speaks of audio that was thrown away. */
export type PlaybackCommand =
  | { readonly type: 'write'; readonly samples: Float32Array }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'flush'; readonly epoch: number }
  /** 0 to 1; it is reached smoothly. */
  | { readonly type: 'volume'; readonly volume: number };

export interface PlaybackReport {
  readonly epoch: number;
  /** Samples of this epoch that were played. */
  readonly played: number;
  /** Context time at which that was so, s. */
  readonly at: number;
  /** Root mean square of what was played since the last report, before the volume; 0 to 1. */
  readonly level: number;
}

function registerPlayback(): void {
  /** A cut in the middle of a wave is a click; over 5 ms it is not heard. */
  const fadeLength = Math.round(sampleRate * 0.005);
  /** A step so small is no click: -40 dB. */
  const audible = 0.01;
  /** Quanta between two reports: about 20 ms. */
  const reportEvery = Math.max(1, Math.round(sampleRate / 50 / 128));
  /** Of the way to a new volume, a sample: 95 % are done after 60 ms. No click, and nobody waits for it. */
  const volumeStep = 1 - Math.exp(-1 / (0.02 * sampleRate));

  class Playback extends AudioWorkletProcessor {
    private queue: Float32Array[] = [];
    private offset = 0;
    private played = 0;
    private epoch = 0;
    private gain = 1;
    private target = 1;
    private flushTo: number | undefined;
    private quanta = 0;
    /** What was played last, and how much of its fade is left: nothing came in time, in the middle of a sound. */
    private last = 0;
    private fading = 0;
    private dry = false;
    private volume = 1;
    private wantedVolume = 1;
    /** Of the squares of what was played since the last report. */
    private energy = 0;

    constructor() {
      super();
      this.port.addEventListener('message', ({ data }) => this.obey(data));
      this.port.start();
    }

    private obey(command: PlaybackCommand): void {
      if (command.type === 'write') {
        // What comes after a flush must not be faded out with what came before it.
        if (this.flushTo !== undefined) this.drop();
        if (this.dry && this.target === 1) this.gain = 0;
        this.dry = false;
        this.queue.push(command.samples);
      } else if (command.type === 'flush') {
        this.flushTo = command.epoch;
        if (this.queue.length === 0 || this.gain === 0) this.drop();
        else this.target = 0;
      } else if (command.type === 'volume') {
        this.wantedVolume = command.volume;
      } else {
        this.target = command.type === 'pause' ? 0 : 1;
      }
    }

    /** Forgets the queue and begins the epoch that the flush named. */
    private drop(): void {
      this.queue = [];
      this.offset = 0;
      this.played = 0;
      this.epoch = this.flushTo ?? this.epoch;
      this.flushTo = undefined;
      this.gain = 1;
      this.target = 1;
      this.dry = false;
      this.fading = 0;
    }

    process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
      const output = outputs[0]?.[0];
      if (output === undefined) return true;
      for (let n = 0; n < output.length; n += 1) {
        const sample = this.next();
        this.energy += sample * sample;
        this.volume += (this.wantedVolume - this.volume) * volumeStep;
        output[n] = sample * this.volume;
      }
      this.quanta += 1;
      if (this.quanta >= reportEvery) {
        const at = currentTime + output.length / sampleRate;
        const level = Math.sqrt(this.energy / (this.quanta * output.length));
        this.quanta = 0;
        this.energy = 0;
        this.port.postMessage({ epoch: this.epoch, played: this.played, at, level }, []);
      }
      return true;
    }

    private next(): number {
      const chunk = this.queue[0];
      if (chunk === undefined) {
        if (this.flushTo !== undefined) this.drop();
        return this.fade();
      }
      if (this.gain === 0 && this.target === 0) return 0;
      const sample = (chunk[this.offset] ?? 0) * this.gain;
      this.offset += 1;
      this.played += 1;
      if (this.offset >= chunk.length) {
        this.queue.shift();
        this.offset = 0;
      }
      if (this.gain > this.target) this.gain = Math.max(0, this.gain - 1 / fadeLength);
      else if (this.gain < this.target) this.gain = Math.min(1, this.gain + 1 / fadeLength);
      if (this.gain === 0 && this.flushTo !== undefined) this.drop();
      this.last = sample;
      this.fading = this.gain > 0 ? fadeLength : 0;
      return sample;
    }

    /** Lets the last sample die away; what comes after that fades in. */
    private fade(): number {
      if (this.fading === 0) return 0;
      // A sound that had come to its end needs none.
      this.dry ||= Math.abs(this.last) > audible;
      this.fading = this.dry ? this.fading - 1 : 0;
      return (this.last * this.fading) / fadeLength;
    }
  }

  registerProcessor('parley-playback', Playback);
}

/** Source of the worklet module. Serve it under an address of its own where a page's policy forbids blob: scripts. */
export const playbackWorkletSource = `(${registerPlayback.toString()})();`;
