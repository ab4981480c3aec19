// A recogniser that hears what the scenario says, when it says it: the server around it is the real one.
import type { SpeechToText, SttEvent, SttListener, SttOptions, SttStream } from '../../src/stt/stt.port.js';
import { joinWords } from '../../src/conversation/words.js';

/** How long it takes to settle a turn that was committed, ms. */
const FINALIZE_MS = 20;
/** The end of speech is told so long after it, ms: as Silero's and Deepgram's hangover. */
export const SPEECH_END_MS = 200;

export interface ScriptedSpeech {
  /** A word takes so long, ms. */
  readonly word: number;
  /** From the last word to its final and the end of the turn, ms. */
  readonly final: number;
  /** From the last word to `turn.eager`, ms; none when undefined. */
  readonly eager?: number | undefined;
  /** Whether it says by itself that the turn is over. */
  readonly endpointing: boolean;
  readonly confidence: number;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One call's stream. Times are real ones. */
export class ScriptedStream implements SttStream {
  private bytes = 0;
  private open = true;
  /** Words since the last final. */
  private partial = '';
  private turn = '';
  private eager = false;

  constructor(
    private readonly options: SttOptions,
    private readonly listener: SttListener,
  ) {}

  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
  }

  finalize(): void {
    void wait(FINALIZE_MS).then(() => {
      this.settle();
      this.endTurn();
    });
  }

  close(): void {
    queueMicrotask(() => this.emit({ type: 'closed' }));
    this.open = false;
  }

  abort(): void {
    this.open = false;
  }

  /** Where in the audio "now" is, ms. */
  get audioMs(): number {
    return (this.bytes * 1000) / (this.options.sampleRate * 2);
  }

  emit(event: SttEvent): void {
    if (!this.open) return;
    if (event.type === 'transcript.partial') this.partial = event.text;
    if (event.type === 'transcript.final') {
      this.partial = '';
      this.turn = joinWords(this.turn, event.text);
    }
    if (event.type === 'turn.ended') this.turn = '';
    this.eager = event.type === 'turn.eager' || (this.eager && !event.type.startsWith('turn.'));
    this.listener(event);
  }

  endTurn(): void {
    this.emit({ type: 'turn.ended' });
  }

  final(text: string, confidence: number, endMs = this.audioMs): void {
    const words = text.split(/\s+/).map((word, n, all) => {
      const width = 120;
      const start = Math.max(0, endMs - (all.length - n) * width);
      return { text: word, startMs: start, endMs: start + width, confidence };
    });
    this.emit({ type: 'transcript.final', text, words, confidence, audioMs: endMs });
  }

  /** Settles the words that are still partial. */
  settle(confidence = 0.98): void {
    if (this.partial !== '') this.final(this.partial, confidence);
  }

  /**
   * Hears `pieces` of speech with pauses before them; resolves at the last word, while the rest (final, end of turn) goes
   * on by itself, as a recogniser's does.
   */
  async hear(
    pieces: readonly { readonly text: string; readonly pauseMs: number }[],
    speech: ScriptedSpeech,
  ): Promise<void> {
    if (this.eager) this.emit({ type: 'turn.resumed' });
    for (const [n, { text, pauseMs }] of pieces.entries()) {
      if (n > 0) await this.pause(pauseMs);
      if (n === 0 || pauseMs > SPEECH_END_MS) this.emit({ type: 'speech.started', audioMs: this.audioMs });
      for (const word of text.split(/\s+/)) {
        await wait(speech.word);
        // What was not settled yet goes on.
        this.emit({ type: 'transcript.partial', text: joinWords(this.partial, word) });
      }
    }
    void this.finish(this.partial, speech);
  }

  private async pause(ms: number): Promise<void> {
    if (ms <= SPEECH_END_MS) return wait(ms);
    await wait(SPEECH_END_MS);
    this.emit({ type: 'speech.stopped', audioMs: this.audioMs - SPEECH_END_MS });
    await wait(ms - SPEECH_END_MS);
  }

  private async finish(text: string, speech: ScriptedSpeech): Promise<void> {
    const endMs = this.audioMs;
    const marks: [number, () => void][] = [
      [SPEECH_END_MS, () => this.emit({ type: 'speech.stopped', audioMs: endMs })],
    ];
    if (speech.eager !== undefined) {
      marks.push([speech.eager, () => this.emit({ type: 'turn.eager', text: joinWords(this.turn, text) })]);
    }
    if (speech.endpointing) {
      marks.push([
        speech.final,
        () => {
          this.final(text, speech.confidence, endMs);
          this.endTurn();
        },
      ]);
    }
    let now = 0;
    for (const [ms, action] of marks.toSorted(([a], [b]) => a - b)) {
      await wait(ms - now);
      now = ms;
      // What was said meanwhile has made these words part of something longer.
      if (this.partial !== text) return;
      action();
    }
  }
}

/** Every call's ears: which stream is whose is known by the first of its key terms, which is the scenario's name. */
export class ScriptedRecogniser implements SpeechToText {
  readonly name = 'script';
  readonly endpointing = true;
  private readonly streams = new Map<string, ScriptedStream>();

  open(options: SttOptions, listener: SttListener): SttStream {
    const stream = new ScriptedStream(options, listener);
    this.streams.set(options.keyTerms[0] ?? '', stream);
    return stream;
  }

  /** The newest stream of a scenario's call. */
  of(scenario: string): ScriptedStream {
    const stream = this.streams.get(scenario);
    if (stream === undefined) throw new Error(`no call of ${scenario} listens`);
    return stream;
  }
}
