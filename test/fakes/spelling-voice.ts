// A voice that spells: every character of a text is a stretch of equal samples, marked with who spoke it, so that what was
// spoken can be read back from the audio, to the character.
import { ProviderError } from '../../src/provider/provider.port.js';
import type { Word } from '../../src/stt/stt.port.js';
import type { TextToSpeech, TtsEvent, TtsListener, TtsOptions, TtsStream } from '../../src/tts/tts.port.js';

/** Hz; at this rate a character has a whole number of samples. */
export const SPELLING_RATE = 1300;
/** Characters spoken in a second. */
const CHARS_PER_S = 13;

export interface VoicePlan {
  /** Dies when its stream has spoken so many characters (a fraction breaks one off); 0 cannot connect. */
  readonly failsAfterChars?: number;
  /** Dies with `ended` instead of `failed`. */
  readonly closes?: boolean;
  readonly error?: ProviderError;
}

export interface VoiceOptions {
  readonly name?: string;
  /** Word timings: none, all before the first audio, or as far as the audio has come. */
  readonly timings?: 'none' | 'ahead' | 'along';
  /** Characters in a chunk of audio. */
  readonly chunkChars?: number;
  /** Speaks so many times as fast as assumed. */
  readonly pace?: number;
  /** The plan of each stream, in the order of opening, and of the streams beyond those. */
  readonly plans?: readonly VoicePlan[];
  readonly later?: VoicePlan;
}

export class SpellingVoice implements TextToSpeech {
  readonly name: string;
  readonly asked: TtsOptions[] = [];
  running = 0;

  /** @param mark 1 to 100: who speaks, in the samples */
  constructor(
    readonly mark: number,
    private readonly options: VoiceOptions = {},
  ) {
    this.name = options.name ?? `v${mark}`;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const plan = this.options.plans?.[this.asked.length] ?? this.options.later ?? {};
    this.asked.push(options);
    this.running += 1;
    return new SpellingStream(this, options.sampleRate, this.options, plan, (event) => {
      if (event === undefined || event.type === 'ended' || event.type === 'failed') this.running -= 1;
      if (event !== undefined) listener(event);
    });
  }
}

class SpellingStream implements TtsStream {
  private readonly queue: string[] = [];
  private segment = 0;
  private at = 0;
  private spoken = 0;
  private ending = false;
  private working = false;
  private done = false;
  private readonly samplesPerChar: number;

  /** `tell` gets undefined when the stream was aborted. */
  constructor(
    private readonly voice: SpellingVoice,
    private readonly sampleRate: number,
    private readonly options: VoiceOptions,
    private readonly plan: VoicePlan,
    private readonly tell: (event: TtsEvent | undefined) => void,
  ) {
    this.samplesPerChar = Math.round(sampleRate / CHARS_PER_S / (options.pace ?? 1));
    if (plan.failsAfterChars === 0) queueMicrotask(() => this.die());
  }

  speak(segment: number, text: string): void {
    if (this.done) return;
    if (segment !== this.segment + this.queue.length) throw new RangeError(`segment ${segment} out of turn`);
    if (text.trim() === '') throw new RangeError('a blank segment');
    this.queue.push(text);
    this.work();
  }

  end(): void {
    this.ending = true;
    this.work();
  }

  abort(): void {
    if (this.done) return;
    this.done = true;
    this.tell(undefined);
  }

  /** One step at a time, giving way to everything else. */
  private work(): void {
    if (this.working || this.done) return;
    this.working = true;
    setImmediate(() => {
      this.working = false;
      if (this.done) return;
      const text = this.queue[0];
      if (text === undefined) {
        if (this.ending) this.end_({ type: 'ended' });
        return;
      }
      if (this.at < text.length) this.sayMore(text);
      else this.segmentEnded();
      this.work();
    });
  }

  private sayMore(text: string): void {
    const { failsAfterChars = Infinity } = this.plan;
    const { chunkChars = 4, timings = 'none' } = this.options;
    if (timings === 'ahead' && this.at === 0) this.tellWords(text, text.length);
    const wanted = Math.min(chunkChars, text.length - this.at);
    const chars = Math.min(wanted, failsAfterChars - this.spoken);
    const samples = new Int16Array(Math.floor(chars * this.samplesPerChar));
    samples.forEach((_, i) => {
      const char = text.charCodeAt(this.at + Math.floor(i / this.samplesPerChar));
      samples[i] = this.voice.mark * 256 + char;
    });
    this.at += chars;
    this.spoken += chars;
    if (timings === 'along') this.tellWords(text, this.at);
    if (samples.length > 0) this.emit({ type: 'audio', segment: this.segment, chunk: new Uint8Array(samples.buffer) });
    if (this.spoken >= failsAfterChars) this.die();
  }

  private tellWords(text: string, to: number): void {
    const msPerChar = (this.samplesPerChar * 1000) / this.sampleRate;
    const words = [...text.matchAll(/\S+/g)]
      .filter((run) => run.index + run[0].length <= to)
      .map((run): Word => {
        const endMs = (run.index + run[0].length) * msPerChar;
        return { text: run[0], startMs: run.index * msPerChar, endMs };
      });
    if (words.length > 0) this.emit({ type: 'words', segment: this.segment, words });
  }

  private segmentEnded(): void {
    const { segment } = this;
    this.queue.shift();
    this.segment += 1;
    this.at = 0;
    this.emit({ type: 'segment.ended', segment });
  }

  private die(): void {
    const details = { provider: this.voice.name, code: 'unavailable', retryable: true } as const;
    const error = this.plan.error ?? new ProviderError('It broke.', details);
    this.end_(this.plan.closes === true ? { type: 'ended' } : { type: 'failed', segment: this.segment, error });
  }

  private emit(event: TtsEvent): void {
    if (!this.done) this.tell(event);
  }

  private end_(event: TtsEvent): void {
    if (this.done) return;
    this.done = true;
    this.tell(event);
  }
}

/** What one voice said. */
export interface Spelled {
  readonly mark: number;
  readonly text: string;
  /** Its last character was broken off. */
  readonly broken: boolean;
}

/** Reads audio back: who said what, one after another. A character of which less than half is there is left out. */
export function spelled(audio: Uint8Array, samplesPerChar = SPELLING_RATE / CHARS_PER_S): Spelled[] {
  const samples = new Int16Array(new Uint8Array(audio).buffer); // a copy: a Buffer is a view of more
  const parts: Spelled[] = [];
  for (let at = 0; at < samples.length;) {
    const mark = (samples[at] ?? 0) >> 8;
    let end = at;
    while (end < samples.length && (samples[end] ?? 0) >> 8 === mark) end += 1;
    let text = '';
    for (let char = at; char + samplesPerChar / 2 <= end; char += samplesPerChar) {
      text += String.fromCharCode((samples[char] ?? 0) & 255);
    }
    parts.push({ mark, text, broken: (end - at) % samplesPerChar !== 0 });
    at = end;
  }
  return parts;
}
