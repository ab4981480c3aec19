// What a voice's adapter tells its listener, in the order that the port promises: the audio of one segment after another,
// at the rate that was asked for, one end, and nothing after it.
import { Resampler } from '../../audio/resampler.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { Word } from '../../stt/stt.port.js';
import type { TtsEvent, TtsListener } from '../tts.port.js';
import { WholeSamples } from './whole-samples.js';

/** Audio is resampled in slices, so that the first sound of a large chunk does not wait until all of it is done, ms. */
const SLICE_MS = 100;

export class SegmentOutput {
  private readonly resampler: Resampler;
  private readonly samples = new WholeSamples();
  private readonly bytesPerMs: number;
  private readonly sliceBytes: number;
  private segment = 0;
  private bytes = 0;
  private over = false;

  /** @param providerRate Hz of the audio that comes in @param sampleRate Hz of the audio that goes out */
  constructor(
    providerRate: number,
    sampleRate: number,
    private readonly listener: TtsListener,
  ) {
    this.resampler = new Resampler(providerRate, sampleRate);
    this.bytesPerMs = (providerRate * 2) / 1000;
    this.sliceBytes = Math.round((providerRate * SLICE_MS) / 1000) * 2;
  }

  /** The segment that is being spoken, or that will be next. */
  get current(): number {
    return this.segment;
  }

  /** Audio of the current segment so far, ms. */
  get currentMs(): number {
    return this.bytes / this.bytesPerMs;
  }

  get isOver(): boolean {
    return this.over;
  }

  /** Audio of the current segment, PCM16 mono at the provider's rate; may begin or end in the middle of a sample. */
  audio(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    const whole = this.samples.push(chunk);
    for (let at = 0; at < whole.length && !this.over; at += this.sliceBytes) {
      this.send(this.resampler.push(whole.subarray(at, at + this.sliceBytes)));
    }
  }

  /** All timings of the current segment so far. */
  words(words: readonly Word[]): void {
    if (!this.over && words.length > 0) this.listener({ type: 'words', segment: this.segment, words });
  }

  /** All audio of the current segment is there. */
  segmentEnded(): void {
    this.send(this.resampler.flush());
    if (this.over) return; // the listener has aborted
    this.samples.reset();
    this.bytes = 0;
    this.segment += 1;
    this.listener({ type: 'segment.ended', segment: this.segment - 1 });
  }

  /** The last event of a stream that has spoken everything. */
  ended(): void {
    this.finish({ type: 'ended' });
  }

  /** The last event of a stream that cannot go on. */
  failed(error: ProviderError): void {
    this.finish({ type: 'failed', segment: this.segment, error });
  }

  /** Nothing is told any more. Idempotent. */
  silence(): void {
    this.over = true;
  }

  private send(chunk: Uint8Array): void {
    if (!this.over && chunk.length > 0) this.listener({ type: 'audio', segment: this.segment, chunk });
  }

  private finish(event: TtsEvent): void {
    if (this.over) return;
    this.over = true;
    this.listener(event);
  }
}
