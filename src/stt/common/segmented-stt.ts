// Streaming speech to text out of one-shot speech to text: the caller's audio is cut into utterances by voice activity, and
// each is transcribed when it is over. What every transcriber (a Whisper server, OpenAI's transcriptions) becomes in a call.
import { EnergyVad } from '../../vad/energy/energy-vad.js';
import type { VoiceActivityDetector } from '../../vad/vad.port.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import type { Transcriber } from '../transcriber.port.js';
import { type EndpointingOptions, defaultEndpointing } from './segmenter.js';
import { SegmentedStream } from './segmented-stream.js';

export interface SegmentedSttOptions {
  readonly transcriber: Transcriber;
  /**
   * What tells speech from silence, at most DETECTOR_LAG_MS behind the audio; by its level alone, and at once, when absent.
   * Shared with others: its owner closes it.
   */
  readonly vad?: VoiceActivityDetector;
  readonly endpointing?: Partial<EndpointingOptions>;
  /** Requests of one call at once; more wait. Finals come in order whatever is answered first. */
  readonly maxInFlight?: number;
  /** Most audio of one call that may wait for its words, ms; more is a failure. Longer than what a chain replays (30 s). */
  readonly maxPendingMs?: number;
  /** Sounds shorter than this are not worth a request, ms: a cough, a click. Whisper finds words in them. */
  readonly minSpeechMs?: number;
  /**
   * Transcribe the utterance so far again after every so many ms of it, for partial transcripts; 0 (the default) never
   * does. Each is a request of its own, and longer than the one before: an utterance of 5 s with 1000 ms costs four
   * requests with 10 s of audio besides the final one with 5 s.
   */
  readonly interimEveryMs?: number;
  /** From `close()` to the last words, ms. */
  readonly closeTimeoutMs?: number;
}

const DEFAULTS = {
  maxInFlight: 2,
  maxPendingMs: 60_000,
  minSpeechMs: 100,
  interimEveryMs: 0,
  closeTimeoutMs: 20_000,
};

/** Servers refuse less than a tenth of a second. */
const CHECK_MS = 500;
const CHECK_RATE = 16_000;

/** How far behind the audio a given detector may be, ms: what Silero's own bound is. */
const DETECTOR_LAG_MS = 1000;

export class SegmentedStt implements SpeechToText {
  readonly name: string;
  /**
   * Turns end by silence that is counted in the audio, which goes on while the words are still on their way: a turn is over
   * when both the silence and the words are there, whichever is later. A conversation that counts silence itself would
   * begin to count when the words arrive, and answer that much later.
   */
  readonly endpointing = true;
  readonly model: string | undefined;
  /** What is billed is what is uploaded: no silence, and what is heard in the middle of an utterance twice. */
  readonly tellsUsage = true;
  private readonly vad: VoiceActivityDetector;

  constructor(private readonly options: SegmentedSttOptions) {
    this.name = options.transcriber.name;
    this.model = options.transcriber.model;
    this.vad = options.vad ?? new EnergyVad();
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    const { endpointing, ...own } = this.options;
    const detectorLagMs = own.vad === undefined ? 0 : DETECTOR_LAG_MS;
    const settings = {
      ...DEFAULTS,
      ...own,
      vad: this.vad,
      endpointing: { ...defaultEndpointing, detectorLagMs, ...endpointing },
    };
    return new SegmentedStream(settings, options, listener);
  }

  /** Has some silence transcribed: that of a call never reaches the server. Rejects with a ProviderError. */
  async check(signal: AbortSignal): Promise<void> {
    const pcm = new Uint8Array((CHECK_RATE * 2 * CHECK_MS) / 1000);
    await this.options.transcriber.transcribe({ pcm, sampleRate: CHECK_RATE, language: 'en', keyTerms: [] }, signal);
  }

  async warmUp(): Promise<void> {
    await Promise.all([this.options.transcriber.warmUp?.(), this.vad.warmUp?.()]);
  }

  async close(): Promise<void> {
    await this.options.transcriber.close?.();
  }
}
