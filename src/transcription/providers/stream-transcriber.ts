import { primaryLanguage } from '../../bounds/language-tag.port.js';
import { closedEarlyError, timeoutError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { SpeechToText, SttEvent, SttStream, Word } from '../../stt/stt.port.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../../stt/transcriber.port.js';
import type { WorkSlots } from '../work-slots.js';

export interface StreamTranscriberOptions {
  /** BCP-47: the language of a request that names none, and the only one (by its first part) that is recognised. */
  readonly language: string;
  /** Files at once and how many wait: recognition on this machine takes a whole core. */
  readonly slots: WorkSlots;
  /** Speech that is pushed before its words are settled, ms of audio; further speech goes at a microphone's pace. */
  readonly leadMs?: number;
  /** Added to twice the audio's length, the longest that one file may take, ms. */
  readonly patienceMs?: number;
}

/** Audio pushed at a time, ms: a few frames of the recogniser's, and an end to each stretch of our own work. */
const PIECE_MS = 100;
const LEAD_MS = 10_000;
const PATIENCE_MS = 60_000;

/** A recogniser for live calls as one for files. */
export class StreamTranscriber implements Transcriber {
  readonly name: string;

  constructor(
    private readonly stt: SpeechToText,
    private readonly options: StreamTranscriberOptions,
  ) {
    this.name = stt.name;
  }

  async warmUp(): Promise<void> {
    await this.stt.warmUp?.();
  }

  async close(): Promise<void> {
    await this.stt.close?.();
  }

  async transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription> {
    const { language, slots } = this.options;
    if (request.language !== undefined && primaryLanguage(request.language) !== primaryLanguage(language)) {
      throw new ProviderError(`${this.name} recognises ${language} only`, {
        provider: this.name,
        code: 'bad_request',
        retryable: false,
      });
    }
    return slots.run(signal, () => new Recognition(this.stt, request, this.options, signal).run());
  }
}

/** One file's way through a stream, faster than real time and never far ahead of what is recognised. */
class Recognition {
  private readonly finals: Extract<SttEvent, { type: 'transcript.final' }>[] = [];
  private readonly ended = Promise.withResolvers<void>();
  private readonly deadline = new Watchdog((what, ms) => this.ended.reject(timeoutError(this.stt.name, what, ms)));
  private over = false;
  private closing = false;
  private isSpeech = false;
  private pushedMs = 0;
  /** Where pieces of speech end whose words are not settled, ms, in order. */
  private unsettled: number[] = [];
  private wake: () => void = () => undefined;

  constructor(
    private readonly stt: SpeechToText,
    private readonly request: TranscriberRequest,
    private readonly options: StreamTranscriberOptions,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<Transcription> {
    const { sampleRate, pcm } = this.request;
    const { language, patienceMs = PATIENCE_MS } = this.options;
    const durationMs = (pcm.length / 2 / sampleRate) * 1000;
    // No key terms: a local recogniser makes a language model of them, seconds of this process for any stranger's words.
    const stream = this.stt.open({ sampleRate, language, keyTerms: [] }, (event) => this.take(event));
    const onAbort = (): void => this.ended.reject(this.signal.reason as Error);
    this.signal.addEventListener('abort', onAbort, { once: true });
    this.deadline.expect('transcript', durationMs * 2 + patienceMs);
    // Whichever way it ends, `push` must not go on.
    this.ended.promise.then(this.stop, this.stop);
    try {
      await this.push(stream);
      await this.ended.promise;
    } finally {
      this.deadline.stop();
      this.signal.removeEventListener('abort', onAbort);
      stream.abort();
    }
    return this.transcription();
  }

  private readonly stop = (): void => {
    this.over = true;
    this.wake();
  };

  private async push(stream: SttStream): Promise<void> {
    const { pcm, sampleRate } = this.request;
    const pieceBytes = Math.round((sampleRate * PIECE_MS) / 1000) * 2;
    for (let at = 0; at < pcm.length && !this.over; at += pieceBytes) {
      const piece = pcm.subarray(at, at + pieceBytes);
      stream.push(piece);
      this.pushedMs += (piece.length / 2 / sampleRate) * 1000;
      if (this.isSpeech) this.unsettled.push(this.pushedMs);
      await this.pace();
    }
    if (this.over) return;
    this.closing = true;
    stream.close();
  }

  /**
   * Lets events come in after every piece. In speech, when enough of it is with the recogniser, the next piece goes when
   * that says something, at the latest at a microphone's pace, which every recogniser can take. Silence costs it nothing.
   */
  private pace(): Promise<void> {
    const { leadMs = LEAD_MS } = this.options;
    const isAhead = this.isSpeech && this.unsettled.length * PIECE_MS > leadMs;
    return new Promise((resolve) => {
      if (!isAhead) {
        setImmediate(resolve);
        return;
      }
      const timer = setTimeout(resolve, PIECE_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private take(event: SttEvent): void {
    if (event.type === 'speech.started' || event.type === 'transcript.partial') this.isSpeech = true;
    if (event.type === 'speech.stopped' || event.type === 'turn.ended') this.isSpeech = false;
    if (event.type === 'transcript.final') this.finals.push(event);
    if (event.type === 'transcript.final') this.unsettled = this.unsettled.filter((endMs) => endMs > event.audioMs);
    if (event.type === 'turn.ended') this.unsettled = [];
    if (event.type === 'failed') this.ended.reject(event.error);
    if (event.type === 'closed') this.closed();
    this.wake();
  }

  private closed(): void {
    if (this.closing) this.ended.resolve();
    else this.ended.reject(closedEarlyError(this.stt.name, 'the stream'));
  }

  private transcription(): Transcription {
    const words: Word[] = this.finals.flatMap((final) => final.words);
    const letters = this.finals.reduce((sum, { text }) => sum + text.length, 0);
    const certainty = this.finals.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
    return {
      text: this.finals.map(({ text }) => text).join(' '),
      language: this.options.language,
      words,
      confidence: letters === 0 ? undefined : certainty / letters,
    };
  }
}
