// A voice whose provider answers one request a segment: the next segment's request is under way while one is spoken.
import type { ProviderError } from '../../provider/provider.port.js';
import type { TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { SegmentOutput } from './segment-output.js';
import { SpeechRequest } from './speech-request.js';
import type { SpeechPiece, SpeechProvider } from './speech-request.js';

/** A segment whose request is under way. */
interface Speaking {
  readonly request: SpeechRequest;
  /** What came before the segment's turn. */
  ahead: SpeechPiece[];
  aheadBytes: number;
  /** How the request ended, when it has. */
  outcome: 'ended' | ProviderError | undefined;
}

/** A segment being spoken and the one after it, so that no pause is heard between two sentences. */
const AT_ONCE = 2;

export interface RequestStreamOptions {
  readonly provider: SpeechProvider;
  /** Of the audio that comes, Hz. */
  readonly providerRate: number;
  /** Audio that is read ahead for the segment after the one being spoken, ms; then its request is held back. */
  readonly maxAheadMs: number;
}

/** One reply's speech. */
export class RequestStream implements TtsStream {
  private readonly output: SegmentOutput;
  private readonly maxAheadBytes: number;
  private readonly texts: string[] = [];
  /** At most two; the first is the one being spoken. */
  private readonly speaking: Speaking[] = [];
  private isEnding = false;

  constructor(
    private readonly options: RequestStreamOptions,
    { sampleRate }: TtsOptions,
    listener: TtsListener,
  ) {
    this.output = new SegmentOutput(options.providerRate, sampleRate, listener);
    this.maxAheadBytes = (options.maxAheadMs * options.providerRate * 2) / 1000;
  }

  speak(_segment: number, text: string): void {
    if (this.output.isOver || this.isEnding) return;
    this.texts.push(text);
    this.startNext();
  }

  end(): void {
    if (this.output.isOver || this.isEnding) return;
    this.isEnding = true;
    if (this.speaking.length > 0) return;
    queueMicrotask(() => {
      this.output.ended();
    });
  }

  abort(): void {
    this.output.silence();
    this.release();
  }

  private startNext(): void {
    while (!this.output.isOver && this.speaking.length < AT_ONCE) {
      const text = this.texts.shift();
      if (text === undefined) return;
      const request: SpeechRequest = new SpeechRequest(this.options.provider, text, {
        piece: (piece) => {
          this.pieceCame(speaking, piece);
        },
        over: (error) => {
          this.requestOver(speaking, error ?? 'ended');
        },
      });
      const speaking: Speaking = { request, ahead: [], aheadBytes: 0, outcome: undefined };
      this.speaking.push(speaking);
    }
  }

  private pieceCame(speaking: Speaking, piece: SpeechPiece): void {
    if (speaking === this.speaking[0]) return this.play(piece);
    speaking.ahead.push(piece);
    speaking.aheadBytes += piece.audio?.length ?? 0;
    if (speaking.aheadBytes >= this.maxAheadBytes) speaking.request.pause();
  }

  private requestOver(speaking: Speaking, outcome: 'ended' | ProviderError): void {
    speaking.outcome = outcome;
    if (speaking === this.speaking[0]) this.goOn();
  }

  /** Ends the segment being spoken if its audio is out, and gives the next one its turn. */
  private goOn(): void {
    for (let current = this.speaking[0]; current !== undefined; current = this.speaking[0]) {
      if (current.outcome === undefined) return current.request.resume();
      if (current.outcome !== 'ended') return this.fail(current.outcome);
      // Taken off first: the listener of the end may speak or abort.
      this.speaking.shift();
      this.output.segmentEnded();
      if (this.output.isOver) return;
      this.startNext();
      const next = this.speaking[0];
      for (const piece of next?.ahead.splice(0) ?? []) this.play(piece);
    }
    if (this.isEnding) this.output.ended();
  }

  private play({ audio, words }: SpeechPiece): void {
    if (words !== undefined) this.output.words(words);
    if (audio !== undefined) this.output.audio(audio);
  }

  private fail(error: ProviderError): void {
    this.release();
    this.output.failed(error);
  }

  private release(): void {
    this.texts.length = 0;
    for (const { request } of this.speaking.splice(0)) request.abort();
  }
}
