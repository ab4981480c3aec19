// RNNoise (Valin 2018, https://arxiv.org/abs/1709.08243), as WebAssembly: a small recurrent network that takes noise out of
// speech. The package's own loader looks for a browser; the module itself needs none.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Hz */
export const RNNOISE_RATE = 48_000;
/** Samples that it takes at once: 10 ms. */
export const RNNOISE_FRAME = 480;

const PAGE_BYTES = 65_536;
const FLOAT_BYTES = 4;

// The DOM library declares it; the types of Node do not.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, unknown>>) => { readonly exports: unknown };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What the module exports, under the names that its build has given them (version 0.2.1, which package.json pins). */
interface Exports {
  readonly c: Memory;
  /** Constructors of its globals. */
  readonly d: () => void;
  /** rnnoise_create(model): a state, or 0. */
  readonly f: (model: number) => number;
  readonly g: (bytes: number) => number;
  /** rnnoise_destroy */
  readonly h: (state: number) => void;
  /** rnnoise_process_frame(state, out, in): how likely it is speech, 0 to 1. */
  readonly j: (state: number, out: number, input: number) => number;
}

/** One module for all calls of a process: it works on one frame at a time, and each call has a state of its own in it. */
export class RnNoise {
  private static loaded: RnNoise | undefined;
  private readonly exports: Exports;
  /** Where a frame stands while it is worked on. */
  private readonly frame: number;

  private constructor() {
    const file = createRequire(import.meta.url).resolve('@jitsi/rnnoise-wasm/dist/rnnoise.wasm');
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
      a: {
        a: (bytes: number) => this.grow(bytes),
        b: (to: number, from: number, bytes: number) => this.copy(to, from, bytes),
      },
    });
    this.exports = exports as Exports;
    this.exports.d();
    this.frame = this.exports.g(RNNOISE_FRAME * FLOAT_BYTES);
  }

  /** Loads it with the first call that needs it: 112 KB. Throws when the package is not there. */
  static get shared(): RnNoise {
    this.loaded ??= new RnNoise();
    return this.loaded;
  }

  /** What it has to remember of one call; `close` frees it. */
  open(): RnNoiseState {
    const state = this.exports.f(0);
    if (state === 0) throw new Error('There is no memory for another call without noise.');
    return new RnNoiseState(
      (samples, at) => this.process(state, samples, at),
      () => this.exports.h(state),
    );
  }

  /** Of `samples`, one frame from `at` on, in place. */
  private process(state: number, samples: Int16Array, at: number): void {
    // Made anew each time: memory that has grown has another buffer.
    const floats = new Float32Array(this.exports.c.buffer, this.frame, RNNOISE_FRAME);
    for (let n = 0; n < RNNOISE_FRAME; n += 1) floats[n] = samples[at + n] as number;
    this.exports.j(state, this.frame, this.frame);
    for (let n = 0; n < RNNOISE_FRAME; n += 1) {
      const value = Math.round(floats[n] as number);
      samples[at + n] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
    }
  }

  private grow(bytes: number): number {
    const { c: memory } = this.exports;
    try {
      memory.grow(Math.ceil(((bytes >>> 0) - memory.buffer.byteLength) / PAGE_BYTES));
      return 1;
    } catch {
      return 0; // the module says so to whoever wanted it
    }
  }

  private copy(to: number, from: number, bytes: number): void {
    new Uint8Array(this.exports.c.buffer).copyWithin(to, from, from + bytes);
  }
}

export class RnNoiseState {
  private closed = false;

  constructor(
    private readonly work: (samples: Int16Array, at: number) => void,
    private readonly free: () => void,
  ) {}

  /** Takes the noise out of PCM16 samples of 48 kHz, in place; whole frames. */
  process(samples: Int16Array): void {
    for (let at = 0; !this.closed && at + RNNOISE_FRAME <= samples.length; at += RNNOISE_FRAME) this.work(samples, at);
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.free();
  }
}
