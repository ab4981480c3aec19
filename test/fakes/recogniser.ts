// Speech whose words are written into its samples, and a recogniser that reads them there: a word that the recogniser did
// not hear, heard twice or heard at another time shows in its transcript. One sample a millisecond, so times are easy.
import { ProviderError } from '../../src/provider/provider.port.js';
import type { SpeechToText, SttEvent, SttListener, SttOptions, SttStream, Word } from '../../src/stt/stt.port.js';

/** Hz. */
export const SPEECH_RATE = 1000;
/** A sample of word n is this plus n: well above what counts as silence. */
const WORD_BASE = 0x2000;
export const WORD_MS = 60;
const EAGER_MS = 150;
export const END_OF_TURN_MS = 300;
/** Part of a word that must be heard to recognise it. */
const ENOUGH = 0.6;

export interface Speech {
  readonly audio: Uint8Array;
  /** Every word said, with its time in the audio. */
  readonly words: readonly Word[];
  /** The words of each turn. */
  readonly turns: readonly string[];
}

/** Turns of words: each inner list holds the pauses after its words, ms; `gapMs` of silence follows each turn. */
export function speak(turns: readonly (readonly number[])[], gapMs: number): Speech {
  const samples: number[] = [];
  const words: Word[] = [];
  const spoken: string[] = [];
  for (const pauses of turns) {
    const turn: string[] = [];
    for (const pause of pauses) {
      const text = `w${words.length}`;
      const startMs = samples.length;
      for (let i = 0; i < WORD_MS; i += 1) samples.push(WORD_BASE + words.length);
      words.push({ text, startMs, endMs: samples.length, confidence: 1 });
      turn.push(text);
      for (let i = 0; i < pause; i += 1) samples.push(0);
    }
    spoken.push(turn.join(' '));
    for (let i = 0; i < gapMs; i += 1) samples.push(0);
  }
  return { audio: new Uint8Array(Int16Array.from(samples).buffer), words, turns: spoken };
}

/** What one stream does besides recognising. */
export interface StreamPlan {
  /** Dies when so much audio was pushed into it, ms; 0 cannot connect; absent never dies. */
  readonly failsAfterMs?: number;
  /** Hears nothing of the last so many ms before it dies. */
  readonly deafMs?: number;
  /** Dies with `closed` instead of `failed`. */
  readonly closes?: boolean;
  readonly error?: ProviderError;
}

export interface RecogniserOptions {
  readonly name?: string;
  readonly endpointing?: boolean;
  /** How far behind the audio it recognises, ms. */
  readonly lagMs?: number;
  /** Settles words into a final so many at a time; the end of a turn settles the rest. */
  readonly finalEvery?: number;
  /** The plan of each stream, in the order of opening. */
  readonly plans?: readonly StreamPlan[];
  /** The plan of streams beyond those; by default they never die. */
  readonly later?: StreamPlan;
}

/** A provider's recogniser. Counts what it is used for. */
export class WordRecogniser implements SpeechToText {
  readonly name: string;
  readonly endpointing: boolean;
  /** Streams opened, and those that nobody has ended. */
  opened = 0;
  running = 0;

  constructor(readonly options: RecogniserOptions = {}) {
    this.name = options.name ?? 'words';
    this.endpointing = options.endpointing ?? true;
  }

  open({ sampleRate }: SttOptions, listener: SttListener): SttStream {
    if (sampleRate !== SPEECH_RATE) throw new RangeError(`the speech has ${SPEECH_RATE} Hz`);
    const plan = this.options.plans?.[this.opened] ?? this.options.later ?? {};
    this.opened += 1;
    this.running += 1;
    return new WordStream(this.name, this.endpointing, this.options, plan, (event) => {
      if (event === undefined || event.type === 'failed' || event.type === 'closed') this.running -= 1;
      if (event !== undefined) listener(event);
    });
  }
}

class WordStream implements SttStream {
  private readonly samples: number[] = [];
  private at = 0;
  private run = { id: -1, from: 0 };
  private pending: Word[] = [];
  private hasFinals = false;
  private turn: string[] = [];
  private speaking = false;
  private eager = false;
  private silentMs = 0;
  private done = false;

