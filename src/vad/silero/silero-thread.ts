import { Worker } from 'node:worker_threads';
import { Watchdog } from '../../provider/watchdog.js';
import { CallRing, type RingListener } from './call-ring.js';
import type { FromWorker, ToWorker, WorkerSettings } from './silero-wire.js';

/** Loading the library and the model takes 0.2 s, on a machine that does nothing else, ms. */
const START_MS = 30_000;
/** Longest that a living thread leaves a question unanswered, ms: it answers between two runs of the model. */
const ANSWER_MS = 10_000;
/** Longest that it takes to end once it was asked to, ms. */
const END_MS = 2000;

/**
 * A thread that decides on the audio of many calls. Ends once: by `end`, or with `onLost`. It alone does not keep the process
 * alive, except while it starts or ends.
 */
export class SileroThread {
  private readonly worker: Worker;
  private readonly calls = new Map<number, RingListener>();
  private readonly watchdog = new Watchdog((what) => this.lose(`did not ${what} in time`));
  private readonly started = Promise.withResolvers<void>();
  private readonly gone = Promise.withResolvers<void>();
  private readonly ringFrames: number;
  private readonly frameSamples: number;
  private lastId = 0;
  private isOver = false;
  private isReady = false;
  private asked = false;

  /**
   * @param script the thread's program, see silero-worker.ts
   * @param ringFrames audio of a call that may wait for a decision, frames
   * @param onLost told once when the thread ends by itself; `reason` continues "the thread ..."
   */
  constructor(
    script: URL,
    settings: WorkerSettings,
    ringFrames: number,
    private readonly onLost: (reason: string, wasReady: boolean) => void,
  ) {
    this.ringFrames = ringFrames;
    this.frameSamples = settings.frameSamples;
    this.started.promise.catch(() => undefined); // whoever does not wait for it hears of it by `onLost`
    // Nothing of this program's environment, which holds its keys.
    this.worker = new Worker(script, { workerData: settings, env: {}, execArgv: [] });
    this.worker.on('message', (message: FromWorker) => this.take(message));
    this.worker.on('error', (error: Error) => this.lose(`failed: ${error.message}`));
    this.worker.on('exit', (code) => {
      this.lose(`ended with code ${code}`);
      this.gone.resolve();
    });
    // Last: to listen for messages is to wait for them. What is expected of it keeps the process alive, by its deadline.
    this.worker.unref();
    this.watchdog.expect('start', START_MS);
  }

  /** Resolves when the model is loaded, rejects when it cannot be. */
  get ready(): Promise<void> {
    return this.started.promise;
  }

  /** Whether the model is loaded. */
  get loaded(): boolean {
    return this.isReady;
  }

  /** Resolves when nothing of it is left, however it ended. */
  get ended(): Promise<void> {
    return this.gone.promise;
  }

  /** Begins to decide on a call's audio, which goes into the ring. Call `close` with the same ring's id. */
  open(listener: RingListener): { readonly ring: CallRing; close(): void } {
    const id = (this.lastId += 1);
    const ring = new CallRing(this.ringFrames, this.frameSamples);
    this.calls.set(id, listener);
    this.send({ op: 'open', id, memory: ring.memory });
    return {
      ring,
      close: () => {
        if (this.calls.delete(id)) this.send({ op: 'close', id });
      },
    };
  }

  /** To be called when a call's ring is full: makes sure that the thread is busy, and not stuck. */
  check(): void {
    if (this.asked || !this.isReady || this.isOver) return;
    this.asked = true;
    this.watchdog.expect('answer', ANSWER_MS);
    this.send({ op: 'ping' });
  }

  /** Ends the thread; resolves when it is gone. Idempotent. */
  async end(): Promise<void> {
    if (!this.isOver) {
      const calls = [...this.calls.values()];
      this.over('was stopped');
      for (const call of calls) call.lost();
      // By itself, since ending a thread inside the native library can take the whole process along.
      this.send({ op: 'end' });
      this.worker.ref();
    }
    const late = setTimeout(() => void this.worker.terminate(), END_MS);
    await this.gone.promise;
    clearTimeout(late);
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private take(message: FromWorker): void {
    if (this.isOver) return;
    if ('event' in message) this.calls.get(message.id)?.event(message.event);
    else if ('dropped' in message) this.calls.get(message.id)?.dropped();
    else {
      this.watchdog.stop();
      this.asked = false;
      if ('pong' in message) return;
      this.isReady = true;
      this.started.resolve();
    }
  }

  private lose(reason: string): void {
    if (this.isOver) return;
    const calls = [...this.calls.values()];
    this.over(reason);
    void this.worker.terminate();
    this.onLost(reason, this.isReady);
    for (const call of calls) call.lost();
  }

  private over(reason: string): void {
    this.isOver = true;
    this.watchdog.stop();
    this.calls.clear();
    this.started.reject(new Error(`the thread ${reason}`));
  }
}
