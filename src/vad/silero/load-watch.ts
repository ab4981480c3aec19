// Notices that there is more to decide than the thread can, and says how many calls are too many. Pure.
// The thread runs it from the source under Jest: so only TypeScript that can be erased, and no imports.

/** So far behind, ms, before calls are given up: a moment in which the machine did something else is no reason. */
const PATIENCE_MS = 150;
/** Most that one round counts for, ms: one long halt is a moment too. */
const MOST_MS = 50;
/** What is aimed at, of the thread's time: what has piled up must be worked off as well. */
const AIM = 0.8;
/** Most calls given up at once, a share of all: the next look is soon. */
const MOST_SHARE = 0.5;

export class LoadWatch {
  private readonly frameMs: number;
  private behindMs = 0;
  /** Rounds since it was not behind, and how long they took, ms. */
  private rounds = 0;
  private tookMs = 0;

  /** @param frameMs length of a frame, ms: a round in which every call has one decided may take as long */
  constructor(frameMs: number) {
    this.frameMs = frameMs;
  }

  /** Takes how long a round over `calls` calls took, ms; returns how many of them to give up. */
  round(tookMs: number, calls: number): number {
    this.behindMs = Math.max(0, this.behindMs + Math.min(tookMs - this.frameMs, MOST_MS));
    this.rounds = this.behindMs > 0 ? this.rounds + 1 : 0;
    this.tookMs = this.behindMs > 0 ? this.tookMs + tookMs : 0;
    if (this.behindMs <= PATIENCE_MS) return 0;
    const share = Math.min(MOST_SHARE, 1 - (AIM * this.frameMs * this.rounds) / this.tookMs);
    this.behindMs = 0;
    this.rounds = 0;
    this.tookMs = 0;
    return Math.max(0, Math.ceil(share * calls));
  }
}