  /** `tell` gets undefined when the stream was aborted. */
  constructor(
    private readonly name: string,
    private readonly endpointing: boolean,
    private readonly options: RecogniserOptions,
    private readonly plan: StreamPlan,
    private readonly tell: (event: SttEvent | undefined) => void,
  ) {
    if (plan.failsAfterMs === 0) queueMicrotask(() => this.die());
  }

  push(chunk: Uint8Array): void {
    if (this.done) return;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let i = 0; i + 1 < chunk.length; i += 2) this.samples.push(view.getInt16(i, true));
    const { failsAfterMs = Infinity } = this.plan;
    this.recognise(this.hearable() - (this.options.lagMs ?? 0));
    if (this.samples.length >= failsAfterMs) this.die();
  }

  finalize(): void {
    if (this.done) return;
    this.recognise(this.hearable());
    this.endTurn(true);
  }

  close(): void {
    if (this.done) return;
    this.recognise(this.hearable());
    this.endRun();
    this.settle(1);
    queueMicrotask(() => this.end({ type: 'closed' }));
  }

  abort(): void {
    if (this.done) return;
    this.done = true;
    this.tell(undefined);
  }

  private hearable(): number {
    const { failsAfterMs = Infinity, deafMs = 0 } = this.plan;
    return Math.min(this.samples.length, failsAfterMs - deafMs);
  }

  private die(): void {
    const { closes = false, error } = this.plan;
    const details = { provider: this.name, code: 'unavailable', retryable: true } as const;
    this.end(closes ? { type: 'closed' } : { type: 'failed', error: error ?? new ProviderError('It broke.', details) });
  }

  private recognise(to: number): void {
    for (; this.at < to && !this.done; this.at += 1) {
      const id = (this.samples[this.at] ?? 0) - WORD_BASE;
      if (id !== this.run.id) {
        this.endRun();
        this.run = { id, from: this.at };
      }
      if (id < 0) this.silence();
      else this.sound();
    }
  }

  private sound(): void {
    this.silentMs = 0;
    if (!this.speaking) {
      this.speaking = true;
      this.emit({ type: 'speech.started', audioMs: this.at });
    }
    if (this.eager) {
      this.eager = false;
      this.emit({ type: 'turn.resumed' });
    }
  }

  private silence(): void {
    this.silentMs += 1;
    if (this.silentMs === EAGER_MS && this.endpointing && this.turnText() !== '') {
      this.eager = true;
      this.emit({ type: 'turn.eager', text: this.turnText() });
    }
    if (this.silentMs === END_OF_TURN_MS) this.endTurn(false);
  }

  /** A stretch of equal samples is over: a word, if enough of it was heard. */
  private endRun(): void {
    const { id, from } = this.run;
    this.run = { id: -1, from: this.at };
    if (id < 0 || this.at - from < WORD_MS * ENOUGH) return;
    this.pending.push({ text: `w${id}`, startMs: from, endMs: this.at, confidence: 1 });
    this.emit({ type: 'transcript.partial', text: this.pending.map(({ text }) => text).join(' ') });
    this.settle(this.options.finalEvery ?? Infinity);
  }

  private settle(least: number): void {
    const words = this.pending;
    if (words.length === 0 || words.length < least) return;
    this.pending = [];
    this.hasFinals = true;
    const text = words.map((word) => word.text).join(' ');
    this.turn.push(text);
    this.emit({ type: 'transcript.final', text, words, confidence: 1, audioMs: words.at(-1)?.endMs ?? 0 });
  }

  private endTurn(asked: boolean): void {
    this.endRun();
    this.settle(1);
    if (this.speaking) this.emit({ type: 'speech.stopped', audioMs: this.at });
    const ends = asked || (this.endpointing && this.hasFinals);
    this.speaking = false;
    this.eager = false;
    this.hasFinals = false;
    this.turn = [];
    if (ends) this.emit({ type: 'turn.ended' });
  }

  private turnText(): string {
    return [...this.turn, ...this.pending.map(({ text }) => text)].join(' ');
  }

  private emit(event: SttEvent): void {
    if (!this.done) this.tell(event);
  }

  private end(event: SttEvent): void {
    if (this.done) return;
    this.done = true;
    this.tell(event);
  }
}
