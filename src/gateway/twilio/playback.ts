import { G711_SAMPLE_RATE } from '../../audio/g711.js';
import type { ClientMessage } from '../../protocol/index.js';
import { clear, mark, media } from './messages.js';

const CODES_PER_MS = G711_SAMPLE_RATE / 1000;
/** So often it is known what was heard, ms: a mark each. */
const MARK_EVERY_MS = 100;
/** What was sent and not heard is kept, to be sent again after a false alarm, ms. More is never ahead of playback. */
const MAX_KEPT_MS = 150_000;
/** Marks that may be on their way; a peer that never sends them back does not fill the memory. */
const MAX_MARKS = 2 * (MAX_KEPT_MS / MARK_EVERY_MS);

interface Piece {
  /** mu-law. */
  readonly codes: Uint8Array;
  /** Where in the reply it ends, ms. */
  readonly endMs: number;
}

/**
 * The reply on its way to the caller: every piece is followed by a mark, which comes back when it was played. Twilio cannot
 * hold its playback: while a reply is paused what was not heard is taken back, and sent again when it goes on.
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

  constructor(private readonly streamSid: () => string) {}

  /** A reply begins, and what comes is of it. */
  begin(responseId: string): void {
    this.responseId = responseId;
    this.sentMs = 0;
    this.heardMs = 0;
    this.kept = [];
    this.paused = false;
    this.complete = false;
  }

  /** Hot path: the next audio of the reply, mu-law, as frames. */
  play(codes: Uint8Array): string[] {
    const frames: string[] = [];
    const most = MARK_EVERY_MS * CODES_PER_MS;
    for (let at = 0; at < codes.length; at += most) {
      const part = codes.subarray(at, at + most);
      this.sentMs += part.length / CODES_PER_MS;
      const piece = { codes: part, endMs: this.sentMs };
      this.keep(piece);
      if (!this.paused) frames.push(...this.framesOf(piece));
    }
    return frames;
  }

  /** All of the reply has been sent. */
  end(): string[] {
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
  pause(): string {
    this.paused = true;
    return this.silence();
  }

  /** Goes on behind the last mark that came back: better a syllable twice than none. */
  resume(): string[] {
    if (!this.paused) return [];
    this.paused = false;
    const frames = this.kept.flatMap((piece) => this.framesOf(piece));
    return this.complete ? [...frames, this.finish()] : frames;
  }

  /** The reply is over before its end: nothing of it is played any more. */
  clear(): string {
    this.kept = [];
    return this.silence();
  }

  /** Marks that come back from here on were not played. */
  private silence(): string {
    this.marks.clear();
    return clear(this.streamSid());
  }

  private framesOf({ codes, endMs }: Piece): string[] {
    const { responseId } = this;
    const sid = this.streamSid();
    return [media(sid, codes), this.mark({ type: 'playback.position', responseId, playedMs: endMs })];
  }

  private finish(): string {
    return this.mark({ type: 'playback.finished', responseId: this.responseId });
  }

  private mark(meaning: ClientMessage): string {
    this.count += 1;
    const name = String(this.count);
    this.marks.set(name, meaning);
    if (this.marks.size > MAX_MARKS) this.marks.delete(String(this.count - MAX_MARKS));
    return mark(this.streamSid(), name);
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
