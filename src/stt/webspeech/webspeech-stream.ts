import { Watchdog } from '../../provider/watchdog.js';
import type { SttEvent, SttListener, SttStream } from '../stt.port.js';

/** WebSpeechOptions with every default in place. */
export interface WebSpeechSettings {
  readonly endOfTurnMs: number;
  readonly danglingMs: number;
  readonly abandonedMs: number;
  readonly finalizeMs: number;
  readonly maxTurnChars: number;
}

/** One call's recognition by its browser. Audio only turns the clock: positions are where the words arrived. */
export class WebSpeechStream implements SttStream {
  private pushedBytes = 0;
  /** The last partial, as long as no final has settled it. */
  private pending = '';
  /** The last final of the turn; undefined when the turn has none. */
  private turnText: string | undefined;
  private turnChars = 0;
  private speaking = false;
  private finalizing = false;
  private closing = false;
  private done = false;
  private readonly quiet = new Watchdog(() => this.endTurn());

  /** `bytesPerMs` of the audio that may be pushed; `unfinished` as in SttOptions. */
  constructor(
    private readonly settings: WebSpeechSettings,
    private readonly bytesPerMs: number,
    private readonly unfinished: (text: string) => boolean,
    private readonly listener: SttListener,
  ) {}

  push(chunk: Uint8Array): void {
    this.pushedBytes += chunk.length;
  }

  transcript(text: string, final: boolean): boolean {
    if (this.done || this.closing) return true;
    const words = text.trim();
    if (final) this.settle(words);
    else this.partial(words);
    if (this.finalizing && final) this.endTurn();
    else if (!this.isDone()) this.wait(); // the listener may have aborted
    return true;
  }

  finalize(): void {
    if (this.done || this.closing) return;
    this.finalizing = true;
    if (this.pending === '') queueMicrotask(() => this.endFinalized());
    else this.quiet.expect('final transcript', this.settings.finalizeMs);
  }

  close(): void {
    if (this.done || this.closing) return;
    this.closing = true;
    this.quiet.stop();
    queueMicrotask(() => {
      this.settle(this.pending);
      this.finish({ type: 'closed' });
    });
  }

  abort(): void {
    this.done = true;
    this.quiet.stop();
  }

  private partial(words: string): void {
    if (words === this.pending) return;
    this.pending = words;
    if (words === '') return; // taken back
    this.started();
    this.emit({ type: 'transcript.partial', text: words });
  }

  private settle(words: string): void {
    this.pending = '';
    if (words === '') return;
    this.started();
    this.turnText = words;
    this.turnChars += words.length;
    // How sure a browser says it is means something else in each of them.
    this.emit({ type: 'transcript.final', text: words, words: [], confidence: 0, audioMs: this.audioMs });
  }

  private started(): void {
    if (this.speaking) return;
    this.speaking = true;
    this.emit({ type: 'speech.started', audioMs: this.audioMs });
  }

  /** Waits for the next words, so long as what was heard deserves. */
  private wait(): void {
    const { endOfTurnMs, danglingMs, abandonedMs, finalizeMs, maxTurnChars } = this.settings;
    if (this.turnChars + this.pending.length > maxTurnChars) return this.endTurn();
    if (this.finalizing) return this.quiet.expect('final transcript', finalizeMs);
    if (this.pending !== '') return this.quiet.expect('final transcript', abandonedMs);
    if (this.turnText === undefined) return this.takenBack();
    this.quiet.expect('more words', this.unfinished(this.turnText) ? danglingMs : endOfTurnMs);
  }

  /** The browser heard words and then thought better of it. */
  private takenBack(): void {
    this.quiet.stop();
    this.stopped();
  }

  private endFinalized(): void {
    if (this.finalizing && this.pending === '') this.endTurn();
  }

  private endTurn(): void {
    if (this.done) return;
    this.quiet.stop();
    this.settle(this.pending);
    const isOver = this.turnText !== undefined || this.finalizing;
    this.turnText = undefined;
    this.turnChars = 0;
    this.finalizing = false;
    this.stopped();
    if (isOver) this.emit({ type: 'turn.ended' });
  }

  private stopped(): void {
    if (!this.speaking) return;
    this.speaking = false;
    this.emit({ type: 'speech.stopped', audioMs: this.audioMs });
  }

  private isDone(): boolean {
    return this.done;
  }

  private get audioMs(): number {
    return this.pushedBytes / this.bytesPerMs;
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
