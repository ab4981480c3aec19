// Has the client speak one reply by itself: pieces of text go to it in order, and what was heard is what it reports.
import { ProviderError } from '../provider/provider.port.js';
import type { Clock } from './clock.port.js';
import { cutAtWord } from './heard.js';
import { speakable } from './speakable.js';
import type { SpeechListener } from './speech.js';

export interface RemoteSpeechListener extends Pick<SpeechListener, 'audible' | 'played' | 'failed'> {
  /** Have the client speak this piece after those before it. */
  speak(segment: number, text: string): void;
}

export interface RemoteSpeechOptions {
  /** BCP-47. */
  readonly language: string;
  /** Name of the voice, for the error of a client that says nothing. */
  readonly provider: string;
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
}

/** A slow voice: 10 characters a second. A client may take this long, and its voice a while to begin, ms. */
const SLOW_MS_PER_CHAR = 100;
const START_MS = 5000;
/** About 15 characters a second. */
const USUAL_MS_PER_CHAR = 1000 / 15;

export class RemoteSpeech {
  readonly segments: Piece[] = [];
  /** Pieces that the client has been given. */
  private sent = 0;
  private paused = false;
  private endAsked = false;
  private audible = false;
  private over = false;
  private dead = false;
  private cancelTimer: (() => void) | undefined;

  constructor(
    private readonly options: RemoteSpeechOptions,
    private readonly clock: Clock,
    private readonly listener: RemoteSpeechListener,
  ) {}

  /** Queues a piece; returns its segment number. */
  say(text: string): number {
    const spoken = speakable(text, this.options.language);
    this.segments.push({ text, spoken, heardChars: 0, done: spoken === '' });
    this.send();
    return this.segments.length - 1;
  }

  /** Whether all pieces so far have been spoken. */
  get idle(): boolean {
    return this.sent === this.segments.length && this.segments.every(({ done }) => done);
  }

  /** Whether the client has stopped telling: then only what it told was heard. */
  get brokeOff(): boolean {
    return this.dead;
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

  /** Positions in audio mean nothing here. */
  reported(_playedMs: number): void {
    // The client reports characters: see `reportedSpoken`.
  }

  reportedFinished(): void {
    // As above: every piece is reported as done by itself.
  }

  /** The client has spoken this much of a piece. It speaks them in order, so those before it are done. */
  reportedSpoken(segment: number, heardChars: number, done: boolean): void {
    if (this.over || segment >= this.sent) return;
    for (const piece of this.segments.slice(0, segment)) this.take(piece, piece.spoken.length, true);
    const piece = this.segments[segment];
    if (piece !== undefined) this.take(piece, heardChars, done);
    this.settle();
  }

  stop(): void {
    this.over = true;
    this.cancelTimer?.();
  }

  /** About how much has been spoken, ms. */
  position(): number {
    return this.segments.reduce((sum, { heardChars }) => sum + heardChars, 0) * USUAL_MS_PER_CHAR;
  }

  /** What has been spoken so far, to the end of the piece that is being spoken. */
  spokenText(): string {
    const current = this.segments.findIndex(({ done }) => !done);
    const begun = this.segments.slice(0, Math.min(this.sent, current < 0 ? this.sent : current + 1));
    return begun.map(({ spoken }) => spoken).join(' ');
  }

  /** The heard part of one piece, as written: the share of its spoken form that was reported, cut between words. */
  heard(segment: number): string {
    const piece = this.segments[segment];
    if (piece === undefined || segment >= this.sent) return '';
    if (piece.done) return piece.text;
    return cutAtWord(piece.text, piece.heardChars / piece.spoken.length);
  }

  private take(piece: Piece, heardChars: number, done: boolean): void {
    if (piece.done) return;
    piece.done = done;
    piece.heardChars = done
      ? piece.spoken.length
      : Math.min(Math.max(piece.heardChars, heardChars), piece.spoken.length);
  }

  private send(): void {
    while (!this.paused && !this.over && this.sent < this.segments.length) {
      const segment = this.sent;
      this.sent += 1;
      const spoken = this.segments[segment]?.spoken ?? '';
      if (spoken === '' || this.dead) continue;
      if (!this.audible) {
        this.audible = true;
        this.listener.audible();
      }
      this.listener.speak(segment, spoken);
    }
    this.settle();
  }

  /** Ends the speech when everything was spoken, and gives the client its time for what is left. */
  private settle(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.over || this.paused) return;
    const left = this.segments.slice(0, this.sent).reduce((sum, piece) => sum + leftOf(piece), 0);
    if (left > 0 && !this.dead) {
      const wait = START_MS + left * SLOW_MS_PER_CHAR + this.options.playbackGraceMs;
      this.cancelTimer = this.clock.after(wait, () => this.lost(wait));
    } else if (this.endAsked && this.sent === this.segments.length) {
      this.over = true;
      this.listener.played();
    }
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
