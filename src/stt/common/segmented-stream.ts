import { Resampler } from '../../audio/resampler.js';
import { connectionError, timeoutError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { VoiceActivityDetector } from '../../vad/vad.port.js';
import type { SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';
import type { Transcriber, Transcription } from '../transcriber.port.js';
import { listenedFor } from './listened-for.js';
import { InterimTranscript } from './interim-transcript.js';
import { type EndpointingOptions, Segmenter } from './segmenter.js';
import { TranscriptionQueue } from './transcription-queue.js';
import type { Utterance } from './utterance.js';

/** SegmentedSttOptions with every default in place. */
export interface SegmentedSettings {
  readonly transcriber: Transcriber;
  readonly vad: VoiceActivityDetector;
  readonly endpointing: EndpointingOptions;
  readonly maxInFlight: number;
  readonly maxPendingMs: number;
  readonly minSpeechMs: number;
  readonly interimEveryMs: number;
  readonly closeTimeoutMs: number;
}

/** What speech models are trained on, Hz; more is only more to upload. */
const RATE = 16_000;
const BYTES_PER_MS = (RATE * 2) / 1000;
/** A client that stops sending in the middle of a turn has muted itself: that is silence too, ms. */
const NO_AUDIO_MS = 1000;

/** The utterance that is being spoken. */
interface Growing {
  readonly startMs: number;
  readonly audio: Uint8Array[];
  bytes: number;
  /** Speech in it so far, ms; what is between two words of it counts, the silence around it does not. */
  voicedMs: number;
  /** It begins in the middle of speech: the utterance before was cut because it was too long. */
  readonly goesOn: boolean;
}

/** One call's recognition: utterances are cut, transcribed, and put together as turns. */
export class SegmentedStream implements SttStream {
  private readonly resampler: Resampler;
  private readonly segmenter: Segmenter;
  private readonly queue: TranscriptionQueue;
  private readonly interim: InterimTranscript;
  private readonly noAudio = new Watchdog(() => this.settle());
  private readonly lateClose = new Watchdog((what, ms) => this.fail(timeoutError(this.name, what, ms)));
  private growing: Growing | undefined;
  /** Where the speech that goes on began; undefined in silence, ms. */
  private speechFromMs: number | undefined;
  private speechEndMs = 0;
  /** The last utterance ended in the middle of speech. */
  private cutInSpeech = false;
  /** The last final of the turn; undefined when the turn has no words. */
  private turnText: string | undefined;
  private silenceMs = 0;
  /** Utterances that have to be settled before `finalize` is answered; undefined when it is not waited for. */
  private finalizeAfter: number | undefined;
  /** Utterances sent to be transcribed, and those whose words are there. */
  private sent = 0;
  private answered = 0;
  private closing = false;
  private done = false;

  constructor(
    private readonly settings: SegmentedSettings,
    private readonly options: SttOptions,
    private readonly listener: SttListener,
  ) {
    this.resampler = new Resampler(options.sampleRate, RATE);
    this.segmenter = new Segmenter(settings.vad, RATE, settings.endpointing, {
      speechStarted: (audioMs) => this.speechStarted(audioMs),
      speechStopped: (audioMs) => this.speechStopped(audioMs),
      utteranceStarted: (startMs) => {
        this.growing = { startMs, audio: [], bytes: 0, voicedMs: 0, goesOn: this.cutInSpeech };
        this.cutInSpeech = false;
      },
      audio: (pcm) => this.takeAudio(pcm),
      utteranceEnded: () => this.endUtterance(),
      silence: (ms) => this.silent(ms),
    });
    const transcribe = (pcm: Uint8Array, signal: AbortSignal): Promise<Transcription> => this.transcribe(pcm, signal);
    this.queue = new TranscriptionQueue(({ pcm }, signal) => transcribe(pcm, signal), settings.maxInFlight, {
      settled: (utterance, transcription) => this.settled(utterance, transcription),
      failed: (error) => this.fail(error instanceof ProviderError ? error : connectionError(this.name, error)),
    });
    this.interim = new InterimTranscript(settings.interimEveryMs * BYTES_PER_MS, transcribe, (text) => {
      // Words of an utterance before this one are still on their way: theirs come first.
      if (this.queue.isEmpty) this.emit({ type: 'transcript.partial', text });
    });
  }

  push(chunk: Uint8Array): void {
    if (this.done || this.closing) return;
    const pcm = this.resampler.push(chunk);
    // The segmenter keeps what it gets, and at equal rates that is the caller's own buffer.
    this.segmenter.push(pcm === chunk ? new Uint8Array(chunk) : pcm);
    if (this.growing !== undefined || this.turnText !== undefined) this.noAudio.expect('audio', NO_AUDIO_MS);
    else this.noAudio.stop();
  }

  finalize(): void {
    if (this.done || this.closing) return;
    this.segmenter.cut();
    this.finalizeAfter = this.sent;
    queueMicrotask(() => this.mayEndTurn());
  }

  close(): void {
    if (this.done || this.closing) return;
    this.closing = true;
    this.segmenter.cut();
    this.noAudio.stop();
    this.lateClose.expect('last words', this.settings.closeTimeoutMs);
    queueMicrotask(() => this.mayClose());
  }

  abort(): void {
    if (this.done) return;
    this.done = true;
    this.growing = undefined;
    this.segmenter.close();
    this.queue.abort();
    this.interim.abort();
    this.noAudio.stop();
    this.lateClose.stop();
  }

  private get name(): string {
    return this.settings.transcriber.name;
  }

  private transcribe(pcm: Uint8Array, signal: AbortSignal): Promise<Transcription> {
    const keyTerms = listenedFor(this.options);
    const { language } = this.options;
    const { name: provider, model = '' } = this.settings.transcriber;
    const amounts = { audioSeconds: pcm.length / BYTES_PER_MS / 1000 };
    this.options.onUsage?.({ kind: 'stt', provider, model, amounts });
    return this.settings.transcriber.transcribe({ pcm, sampleRate: RATE, language, keyTerms }, signal);
  }

  private speechStarted(audioMs: number): void {
    this.speechFromMs = audioMs;
    this.silenceMs = 0;
    this.emit({ type: 'speech.started', audioMs });
  }

  private speechStopped(audioMs: number): void {
    if (this.growing !== undefined) this.growing.voicedMs += audioMs - (this.speechFromMs ?? audioMs);
    this.speechFromMs = undefined;
    this.speechEndMs = audioMs;
    this.emit({ type: 'speech.stopped', audioMs });
  }

  private takeAudio(pcm: Uint8Array): void {
    const { growing } = this;
    if (growing === undefined) return; // aborted by the listener
    growing.audio.push(pcm);
    growing.bytes += pcm.length;
    if (growing.bytes + this.queue.bytes > this.settings.maxPendingMs * BYTES_PER_MS) return this.overflow();
    if (this.speechFromMs !== undefined) this.interim.grown(growing.audio, growing.bytes);
  }

  private endUtterance(): void {
    const { growing } = this;
    this.growing = undefined;
    this.interim.abort();
    if (growing === undefined) return;
    const { startMs, audio, bytes, goesOn } = growing;
    const audioEndMs = startMs + bytes / BYTES_PER_MS;
    this.cutInSpeech = this.speechFromMs !== undefined;
    const endMs = this.cutInSpeech ? audioEndMs : Math.min(this.speechEndMs, audioEndMs);
    if (this.cutInSpeech) {
      growing.voicedMs += audioEndMs - (this.speechFromMs ?? audioEndMs);
      this.speechFromMs = audioEndMs; // the rest is the next one's
    }
    if (growing.voicedMs < this.settings.minSpeechMs && !goesOn) return;
    this.sent += 1;
    this.queue.add({ startMs, endMs, pcm: Buffer.concat(audio, bytes) });
  }

  private settled({ startMs, endMs }: Utterance, { text, words, confidence }: Transcription): void {
    this.answered += 1;
    if (text !== '') {
      const placed = words.map((word) => ({ ...word, startMs: word.startMs + startMs, endMs: word.endMs + startMs }));
      this.turnText = text;
      this.emit({
        type: 'transcript.final',
        text,
        words: placed,
        confidence: confidence ?? 0, // a transcriber that does not say how sure it is vouches for nothing
        audioMs: placed.at(-1)?.endMs ?? endMs,
      });
    }
    this.mayEndTurn();
    this.mayClose();
  }

  private silent(ms: number): void {
    this.silenceMs = ms;
    if (this.turnText !== undefined) this.mayEndTurn();
  }

  /** The client has stopped sending: what it said so far is all there is. */
  private settle(): void {
    this.segmenter.cut();
    this.silenceMs = Number.POSITIVE_INFINITY;
    this.mayEndTurn();
  }

  private mayEndTurn(): void {
    if (this.done || !(this.finalizeAfter === undefined ? this.isSilent() : this.answered >= this.finalizeAfter))
      return;
    this.finalizeAfter = undefined;
    this.turnText = undefined;
    this.emit({ type: 'turn.ended' });
  }

  /** Whether the turn has words, all of them, and silence after them. */
  private isSilent(): boolean {
    if (this.turnText === undefined || this.growing !== undefined || !this.queue.isEmpty) return false;
    const { endOfTurnSilenceMs, danglingSilenceMs } = this.settings.endpointing;
    return (
      this.silenceMs >= (this.options.unfinished?.(this.turnText) === true ? danglingSilenceMs : endOfTurnSilenceMs)
    );
  }

  private mayClose(): void {
    if (this.closing && this.queue.isEmpty) this.finish({ type: 'closed' });
  }

  private overflow(): void {
    this.fail(
      new ProviderError(`${this.name}: more than ${this.settings.maxPendingMs} ms of audio wait for their words`, {
        provider: this.name,
        code: 'timeout',
        retryable: true,
      }),
    );
  }

  private fail(error: ProviderError): void {
    this.finish({ type: 'failed', error });
  }

  private finish(event: SttEvent): void {
    if (this.done) return;
    this.abort();
    this.listener(event);
  }

  private emit(event: SttEvent): void {
    if (!this.done) this.listener(event);
  }
}
