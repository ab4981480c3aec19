// An AudioWorklet without a browser, for specs: runs a worklet module's source as a browser would, in a global scope of
// its own, one render quantum at a time.
import { runInNewContext } from 'node:vm';

/** W3C Web Audio, section 1.32: a render quantum is 128 frames. */
const QUANTUM = 128;

type Listener = (event: { readonly data: unknown }) => void;

interface Processor {
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

export class AudioThread {
  /** What the processor posted. */
  readonly posted: unknown[] = [];
  readonly name: string;
  readonly #processor: Processor;
  readonly #scope: { currentTime: number; readonly sampleRate: number };
  readonly #listeners: Listener[] = [];

  constructor(source: string, sampleRate: number) {
    const { posted } = this;
    const listeners = this.#listeners;
    const registered: [string, new () => Processor][] = [];
    class AudioWorkletProcessor {
      readonly port = {
        addEventListener: (_type: string, listener: Listener) => listeners.push(listener),
        start: () => undefined,
        postMessage: (message: unknown) => posted.push(message),
      };
    }
    this.#scope = { currentTime: 0, sampleRate };
    const globals = Object.assign(this.#scope, {
      AudioWorkletProcessor,
      registerProcessor: (name: string, processor: new () => Processor) => registered.push([name, processor]),
    });
    runInNewContext(source, globals);
    const [entry] = registered;
    if (entry === undefined) throw new Error('the module registered no processor');
    [this.name] = entry;
    this.#processor = new entry[1]();
  }

  /** A message from the main thread. */
  tell(data: unknown): void {
    for (const listener of this.#listeners) listener({ data });
  }

  /** Renders `quanta` blocks of 128 samples; `input` is a microphone. Returns what went to the loudspeaker. */
  render(quanta: number, input: (n: number) => number = () => 0): number[] {
    const heard: number[] = [];
    for (let block = 0; block < quanta; block += 1) {
      const captured = Float32Array.from({ length: QUANTUM }, (_, n) => input(block * QUANTUM + n));
      const output = new Float32Array(QUANTUM);
      if (!this.#processor.process([[captured]], [[output]])) throw new Error('the processor gave up');
      this.#scope.currentTime += QUANTUM / this.#scope.sampleRate;
      heard.push(...output);
    }
    return heard;
  }
}
