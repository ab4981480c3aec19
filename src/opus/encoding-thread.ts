import { Worker } from 'node:worker_threads';
import { Watchdog } from '../provider/watchdog.js';
import type { FromThread, ThreadSettings, ToThread } from './opus-wire.js';
import type { EncoderThread } from './packet-encoder.js';

export interface EncodingThreadListener {
  answered(answer: FromThread): void;
  /** It has ended by itself, or was ended because it hung; once. `reason` continues "the thread ...". */
  lost(reason: string): void;
  /** Whether it owes an answer. */
  isWaitedFor(): boolean;
}

export interface EncodingThreadOptions {
  /** Longest that it answers nobody although somebody waits, its start included, ms. */
  readonly answerMs?: number;
  /** Another program for the thread than opus-worker.ts (tests). */
  readonly worker?: URL;
}

const ANSWER_MS = 10_000;
/** Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind. */
const WORKER = new URL(`./opus-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** A thread with encoders in it. It alone does not keep the process alive. */
export class EncodingThread implements EncoderThread {
  private readonly worker: Worker;
  private readonly watchdog: Watchdog;
  private watched = false;
  private over = false;

  private readonly answerMs: number;

  constructor(
    settings: ThreadSettings,
    private readonly listener: EncodingThreadListener,
    { answerMs = ANSWER_MS, worker = WORKER }: EncodingThreadOptions = {},
  ) {
    this.answerMs = answerMs;
    this.watchdog = new Watchdog((_what, ms) => this.lose(`answered nothing for ${ms} ms`));
    // Nothing of this program's environment, which holds its keys.
    this.worker = new Worker(worker, { workerData: settings, env: {}, execArgv: [] });
    this.worker.on('message', (answer: FromThread) => this.take(answer));
    this.worker.on('error', (error: Error) => this.lose(`failed: ${error.message}`));
    this.worker.on('exit', (code) => this.lose(`ended with code ${code}`));
    // Last: to listen for messages is to wait for them.
    this.worker.unref();
  }

  send(message: ToThread): void {
    if (this.over) return;
    this.worker.postMessage(message);
    if (message.op !== 'open' && !this.watched) {
      this.watched = true;
      this.watchdog.expect('encode', this.answerMs);
    }
  }

  /** Ends it at once. Idempotent. */
  async end(): Promise<void> {
    this.over = true;
    this.watchdog.stop();
    await this.worker.terminate();
  }

  private take(answer: FromThread): void {
    if (this.over) return;
    this.listener.answered(answer);
    if (this.listener.isWaitedFor()) this.watchdog.touch();
    else {
      this.watchdog.stop();
      this.watched = false;
    }
  }

  private lose(reason: string): void {
    if (this.over) return;
    void this.end();
    this.listener.lost(reason);
  }
}
