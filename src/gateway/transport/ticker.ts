import { Injectable } from '@nestjs/common';
import { performance } from 'node:perf_hooks';

export interface Tickable {
  /** `now` is the ticker's time, ms. */
  tick(now: number): void;
  /** Its `tick` has thrown. Must not throw. */
  crashed(error: unknown): void;
}

/** How often sessions look at their deadlines, ms. Their limits are seconds, so this is fine enough. */
const TICK_MS = 250;
/** What one tick adds to the ticker's time at most, ms. */
const MAX_STEP_MS = 4 * TICK_MS;

/**
 * One timer for the deadlines of all sessions: with a timer each, 1500 sessions would spend their time in the timer list,
 * and re-arming an idle timer on every audio frame would cost more than the frame.
 *
 * Its time is the time in which we listened: while the process is stopped or busy it hardly moves, because a client that
 * could not be heard has not been silent.
 */
@Injectable()
export class Ticker {
  private readonly members = new Set<Tickable>();
  private timer: NodeJS.Timeout | undefined;
  private current = performance.now();
  private tickedAt = this.current;
  private tickedEpoch = Date.now();

  /** Time of the last tick, ms: free to read on the hot path, late by at most a tick. */
  get now(): number {
    return this.current;
  }

  /** When the last tick was, monotonic ms: all the time that has passed, heard or not. */
  get at(): number {
    return this.tickedAt;
  }

  /** When the last tick was, ms since the epoch. */
  get epoch(): number {
    return this.tickedEpoch;
  }

  add(member: Tickable): void {
    this.members.add(member);
    if (this.timer !== undefined) return;
    this.tickedAt = performance.now();
    this.tickedEpoch = Date.now();
    this.timer = setInterval(() => this.tick(performance.now()), TICK_MS);
  }

  /** The timer stops with its last member, so that an idle server does not wake up. */
  remove(member: Tickable): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The timer's work; `at` is monotonic, ms. One member's fault is no other's. */
  tick(at: number): void {
    this.current += Math.min(at - this.tickedAt, MAX_STEP_MS);
    this.tickedAt = at;
    this.tickedEpoch = Date.now();
    for (const member of this.members) {
      try {
        member.tick(this.current);
      } catch (error) {
        member.crashed(error);
      }
    }
  }
}
