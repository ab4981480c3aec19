import { performance } from 'node:perf_hooks';

/** Length of a frame of audio, ms. */
export const FRAME_MS = 20;
/** After a longer pause of the process nobody catches up: what was said in it is lost, ms. The jitter buffer holds more. */
const MAX_BEHIND_MS = 1500;
/** A frame that is due for longer is late, ms: it is heard, but nothing is played in it, or a burst would come out. */
const LATE_MS = 60;
/** Turns of the event loop that a late tick lets pass: in each, the packets that came meanwhile are read, 32 of each call. */
const TURNS_TO_READ = 3;

/** What goes on with every 20 ms of audio. Must not throw. */
export interface OnFrame {
  frame(isLate: boolean): void;
  /** So many frames are lost: time has gone on without them. */
  skip(frames: number): void;
}

/** One clock for the audio of all calls: 50 times a second by the monotonic clock, however late timers fire. */
export class MediaClock {
  private readonly members = new Set<OnFrame>();
  private cancel: () => void = () => undefined;
  private due = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(member: OnFrame): void {
    this.members.add(member);
    if (this.members.size > 1) return;
    this.due = this.now() + FRAME_MS;
    this.wait();
  }

  /** The clock stops with its last member. */
  remove(member: OnFrame): void {
    this.members.delete(member);
    if (this.members.size === 0) this.cancel();
  }

  private wait(): void {
    const timer = setTimeout(() => this.tick(0), Math.max(1, this.due - this.now()));
    this.cancel = () => clearTimeout(timer);
  }

  private tick(turns: number): void {
    const now = this.now();
    if (now - this.due > LATE_MS && turns < TURNS_TO_READ) {
      const next = setImmediate(() => this.tick(turns + 1));
      this.cancel = () => clearImmediate(next);
      return;
    }
    const lost = Math.ceil((now - this.due - MAX_BEHIND_MS) / FRAME_MS);
    if (lost > 0) {
      this.due += lost * FRAME_MS;
      for (const member of this.members) member.skip(lost);
    }
    for (; this.due <= now && this.members.size > 0; this.due += FRAME_MS) {
      for (const member of this.members) member.frame(now - this.due > LATE_MS);
    }
    if (this.members.size > 0) this.wait();
  }
}
