import type { Redis } from 'ioredis';
import { outcomeWithin, type Timers } from '../deadline/within.js';

/** Longest wait for an answer that somebody at the door waits for, ms. */
const ANSWER_WITHIN_MS = 150;
/** After a failure nobody asks for so long, ms: a Redis that hangs costs one caller a wait and not each. */
const REST_MS = 1_000;

export interface ImpatientOptions {
  /** Told when Redis does not answer, and when it does again; `reason` is fit for a log. */
  onChange(state: 'lost' | 'back', reason: string): void;
  /** ms of any clock that does not go back. */
  readonly now?: () => number;
  readonly timers?: Timers;
}

/**
 * Redis for what callers wait for: an answer at once, or none. Whoever asks has an answer of his own for a Redis that is away,
 * slow or full.
 */
export class ImpatientRedis {
  private readonly now: () => number;
  private restsUntil = Number.NEGATIVE_INFINITY;
  private lost = false;

  constructor(
    private readonly redis: Redis,
    private readonly options: ImpatientOptions,
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  /** What the command answers, or undefined: no connection, no answer within 150 ms, an error of Redis. Never throws. */
  async ask<T extends object | string | number>(command: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    if (this.redis.status !== 'ready' || this.now() < this.restsUntil) return undefined;
    try {
      const answer = await outcomeWithin(command(this.redis), ANSWER_WITHIN_MS, this.options.timers);
      if (answer === undefined) this.failed('no answer in time');
      else if (this.lost) this.changed(false, 'answers again');
      return answer;
    } catch (error) {
      this.failed(error instanceof Error ? (error.message.split(' ')[0] ?? error.name) : 'unknown');
      return undefined;
    }
  }

  private failed(reason: string): void {
    this.restsUntil = this.now() + REST_MS;
    if (!this.lost) this.changed(true, reason);
  }

  private changed(lost: boolean, reason: string): void {
    this.lost = lost;
    this.options.onChange(lost ? 'lost' : 'back', reason);
  }
}
