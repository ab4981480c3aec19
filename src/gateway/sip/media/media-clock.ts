import { performance } from 'node:perf_hooks';

/** Length of a frame of audio, ms. */
export const FRAME_MS = 20;
/** After a longer pause of the process nobody catches up: the frames are lost, ms. */
const MAX_BEHIND_MS = 200;

/** What goes on with every 20 ms of audio. Must not throw. */
export interface OnFrame {
  frame(): void;
}

/** One clock for the audio of all calls: 50 times a second by the monotonic clock, however late timers fire. */
export class MediaClock {
  private readonly members = new Set<OnFrame>();
  private timer: NodeJS.Timeout | undefined;
  private due = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(member: OnFrame): void {
    this.members.add(member);
    if (this.timer !== undefined) return;
    this.due = this.now() + FRAME_MS;
    this.wait();
  }

  /** The clock stops with its last member. */
  remove(member: OnFrame): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private wait(): void {
    this.timer = setTimeout(() => this.tick(), Math.max(1, this.due - this.now()));
  }

  private tick(): void {
    const now = this.now();
    if (now - this.due > MAX_BEHIND_MS) this.due = now;
    for (; this.due <= now && this.members.size > 0; this.due += FRAME_MS) {
      for (const member of this.members) member.frame();
    }
    if (this.members.size > 0) this.wait();
  }
}
