import { Resampler } from '../../audio/resampler.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { VoiceActivityDetector } from '../../vad/vad.port.js';
import type { LikelyAnswers, SttEvent, SttListener, SttStream } from '../stt.port.js';
import { type Final, type RecogniserProcess, unavailable } from './recogniser-process.js';
import { type EndpointingOptions, Segmenter } from '../common/segmenter.js';

export interface PocketsphinxStreamOptions {
  /** Hz, of the audio pushed. */
  readonly sampleRate: number;
  readonly vad: VoiceActivityDetector;
  readonly endpointing: EndpointingOptions;
  /** As in SttOptions. */
  readonly unfinished: (text: string) => boolean;
  /** As in SttOptions. */
  readonly answers: () => LikelyAnswers | undefined;
  /** From the end of an utterance to its words, before the process is given up and replaced, ms. */
  readonly finalTimeoutMs: number;
  /** Gives a process of its own to this stream. Rejects with a ProviderError. */
  acquire(): Promise<RecogniserProcess>;
  release(recogniser: RecogniserProcess): void;
  /** Has the process listen for the call's names, once, if they are there. Called when it may be time. Never rejects. */
  teach(recogniser: RecogniserProcess): Promise<void>;
}

/** What PocketSphinx' English model was trained on, Hz. */
const RATE = 16_000;
/** Audio is handed to the process in pieces of at least this length, ms: each costs a write and a look at the result. */
const PIECE_MS = 100;
/** How long what is left may take when the stream is closed, ms; longer where one utterance may take longer. */
const CLOSE_TIMEOUT_MS = 20_000;
/** A client that stops sending in the middle of a turn has muted itself: that is silence too, ms. */
const NO_AUDIO_MS = 1000;

/** One or two words of less confidence than this were a cough or a door: real ones have more, a soft "bye" apart, 0 to 1. */
const MIN_SHORT_CONFIDENCE = 0.6;
const SHORT_WORDS = 2;

const isMeant = (text: string, confidence: number): boolean =>
  text !== '' && (confidence >= MIN_SHORT_CONFIDENCE || text.split(' ').length > SHORT_WORDS);

/** An utterance whose words are not settled. */
interface Utterance {
  readonly startMs: number;
  /** What came of it before there was a process. */
  readonly early: Uint8Array[];
  ended: boolean;
}

/** One call's recognition: audio is cut into utterances, decoded in a process, and put together as turns. */
export class PocketsphinxStream implements SttStream {
  private readonly resampler: Resampler;
  private readonly segmenter: Segmenter;
  private readonly lateFinal = new Watchdog(() => this.fail(unavailable('did not answer in time')));
  private readonly noAudio = new Watchdog(() => this.settle());
  private readonly lateClose = new Watchdog(() => this.fail(unavailable('did not finish in time')));
  private recogniser: RecogniserProcess | undefined;
  /** A process is taken with the first audio: a call that is only typed needs none. */
  private begun = false;
  /** In order; only the last one may still be growing. */
  private readonly unsettled: Utterance[] = [];
  private batch: Uint8Array[] = [];
  private batchBytes = 0;
  /** The last final of the turn; undefined when the turn has no words. */
  private turnText: string | undefined;
  /** The running utterance's words so far. */
  private partial = '';
  private silenceMs = 0;
  private finalizing = false;
  private closing = false;
  private done = false;

  constructor(
    private readonly options: PocketsphinxStreamOptions,
    private readonly listener: SttListener,
  ) {
    this.resampler = new Resampler(options.sampleRate, RATE);
    this.segmenter = new Segmenter(options.vad, RATE, options.endpointing, {
      speechStarted: (audioMs) => this.emit({ type: 'speech.started', audioMs }),
      speechStopped: (audioMs) => this.emit({ type: 'speech.stopped', audioMs }),
      utteranceStarted: (startMs) => this.startUtterance(startMs),
      audio: (pcm) => this.takeAudio(pcm),
      utteranceEnded: () => this.endUtterance(),
      isUnfinished: () => this.options.unfinished(this.partial),
      silence: (ms) => this.silent(ms),
    });
  }

  push(chunk: Uint8Array): void {
    if (this.done || this.closing) return;
    if (!this.begun) {
      this.begun = true;
      void this.acquire();
    }
    const pcm = this.resampler.push(chunk);
    // The segmenter keeps what it gets, and at equal rates that is the caller's own buffer.
    this.segmenter.push(pcm === chunk ? chunk.slice() : pcm);
    if (this.segmenter.inUtterance || this.turnText !== undefined) this.noAudio.expect('audio', NO_AUDIO_MS);
    else this.noAudio.stop();
  }

