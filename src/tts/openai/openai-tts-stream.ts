import type { ProviderError } from '../../provider/provider.port.js';
import type { TtsEvent, TtsListener, TtsStream } from '../tts.port.js';
import { SpeechRequest } from './speech-request.js';
import type { SpeechHandlers } from './speech-request.js';

/** Makes the request of one segment. */
export type Speaker = (text: string, handlers: SpeechHandlers) => SpeechRequest;

/** Changes the rate of one segment's audio; the rest comes at the end. */
export interface SegmentResampler {
  push(chunk: Uint8Array): Uint8Array;
  flush(): Uint8Array;
}

/** A segment whose request is under way. */
interface Speaking {
  readonly segment: number;
  readonly request: SpeechRequest;
  readonly resampler: SegmentResampler;
  /** Audio that came before the segment's turn. */
  ahead: Uint8Array[];
  aheadBytes: number;
  /** How the request ended, when it has. */
  outcome: 'ended' | ProviderError | undefined;
}

/** A segment being spoken and the one after it, so that no pause is heard between two sentences. */
const AT_ONCE = 2;

/** 100 ms at 24 kHz. */
const SLICE_BYTES = 4800;

export interface OpenAiTtsStreamOptions {
  readonly speaker: Speaker;
  readonly makeResampler: () => SegmentResampler;
  /** Audio that is read ahead for the segment after the one being spoken, bytes; then its request is held back. */
  readonly maxAheadBytes: number;
}

/** One reply's speech: a request per segment, the next one's started while the current one streams. */
export class OpenAiTtsStream implements TtsStream {
  private queue: { readonly segment: number; readonly text: string }[] = [];
  /** At most two; the first is the one being spoken. */
  private speaking: Speaking[] = [];
  private isEnding = false;
  private isDone = false;

  constructor(
    private readonly options: OpenAiTtsStreamOptions,
    private readonly listener: TtsListener,
  ) {}

  speak(segment: number, text: string): void {
    if (this.isDone || this.isEnding) return;
    this.queue.push({ segment, text });
    this.startNext();
  }

  end(): void {
    if (this.isDone || this.isEnding) return;
    this.isEnding = true;
    if (this.speaking.length > 0) return;
    queueMicrotask(() => {
      this.finish({ type: 'ended' });
    });
  }

  abort(): void {
    this.release();
  }

  private startNext(): void {
    while (!this.isDone && this.speaking.length < AT_ONCE) {
      const next = this.queue.shift();
      if (next === undefined) return;
      const request: SpeechRequest = this.options.speaker(next.text, {
        audio: (chunk) => {
          this.audioCame(speaking, chunk);
        },
        ended: () => {
          this.requestOver(speaking, 'ended');
        },
        failed: (error) => {
          this.requestOver(speaking, error);
        },
      });
      const speaking: Speaking = {
        segment: next.segment,
        request,
        resampler: this.options.makeResampler(),
        ahead: [],
        aheadBytes: 0,
        outcome: undefined,
      };
      this.speaking.push(speaking);
    }
  }

  private audioCame(speaking: Speaking, chunk: Uint8Array): void {
    if (speaking === this.speaking[0]) return this.resample(speaking, chunk);
    speaking.ahead.push(chunk);
    speaking.aheadBytes += chunk.length;
    if (speaking.aheadBytes >= this.options.maxAheadBytes) speaking.request.pause();
  }

  private requestOver(speaking: Speaking, outcome: 'ended' | ProviderError): void {
    speaking.outcome = outcome;
    if (speaking === this.speaking[0]) this.goOn();
  }

  /** Ends the segment being spoken if its audio is out, and gives the next one its turn. */
  private goOn(): void {
    for (let current = this.speaking[0]; current !== undefined; current = this.speaking[0]) {
      const { segment, outcome } = current;
      if (outcome === undefined) return current.request.resume();
      if (outcome !== 'ended') return this.finish({ type: 'failed', segment, error: outcome });
      this.play(current, current.resampler.flush());
      if (this.isDone) return;
      this.speaking.shift();
      this.listener({ type: 'segment.ended', segment });
      this.startNext();
      const next = this.speaking[0];
      if (next !== undefined) this.playAhead(next);
    }
    if (this.isEnding) this.finish({ type: 'ended' });
  }

  private playAhead(speaking: Speaking): void {
    const { ahead } = speaking;
    speaking.ahead = [];
    speaking.aheadBytes = 0;
    for (const chunk of ahead) this.resample(speaking, chunk);
  }

  /** In slices, so that the first sound of a large chunk does not wait until all of it has been resampled. */
  private resample(speaking: Speaking, chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.isDone; at += SLICE_BYTES) {
      this.play(speaking, speaking.resampler.push(chunk.subarray(at, at + SLICE_BYTES)));
    }
  }

  private play(speaking: Speaking, chunk: Uint8Array): void {
    if (this.isDone || chunk.length === 0) return;
    this.listener({ type: 'audio', segment: speaking.segment, chunk });
  }

  private finish(event: TtsEvent): void {
    if (this.isDone) return;
    this.release();
    this.listener(event);
  }

  private release(): void {
    this.isDone = true;
    this.queue = [];
    for (const { request } of this.speaking) request.abort();
    this.speaking = [];
  }
}
