// Cuts one call's audio into utterances by voice activity, counted in audio and not in time. Pure bookkeeping around the
// detector: what to decode, when an utterance is over, when the turn is.
import type { VadStream, VoiceActivityDetector } from '../../vad/vad.port.js';

export interface EndpointingOptions {
  /** Silence after which an utterance's words are settled, ms. Pauses between words are shorter. */
  readonly finalSilenceMs: number;
  /** Silence that ends a turn, ms. */
  readonly endOfTurnSilenceMs: number;
  /** The same when the words dangle ("send it to", "client five zero"), ms. */
  readonly danglingSilenceMs: number;
  /** Audio before the onset that is decoded too: detection takes a moment, and words begin softly, ms. */
  readonly preRollMs: number;
  /** How far behind the audio the detector may be when it reports an onset, ms: so much more audio is kept for it. */
  readonly detectorLagMs: number;
  /** Longest utterance; a longer one is settled and goes on as the next, ms. */
  readonly maxUtteranceMs: number;
}

export const defaultEndpointing: EndpointingOptions = {
  finalSilenceMs: 450,
  endOfTurnSilenceMs: 750,
  danglingSilenceMs: 1500,
  preRollMs: 300,
  detectorLagMs: 0,
  maxUtteranceMs: 30_000,
};

export interface SegmenterListener {
  speechStarted(audioMs: number): void;
  speechStopped(audioMs: number): void;
  /** An utterance begins; `startMs` is where its first audio lies. */
  utteranceStarted(startMs: number): void;
  audio(pcm: Uint8Array): void;
  utteranceEnded(): void;
  /** Whether the words so far dangle, so that the utterance should not be ended yet. */
  isUnfinished?(): boolean;
  /** It has been silent for `silenceMs` since the last speech. Called for every piece of silence after an utterance. */
  silence(silenceMs: number): void;
}

export class Segmenter {
  private vad: VadStream;
  /** Where the present detector began to listen, ms. */
  private detectorStartMs = 0;
  private readonly bytesPerMs: number;
  private readonly preRoll: Uint8Array[] = [];
  private preRollBytes = 0;
  private receivedMs = 0;
  private utteranceStartMs: number | undefined;
  private speaking = false;
  private speechEndMs = 0;

  /** `sampleRate` of the audio that will be pushed, Hz. */
  constructor(
    private readonly detector: VoiceActivityDetector,
    private readonly sampleRate: number,
    private readonly options: EndpointingOptions,
    private readonly listener: SegmenterListener,
  ) {
    this.bytesPerMs = (sampleRate * 2) / 1000;
    this.vad = this.listen();
  }

  /** Whether an utterance is being decoded. */
  get inUtterance(): boolean {
    return this.utteranceStartMs !== undefined;
  }

  /** `pcm` is kept: it must not change afterwards. */
  push(pcm: Uint8Array): void {
    const wasIn = this.inUtterance;
    this.receivedMs += pcm.length / this.bytesPerMs;
    this.remember(pcm);
    this.vad.push(pcm);
    // The chunk in which speech was found has gone with the pre-roll.
    if (wasIn && this.inUtterance) this.listener.audio(pcm);
    if (this.utteranceStartMs !== undefined) this.mayEnd(this.utteranceStartMs);
    if (!this.speaking) this.listener.silence(this.receivedMs - this.speechEndMs);
  }

  /**
   * Ends the utterance now, if there is one, whatever the detector says. Speech that goes on is a new onset, which has no
   * part in what was heard before.
   */
  cut(): void {
    this.preRoll.length = 0;
    this.preRollBytes = 0;
    this.vad.close();
    this.detectorStartMs = this.receivedMs;
    this.vad = this.listen();
    if (this.speaking) this.fellSilent(this.receivedMs);
    this.endUtterance();
  }

  close(): void {
    this.vad.close();
  }

  private listen(): VadStream {
    const startMs = this.detectorStartMs;
    return this.detector.open({ sampleRate: this.sampleRate }, (event) => {
      if (event.type === 'speech.started') this.begin(startMs + event.audioMs);
      else this.fellSilent(startMs + event.audioMs);
    });
  }

  private endUtterance(): void {
    if (!this.inUtterance) return;
    this.utteranceStartMs = undefined;
    this.listener.utteranceEnded();
  }

  private begin(onsetMs: number): void {
    this.speaking = true;
    this.listener.speechStarted(onsetMs);
    if (this.inUtterance) return;
    const wanted = this.chunksFrom(onsetMs - this.options.preRollMs);
    const bytes = wanted.reduce((sum, chunk) => sum + chunk.length, 0);
    const startMs = this.receivedMs - bytes / this.bytesPerMs;
    this.utteranceStartMs = startMs;
    this.listener.utteranceStarted(startMs);
    for (const chunk of wanted) this.listener.audio(chunk);
  }

  /** The kept chunks that hold audio from `fromMs` on, as far back as there are any. */
  private chunksFrom(fromMs: number): Uint8Array[] {
    let endMs = this.receivedMs;
    let first = this.preRoll.length;
    while (first > 0 && endMs > fromMs) {
      first -= 1;
      endMs -= (this.preRoll[first]?.length ?? 0) / this.bytesPerMs;
    }
    return this.preRoll.slice(first);
  }

  private fellSilent(atMs: number): void {
    this.speaking = false;
    this.speechEndMs = atMs;
    this.listener.speechStopped(atMs);
  }

  private mayEnd(startMs: number): void {
    const { finalSilenceMs, danglingSilenceMs } = this.options;
    // Who pauses in the middle of a number goes on, and its halves are understood together only.
    const patience = this.listener.isUnfinished?.() === true ? danglingSilenceMs : finalSilenceMs;
    const silent = !this.speaking && this.receivedMs - this.speechEndMs >= patience;
    if (silent) this.endUtterance();
    else if (this.receivedMs - startMs >= this.options.maxUtteranceMs) {
      this.endUtterance();
      if (!this.speaking) return;
      this.utteranceStartMs = this.receivedMs;
      this.listener.utteranceStarted(this.receivedMs);
    }
  }

  private remember(pcm: Uint8Array): void {
    this.preRoll.push(pcm);
    this.preRollBytes += pcm.length;
    const { preRollMs, detectorLagMs } = this.options;
    const enough = (preRollMs + detectorLagMs) * this.bytesPerMs;
    let first = this.preRoll[0];
    while (first !== undefined && this.preRollBytes - first.length >= enough) {
      this.preRoll.shift();
      this.preRollBytes -= first.length;
      first = this.preRoll[0];
    }
  }
}
