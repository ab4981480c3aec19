// How far the caller's audio is accounted for: up to there its words are settled, or it was nobody's. What comes after it has
// to be heard again by whoever takes over the call.

/** Nobody spoke, and nobody will turn out to have spoken so long ago, ms: a recogniser's first guess takes its time. */
const UNSURE_MS = 2000;
/** A sound begins a little before it is noticed, ms. */
const ONSET_MS = 500;
/** No client keeps more of its audio than this, ms. */
const KEPT_MS = 10_000;

export class HeardTo {
  /** Where the latest settled words ended, ms of the call's audio. */
  private settledMs = 0;
  private onsetMs: number | undefined;
  private speaking = false;
  private guessing = false;
  private latest = 0;

  started(audioMs: number): void {
    this.onsetMs ??= audioMs;
    this.speaking = true;
  }

  stopped(): void {
    this.speaking = false;
    if (!this.guessing) this.onsetMs = undefined;
  }

  /** Words that may change. */
  guessed(): void {
    this.guessing = true;
  }

  settled(audioMs: number): void {
    this.settledMs = Math.max(this.settledMs, audioMs);
    this.guessing = false;
    this.onsetMs = undefined;
  }

  /** No words of the turn are open. */
  turnEnded(): void {
    this.guessing = false;
    this.speaking = false;
    this.onsetMs = undefined;
  }

  /** Nothing up to here counts any more. */
  forgotten(audioMs: number): void {
    this.turnEnded();
    this.settledMs = audioMs;
    this.latest = audioMs;
  }

  /** Of `audioMs` of audio, so much is accounted for, ms. Never less than before. */
  at(audioMs: number): number {
    const open = this.speaking || this.guessing;
    const unsure = open ? (this.onsetMs === undefined ? 0 : this.onsetMs - ONSET_MS) : audioMs - UNSURE_MS;
    const heard = Math.max(this.settledMs, unsure, audioMs - KEPT_MS, this.latest);
    this.latest = Math.min(heard, audioMs);
    return this.latest;
  }
}
