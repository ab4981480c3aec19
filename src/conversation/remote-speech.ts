// Has the client speak one reply by itself: pieces of text go to it in order, and what was heard is what it reports.
import { ProviderError } from '../provider/provider.port.js';
import type { Word } from '../stt/stt.port.js';
import type { Clock } from './clock.port.js';
import type { Heard } from './conversation.port.js';
import { heardOf, type SpokenSegment } from './heard.js';
import type { Mouth, MouthListener, PlaybackReport } from './mouth.js';
import type { MouthSnapshot } from './snapshot.js';
import { speakable } from './speakable.js';
import { spokenWords } from './spoken-words.js';

export interface RemoteSpeechOptions {
  readonly responseId: string;
  /** BCP-47. */
  readonly language: string;
  /** Name of the voice's provider, for the error of a client that says nothing. */
  readonly provider: string;
  /** The client's own name of the voice; empty leaves it to the client. */
  readonly voice: string;
  /** How long after its expected end a piece counts as lost when the client does not report it, ms. */
  readonly playbackGraceMs: number;
}

/** One piece of the reply. */
interface Piece {
  /** As written. */
  readonly text: string;
  /** As it is spoken; empty when there is nothing in it to speak. */
  readonly spoken: string;
  /** Characters of `spoken` that were heard. */
  heardChars: number;
  done: boolean;
  /** Where its written words are in `spoken`, once somebody has asked. */
  words?: readonly Word[];
}

/** A slow voice: 10 characters a second. A client may take this long, and its voice a while to begin, ms. */
const SLOW_MS_PER_CHAR = 100;
const START_MS = 5000;
/** About 15 characters a second. */
const USUAL_MS_PER_CHAR = 1000 / 15;

export class RemoteSpeech implements Mouth {
  readonly segments: Piece[] = [];
  /** Pieces that the client has been given. */
  private sent = 0;
  private paused = false;
  private held = false;
  private endAsked = false;
  private audible = false;
  private over = false;
  private dead = false;
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly options: RemoteSpeechOptions,
    private readonly clock: Clock,
    private readonly listener: MouthListener,
  ) {}

  say(text: string): number {
    const spoken = speakable(text, this.options.language);
    this.segments.push({ text, spoken, heardChars: 0, done: spoken === '' });
    this.send();
    return this.segments.length - 1;
  }

  get idle(): boolean {
    return this.sent === this.segments.length && this.segments.every(({ done }) => done);
  }

  /** The client has stopped telling: then only what it told was heard. */
  get brokeOff(): boolean {
    return this.dead;
  }

  get confirmed(): boolean {
    return this.idle;
  }

  end(): void {
    this.endAsked = true;
    this.settle();
  }

  /** The client holds its voice when it is told of the pause; what comes meanwhile waits here. */
  pause(): void {
    this.paused = true;
    this.settle();
  }

  resume(): void {
    this.paused = false;
    this.send();
  }

  hold(): void {
    this.held = true;
    this.settle();
  }

  /** The client has kept what it was given, or is told it again with all events that it missed: nothing is sent again. */
  release(heard?: Heard): undefined {
    if (heard !== undefined && 'segment' in heard) this.spoken(heard.segment, heard.heardChars, false);
    this.held = false;
    // Not yet: whoever is back has to be told first that it is.
    if (!this.over) this.wake(0, () => this.send());
    return undefined;
  }

  heardUpTo(report: PlaybackReport): void {
    if (report.type !== 'spoken' || this.over) return; // every piece is reported as done by itself
    this.spoken(report.segment, report.heardChars, report.done);
    this.settle();
  }

  stop(): void {
    this.over = true;
    this.cancelTimer?.();
  }

  position(): number {
    return this.segments.reduce((sum, { heardChars }) => sum + heardChars, 0) * USUAL_MS_PER_CHAR;
  }

  spokenText(): string {
    const current = this.segments.findIndex(({ done }) => !done);
    const begun = this.segments.slice(0, Math.min(this.sent, current < 0 ? this.sent : current + 1));
    return begun.map(({ spoken }) => spoken).join(' ');
  }

  heard(segment: number): string {
    const piece = this.segments[segment];
    if (piece === undefined || segment >= this.sent) return '';
    return piece.done ? piece.text : heardOf(this.laidOut(piece, 0), piece.heardChars, 0);
  }

  snapshot(): MouthSnapshot {
    let startMs = 0;
    let position = 0;
    const pieces = this.segments.map((piece) => {
      const laidOut = this.laidOut(piece, startMs);
      startMs += laidOut.durationMs;
      position += piece.heardChars;
      return { ...laidOut, words: [...laidOut.words] };
    });
    return { unit: 'chars', position, pieces };
  }

  /** With characters of what is spoken in the place of ms. */
  private laidOut(piece: Piece, startMs: number): SpokenSegment {
    const { text, spoken, done } = piece;
    // Of what was heard to its end nobody asks where its words were.
    if (!done) piece.words ??= spokenWords(text, spoken, this.options.language);
    return { text, spoken, startMs, durationMs: spoken.length, complete: true, words: (!done && piece.words) || [] };
  }

  /** The client has spoken so much of a piece. It speaks them in order, so those before it are done. */
  private spoken(segment: number, heardChars: number, done: boolean): void {
    if (segment >= this.sent) return;
    for (const piece of this.segments.slice(0, segment)) this.take(piece, piece.spoken.length, true);
    const piece = this.segments[segment];
    if (piece !== undefined) this.take(piece, heardChars, done);
  }

  private take(piece: Piece, heardChars: number, done: boolean): void {
    if (piece.done) return;
    piece.done = done;
    piece.heardChars = done
      ? piece.spoken.length
      : Math.min(Math.max(piece.heardChars, heardChars), piece.spoken.length);
  }

  private send(): void {
    while (!this.resting && !this.over && this.sent < this.segments.length) {
      const segment = this.sent;
      this.sent += 1;
      const text = this.segments[segment]?.spoken ?? '';
      if (text === '' || this.dead) continue;
      if (!this.audible) {
        this.audible = true;
        this.listener.audible();
      }
      const { responseId, language, voice } = this.options;
      const named = voice === '' ? {} : { voice };
      this.listener.emit({ type: 'response.speak', responseId, segment, text, language, ...named });
    }
    this.settle();
  }

  private get resting(): boolean {
    return this.paused || this.held;
  }

  /** Ends the speech when everything was spoken, and gives the client its time for what is left. */
  private settle(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.over || this.resting) return;
    const left = this.segments.slice(0, this.sent).reduce((sum, piece) => sum + leftOf(piece), 0);
    if (left > 0 && !this.dead) {
      const wait = START_MS + left * SLOW_MS_PER_CHAR + this.options.playbackGraceMs;
      this.wake(wait, () => this.lost(wait));
    } else if (this.endAsked && this.sent === this.segments.length) {
      this.over = true;
      this.listener.played();
    }
  }

  private wake(ms: number, action: () => void): void {
    this.cancelTimer?.();
    this.cancelTimer = this.clock.after(ms, action);
  }

  private lost(waitedMs: number): void {
    this.dead = true;
    this.listener.failed(
      new ProviderError(`the client did not tell within ${waitedMs} ms that it has spoken`, {
        provider: this.options.provider,
        code: 'timeout',
        retryable: false,
      }),
    );
    this.settle();
  }
}

const leftOf = (piece: Piece): number => (piece.done ? 0 : Math.max(1, piece.spoken.length - piece.heardChars));