  finalize(): void {
    if (this.done || this.closing) return;
    this.finalizing = true;
    this.segmenter.cut();
    queueMicrotask(() => this.mayEndTurn());
  }

  close(): void {
    if (this.done || this.closing) return;
    this.closing = true;
    this.segmenter.cut();
    this.noAudio.stop();
    this.lateClose.expect('end', Math.max(CLOSE_TIMEOUT_MS, this.options.finalTimeoutMs));
    queueMicrotask(() => this.mayClose());
  }

  abort(): void {
    if (this.done) return;
    this.done = true;
    this.segmenter.close();
    for (const watchdog of [this.lateFinal, this.noAudio, this.lateClose]) watchdog.stop();
    if (this.recogniser !== undefined) this.options.release(this.recogniser);
    this.recogniser = undefined;
  }

  private async acquire(): Promise<void> {
    try {
      const recogniser = await this.options.acquire();
      await this.options.teach(recogniser);
      if (this.done) return this.options.release(recogniser);
      this.recogniser = recogniser;
      recogniser.attach({
        partial: (text) => {
          this.partial = text;
          this.emit({ type: 'transcript.partial', text });
        },
        final: (final) => this.settled(final),
        died: (reason) => this.fail(unavailable(reason)),
      });
      this.catchUp(recogniser);
    } catch (error) {
      this.fail(error instanceof ProviderError ? error : unavailable('could not be started'));
    }
  }

  /** Gives the process what was said before it was there. */
  private catchUp(recogniser: RecogniserProcess): void {
    for (const { early, ended } of this.unsettled) {
      recogniser.start();
      for (const piece of early.splice(0)) recogniser.push(piece);
      if (ended) recogniser.end(this.options.answers());
    }
  }

  private startUtterance(startMs: number): void {
    this.partial = '';
    this.unsettled.push({ startMs, early: [], ended: false });
    if (this.recogniser === undefined) return;
    void this.options.teach(this.recogniser);
    this.recogniser.start();
  }

  private takeAudio(pcm: Uint8Array): void {
    this.batch.push(pcm);
    this.batchBytes += pcm.length;
    if (this.batchBytes >= (PIECE_MS * RATE * 2) / 1000) this.flush();
  }

  private flush(): void {
    if (this.batchBytes === 0) return;
    const piece = Buffer.concat(this.batch);
    this.batch = [];
    this.batchBytes = 0;
    if (this.recogniser === undefined) this.unsettled.at(-1)?.early.push(piece);
    else this.recogniser.push(piece);
  }

  private endUtterance(): void {
    this.flush();
    const utterance = this.unsettled.at(-1);
    if (utterance === undefined) return;
    utterance.ended = true;
    this.recogniser?.end(this.options.answers());
    // A process that hangs must not be given more time by utterances that follow.
    if (this.unsettled.length === 1) this.expectFinal();
  }

  private expectFinal(): void {
    if (this.unsettled[0]?.ended === true) this.lateFinal.expect('words', this.options.finalTimeoutMs);
    else this.lateFinal.stop();
  }

  private settled({ final, confidence, words }: Final): void {
    const utterance = this.unsettled.shift();
    this.expectFinal();
    if (utterance !== undefined && isMeant(final, confidence)) {
      const { startMs } = utterance;
      this.turnText = final;
      this.emit({
        type: 'transcript.final',
        text: final,
        confidence,
        words: words.map((word) => ({ ...word, startMs: word.startMs + startMs, endMs: word.endMs + startMs })),
        audioMs: startMs + (words.at(-1)?.endMs ?? 0),
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
    if (this.done || this.unsettled.length > 0) return;
    if (!this.finalizing) {
      if (this.turnText === undefined) return;
      const { endOfTurnSilenceMs, danglingSilenceMs } = this.options.endpointing;
      if (this.silenceMs < (this.options.unfinished(this.turnText) ? danglingSilenceMs : endOfTurnSilenceMs)) return;
    }
    this.finalizing = false;
    this.turnText = undefined;
    this.emit({ type: 'turn.ended' });
  }

  private mayClose(): void {
    if (this.closing && this.unsettled.length === 0) this.finish({ type: 'closed' });
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
