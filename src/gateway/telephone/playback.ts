import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { ClientMessage, ServerMessage } from '../../protocol/index.js';
import type { Encoded } from '../session/codec.js';
import type { Frame } from '../transport/outbox.js';

/** What was sent and not heard is kept, to be sent again after a false alarm, ms. More is never ahead of playback. */
export const MAX_KEPT_MS = 150_000;

/** How a wire tells whoever plays the audio. */
export interface PlayerWords {
  media(audio: Uint8Array): Frame;
  /** To be sent back when all before it was played. */
  mark(name: string): Frame;
  /** To throw away what was not played. */
  clear(): Frame;
}

export interface PlayerOptions {
  /** Of the audio as the wire takes it. */
  readonly bytesPerMs: number;
  /** So often it is known what was heard, ms: a mark each. */
  readonly markEveryMs: number;
}

interface Piece {
  readonly audio: Uint8Array;
  /** Where in the reply it ends, ms. */
  readonly endMs: number;
}

/**
 * The reply on its way to a caller whose line plays what it gets: every piece is followed by a mark, which comes back when it
 * was played. Such a line cannot hold its playback: while a reply is paused what was not heard is taken back, and sent again when it goes on.
 */
export class Playback {
  private responseId = '';
  private sentMs = 0;
  private heardMs = 0;
  /** What was not heard of this reply, as far as is known. */
  private kept: Piece[] = [];
  private paused = false;
  private complete = false;
  /** What it means when a mark comes back. */
  private readonly marks = new Map<string, ClientMessage>();
  private count = 0;
  /** Marks that may be on their way; a peer that never sends them back does not fill the memory. */
  private readonly maxMarks: number;

  constructor(
    private readonly words: PlayerWords,
    private readonly options: PlayerOptions,
  ) {
    this.maxMarks = 2 * (MAX_KEPT_MS / options.markEveryMs);
  }

  /** What an event of the call means for what is played; a telephone shows nothing of the others. */
  follow(message: ServerMessage | ConversationEvent): Encoded {
    if (message.type === 'response.started') this.begin(message.responseId);
    if (message.type === 'response.audio_done') return this.end();
    if (message.type === 'response.paused') return this.pause();
    if (message.type === 'response.resumed') return this.resume();
    return undefined;
  }

  /** A reply begins, and what comes is of it. */
  private begin(responseId: string): void {
    this.responseId = responseId;
    this.sentMs = 0;
    this.heardMs = 0;
    this.kept = [];
    this.paused = false;
    this.complete = false;
  }

  /** Hot path: the next audio of the reply, as the wire takes it. */
  play(audio: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    const { bytesPerMs, markEveryMs } = this.options;
    const most = markEveryMs * bytesPerMs;
    for (let at = 0; at < audio.length; at += most) {
      const part = audio.subarray(at, at + most);
      this.sentMs += part.length / bytesPerMs;
      const piece = { audio: part, endMs: this.sentMs };
      this.keep(piece);
      if (!this.paused) frames.push(...this.framesOf(piece));
    }
    return frames;
  }

  /** All of the reply has been sent. */
  private end(): Frame[] {
    this.complete = true;
    return this.paused ? [] : [this.finish()];
  }

  /** A mark came back: what the caller has heard; undefined when it was not played, or is of an earlier reply. */
  heard(name: string): ClientMessage | undefined {
    const message = this.marks.get(name);
    this.marks.delete(name);
    if (message?.type === 'playback.position' && message.responseId === this.responseId) {
      this.heardMs = message.playedMs;
      this.forgetHeard();
    }
    return message;
  }

  /** Silence at once; the rest is kept. */
  private pause(): Frame {
    this.paused = true;
    return this.silence();
  }

  /** Goes on behind the last mark that came back: better a syllable twice than none. */
  private resume(): Frame[] {
    if (!this.paused) return [];
    this.paused = false;
    const frames = this.kept.flatMap((piece) => this.framesOf(piece));
    return this.complete ? [...frames, this.finish()] : frames;
  }

  /** The reply is over before its end: nothing of it is played any more. */
  clear(): Frame {
    this.kept = [];
    return this.silence();
  }

  /** Marks that come back from here on were not played. */
  private silence(): Frame {
    this.marks.clear();
    return this.words.clear();
  }

  private framesOf({ audio, endMs }: Piece): Frame[] {
    const { responseId } = this;
    return [this.words.media(audio), this.mark({ type: 'playback.position', responseId, playedMs: endMs })];
  }

  private finish(): Frame {
    return this.mark({ type: 'playback.finished', responseId: this.responseId });
  }

  private mark(meaning: ClientMessage): Frame {
    this.count += 1;
    const name = String(this.count);
    this.marks.set(name, meaning);
    if (this.marks.size > this.maxMarks) this.marks.delete(String(this.count - this.maxMarks));
    return this.words.mark(name);
  }

  private keep(piece: Piece): void {
    this.kept.push(piece);
    const [oldest] = this.kept;
    if (oldest !== undefined && this.sentMs - oldest.endMs > MAX_KEPT_MS) this.kept.shift();
  }

  private forgetHeard(): void {
    const first = this.kept.findIndex(({ endMs }) => endMs > this.heardMs);
    this.kept.splice(0, first === -1 ? this.kept.length : first);
  }
}
