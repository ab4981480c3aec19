// Runs on the audio thread of a browser. The function is sent there as source text, so it must not refer to anything
// outside of itself (and a bundler must not put helpers into it, as esbuild's `keepNames` does).

declare class AudioWorkletProcessor {
  readonly port: { postMessage(message: unknown, transfer: ArrayBuffer[]): void };
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
/** Hz, of the context that the worklet runs in. */
declare const sampleRate: number;

export const CAPTURE_WORKLET = 'parley-capture';

function registerCapture(): void {
  /** A render quantum is 128 samples, under 3 ms: collected to 20 ms, which is what the wire carries. */
  const frameLength = Math.round(sampleRate / 50);

  class Capture extends AudioWorkletProcessor {
    private frame = new Float32Array(frameLength);
    private filled = 0;

    /** Channel 0 of input 0, when a microphone is connected; the output stays silent. */
    process(inputs: Float32Array[][]): boolean {
      let quantum = inputs[0]?.[0] ?? new Float32Array(0);
      while (quantum.length > 0) {
        const taken = Math.min(quantum.length, frameLength - this.filled);
        this.frame.set(quantum.subarray(0, taken), this.filled);
        this.filled += taken;
        quantum = quantum.subarray(taken);
        if (this.filled === frameLength) {
          this.port.postMessage(this.frame, [this.frame.buffer]);
          this.frame = new Float32Array(frameLength);
          this.filled = 0;
        }
      }
      return true;
    }
  }

  registerProcessor('parley-capture', Capture);
}

/** Source of the worklet module. Serve it under an address of its own where a page's policy forbids blob: scripts. */
export const captureWorkletSource = `(${registerCapture.toString()})();`;
