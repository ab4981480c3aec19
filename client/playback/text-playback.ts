// Speaks a session's replies by itself, where the server's voice is the client's own, and tells the server what was heard:
// the server keeps in the conversation only what the caller has heard.
import type { ServerMessageOf } from '../wire/messages.js';
import type { VoiceClient } from '../voice-client.js';
import { followOutages } from './outage.js';

/** What happens to a text that is being spoken. */
export interface TextVoiceListener {
  /** The voice has come to this character of the text. */
  heard(chars: number): void;
  /** All of it was spoken. The last call. */
  done(): void;
  /** It cannot be spoken. The last call. */
  failed(): void;
}

/** Something that speaks text, one at a time. */
export interface TextVoice {
  speak(
    text: string,
    options: { readonly language: string; readonly voice?: string },
    listener: TextVoiceListener,
  ): void;
  /** Holds the voice. */
  pause(): void;
  /** Goes on where `pause` stopped. */
  resume(): void;
  /** Falls silent; the listener hears no more of this text. Also ends a pause. */
  stop(): void;
}

/** What it needs of a VoiceClient. */
export type TextSession = Pick<VoiceClient, 'on' | 'reportSpoken'>;

/** A goodbye is waited for so long without a word of it, ms, and so long for each character that is left of a piece. */
const STUCK_MS = 2000;
const STUCK_MS_PER_CHAR = 150;

type Piece = ServerMessageOf<'response.speak'>;

export class TextPlayback {
  readonly #client: TextSession;
  readonly #voice: TextVoice;
  readonly #subscriptions: (() => void)[];
  /** The first is being spoken. */
  readonly #pieces: Piece[] = [];
  #speaking = false;
  /** Of the response that is being spoken: characters of the pieces before the first, with what stands between them. */
  #before: { readonly responseId: string; readonly chars: number } | undefined;
  /** Characters of the first that were spoken. */
  #heard = 0;
  /** The call is over; this is how it is heard out. */
  #goodbye = false;
  #stuck: ReturnType<typeof setTimeout> | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(client: TextSession, voice: TextVoice) {
    this.#client = client;
    this.#voice = voice;
    this.#subscriptions = [
      client.on('response.speak', (piece) => this.#add(piece)),
      client.on('response.paused', () => voice.pause()),
      client.on('response.resumed', () => voice.resume()),
      client.on('response.interrupted', () => this.#stop()),
      client.on('response.cancelling', () => this.#stop()),
      // The server is told how far the voice is, and gives again what comes after that.
      client.on('session.resuming', () => voice.pause()),
      followOutages(client, {
        hold: () => voice.pause(),
        goOn: ({ response }) => (response === undefined ? voice.resume() : this.#stop()),
        goodbye: () => {
          voice.resume();
          this.#goodbye = true;
          this.#watch();
        },
        stop: () => this.#stop(),
      }),
    ];
  }

  /** Whether something is being spoken, or waits. */
  get active(): boolean {
    return this.#pieces.length > 0;
  }

  /** Characters of this response that were spoken; undefined when none of it waits, or it is unknown. */
  heardChars(responseId: string): number | undefined {
    if (!this.#pieces.some((piece) => piece.responseId === responseId)) return undefined;
    if (this.#pieces[0]?.responseId !== responseId) return 0;
    return (this.#before?.responseId === responseId ? this.#before.chars : 0) + this.#heard;
  }

  /** Resolves when everything has been spoken or thrown away. A goodbye that does not go on for seconds is thrown away. */
  whenIdle(): Promise<void> {
    if (!this.active) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Stops listening to the client, and speaking. */
  dispose(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#stop();
  }

  #add(piece: Piece): void {
    this.#pieces.push(piece);
    this.#next();
  }

  #next(): void {
    const piece = this.#pieces[0];
    if (piece === undefined) this.#settleIdle();
    if (piece === undefined || this.#speaking) return;
    this.#speaking = true;
    this.#heard = 0;
    this.#watch();
    const { responseId, segment, text, language, voice } = piece;
    this.#voice.speak(
      text,
      { language, ...(voice === undefined ? {} : { voice }) },
      {
        heard: (chars) => {
          if (this.#pieces[0] !== piece) return;
          this.#heard = Math.min(chars, text.length);
          this.#watch();
          this.#client.reportSpoken(responseId, segment, this.#heard, false);
        },
        done: () => {
          if (this.#pieces[0] !== piece) return;
          const before = this.#before?.responseId === responseId ? this.#before.chars : 0;
          this.#before = { responseId, chars: before + text.length + 1 };
          this.#pieces.shift();
          this.#speaking = false;
          this.#client.reportSpoken(responseId, segment, text.length, true);
          this.#next();
        },
        // Nothing is reported any more: the server takes what it was told for heard, and tells the caller by `error`.
        failed: () => {
          if (this.#pieces[0] === piece) this.#stop();
        },
      },
    );
  }

  #stop(): void {
    this.#pieces.length = 0;
    this.#speaking = false;
    this.#voice.stop();
    this.#settleIdle();
  }

  /** Nobody but this listens any more: a voice that has stopped without saying so must not keep the page. */
  #watch(): void {
    clearTimeout(this.#stuck);
    const [piece] = this.#pieces;
    if (!this.#goodbye || piece === undefined) return;
    const waitMs = STUCK_MS + (piece.text.length - this.#heard) * STUCK_MS_PER_CHAR;
    this.#stuck = setTimeout(() => this.#stop(), waitMs);
  }

  #settleIdle(): void {
    clearTimeout(this.#stuck);
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
