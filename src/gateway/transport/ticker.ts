import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';

export interface Tickable {
  /** `now` is monotonic, ms. */
  tick(now: number): void;
}

/** How often sessions look at their deadlines, ms. Their limits are seconds, so this is fine enough. */
const TICK_MS = 250;

/**
 * One timer for the deadlines of all sessions: with a timer each, 1500 sessions would spend their time in the timer list,
 * and re-arming an idle timer on every audio frame would cost more than the frame.
 */
@Injectable()
export class Ticker {
  private readonly members = new Set<Tickable>();
  private timer: NodeJS.Timeout | undefined;
  private current = performance.now();

  /** Monotonic ms of the last tick: free to read on the hot path, late by at most a tick. */
  get now(): number {
    return this.current;
  }

  add(member: Tickable): void {
    this.members.add(member);
    if (this.timer !== undefined) return;
    this.current = performance.now();
    this.timer = setInterval(() => this.tick(performance.now()), TICK_MS);
  }

  /** The timer stops with its last member, so that an idle server does not wake up. */
  remove(member: Tickable): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The timer's work; `now` is monotonic, ms. */
  tick(now: number): void {
    this.current = now;
    for (const member of this.members) member.tick(now);
  }
}
