import type { OpenAI } from 'openai';
import { closedEarlyError, timeoutError } from '../../provider/failure.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';

export const OPENAI = 'openai';

export interface SpeechDeadlines {
  /** From the request to its first audio, ms. */
  readonly firstAudioMs: number;
  /** Between two pieces of audio, ms. */
  readonly audioMs: number;
}

export interface SpeechHandlers {
  /** Whole samples, never empty. */
  audio(chunk: Uint8Array): void;
  ended(): void;
  failed(error: ProviderError): void;
}

/** One request to audio/speech. Silent after `abort()`; its last word is `ended` or `failed`. */
export class SpeechRequest {
  private readonly controller = new AbortController();
  private readonly watchdog: Watchdog;
  private expired: ProviderError | undefined;
  private isAborted = false;
  /** Resolves when reading may go on; `undefined` when it may now. */
  private paused: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    private readonly client: { get(): Promise<OpenAI> },
    private readonly params: OpenAI.Audio.SpeechCreateParams,
    private readonly deadlines: SpeechDeadlines,
    private readonly handlers: SpeechHandlers,
  ) {
    this.watchdog = new Watchdog((what, ms) => {
      this.expired = timeoutError(OPENAI, what, ms);
      this.controller.abort();
    });
    void this.run();
  }

  /** Reads no further for now, so that the provider is held back by TCP. Time that passes meanwhile does not count. */
  pause(): void {
    if (this.paused !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.paused = { promise, resolve };
  }

  resume(): void {
    this.paused?.resolve();
    this.paused = undefined;
  }

  /** Cancels the request. Idempotent. */
  abort(): void {
    this.isAborted = true;
    this.watchdog.stop();
    this.controller.abort();
    this.resume();
  }

  private async run(): Promise<void> {
    const outcome = await this.read();
    this.watchdog.stop();
    if (this.isAborted) return;
    if (outcome === undefined) this.handlers.ended();
    else this.handlers.failed(outcome);
  }

  /** Why it failed; `undefined` when all audio has been read. */
  private async read(): Promise<ProviderError | undefined> {
    const samples = new WholeSamples();
    let hasAudio = false;
    try {
      const reader = await this.request();
      for (;;) {
        await this.untilResumed();
        const { value, done } = await reader.read();
        if (this.isAborted) return undefined;
        if (done) break;
        this.watchdog.expect('further audio', this.deadlines.audioMs);
        const whole = samples.push(value);
        if (whole.length === 0) continue;
        hasAudio = true;
        this.handlers.audio(whole);
      }
    } catch (error) {
      return this.expired ?? fromOpenAiError(OPENAI, error);
    }
    if (this.expired !== undefined) return this.expired;
    return hasAudio ? undefined : closedEarlyError(OPENAI, 'the speech');
  }

  private async request(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    this.watchdog.expect('first audio', this.deadlines.firstAudioMs);
    const client = await this.client.get();
    const response = await client.audio.speech.create(this.params, { signal: this.controller.signal });
    if (response.body === null) throw closedEarlyError(OPENAI, 'the speech');
    return (response.body as ReadableStream<Uint8Array>).getReader();
  }

  private async untilResumed(): Promise<void> {
    const { paused } = this;
    if (paused === undefined) return;
    this.watchdog.stop();
    await paused.promise;
    if (!this.isAborted) this.watchdog.expect('further audio', this.deadlines.audioMs);
  }
}

/** Puts samples together that were split between two chunks. */
class WholeSamples {
  private odd: number | undefined;

  /** The whole samples so far, at an even offset of their memory when they had to be copied. */
  push(chunk: Uint8Array): Uint8Array {
    let bytes = chunk;
    if (this.odd !== undefined) {
      bytes = new Uint8Array(chunk.length + 1);
      bytes[0] = this.odd;
      bytes.set(chunk, 1);
      this.odd = undefined;
    }
    if (bytes.length % 2 === 0) return bytes;
    this.odd = bytes.at(-1);
    return bytes.subarray(0, -1);
  }
}
