import { Resampler } from '../../audio/resampler.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { TtsListener, TtsStream } from '../tts.port.js';
import { FLITE, type Flite, type FliteSpeech, type FliteVoice } from '../../flite/flite.js';
import { latin } from './latin.js';

export interface FliteStreamOptions {
  readonly flite: Flite;
  readonly voice: FliteVoice;
  readonly timeoutMs: number;
  readonly maxSegmentMs: number;
  /** Hz, of the audio delivered. */
  readonly sampleRate: number;
}

/** Audio is delivered in pieces of this length, ms: small enough to be dropped in time when the caller interrupts. */
const PIECE_MS = 40;
/** The segment being delivered and the one after it, so that no pause is heard between sentences. */
const RUNS_AT_ONCE = 2;

/** One reply's speech: runs of flite in order, one ahead of the one being delivered. */
export class FliteStream implements TtsStream {
  private readonly controller = new AbortController();
  private readonly waiting: { segment: number; text: string }[] = [];
  private readonly runs: { segment: number; result: Promise<FliteSpeech> }[] = [];
  private delivering = false;
  private ending = false;
  private done = false;

  constructor(
    private readonly options: FliteStreamOptions,
    private readonly listener: TtsListener,
  ) {}

  speak(segment: number, text: string): void {
    if (this.done || this.ending) return;
    this.waiting.push({ segment, text });
    this.run();
  }

  end(): void {
    if (this.ending) return;
    this.ending = true;
    queueMicrotask(() => this.endWhenOut());
  }

  abort(): void {
    this.done = true;
    this.waiting.length = 0;
    this.controller.abort(new DOMException('The speech was stopped.', 'AbortError'));
  }

  private run(): void {
    while (this.runs.length < RUNS_AT_ONCE) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      const result = this.speech(next.text);
      result.catch(() => undefined); // whoever delivers the segment looks at the failure
      this.runs.push({ segment: next.segment, result });
      if (!this.delivering) void this.deliver();
    }
  }

  private async speech(written: string): Promise<FliteSpeech> {
    const text = latin(written);
    if (text === undefined) {
      throw failure('bad_request', 'flite speaks English in Latin letters only: give the agent another voice');
    }
    const { flite, voice, timeoutMs, maxSegmentMs: maxMs } = this.options;
    return flite.speak({ text, voice, timeoutMs, maxMs, signal: this.controller.signal });
  }

  private async deliver(): Promise<void> {
    this.delivering = true;
    for (let current = this.runs[0]; current !== undefined && !this.done; current = this.runs[0]) {
      const { segment, result } = current;
      try {
        this.play(segment, await result);
      } catch (error) {
        return this.fail(segment, error);
      }
      if (this.done) return;
      this.runs.shift();
      this.listener({ type: 'segment.ended', segment });
      this.run();
    }
    this.delivering = false;
    this.endWhenOut();
  }

  private play(segment: number, { pcm, sampleRate }: FliteSpeech): void {
    const resampler = new Resampler(sampleRate, this.options.sampleRate);
    const bytes = Math.floor((sampleRate * PIECE_MS) / 1000) * 2;
    for (let at = 0; at < pcm.length; at += bytes) this.send(segment, resampler.push(pcm.subarray(at, at + bytes)));
    this.send(segment, resampler.flush());
  }

  private send(segment: number, chunk: Uint8Array): void {
    if (chunk.length > 0 && !this.done) this.listener({ type: 'audio', segment, chunk });
  }

  private endWhenOut(): void {
    if (this.done || !this.ending || this.delivering || this.runs.length > 0) return;
    this.done = true;
    this.listener({ type: 'ended' });
  }

  private fail(segment: number, error: unknown): void {
    if (this.done) return;
    this.abort();
    this.listener({
      type: 'failed',
      segment,
      error: error instanceof ProviderError ? error : failure('unavailable', 'flite failed unexpectedly'),
    });
  }
}

const failure = (code: 'bad_request' | 'unavailable', message: string): ProviderError =>
  new ProviderError(message, { provider: FLITE, code, retryable: code === 'unavailable' });
