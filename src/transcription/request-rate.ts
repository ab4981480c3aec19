import type { ThrottlerStorage } from '@nestjs/throttler';
import { TranscriptionError } from './transcription-error.js';

export interface RateLimits {
  /** Requests of one caller in any window. */
  readonly max: number;
  readonly windowMs: number;
}

/** How often one caller may ask. Refused requests are not counted. */
export class RequestRate {
  constructor(
    private readonly storage: ThrottlerStorage,
    private readonly limits: RateLimits,
  ) {}

  /** Counts a request. Rejects with TranscriptionError `too_many_requests`. */
  async hit(caller: string): Promise<void> {
    const { max, windowMs } = this.limits;
    // A block of 0 ms is the storage's sliding window without a penalty.
    const record = await this.storage.increment(`transcribe:${caller}`, windowMs, max, 0, 'transcribe');
    if (!record.isBlocked) return;
    const wait = Math.max(1, record.timeToBlockExpire);
    throw new TranscriptionError(
      'too_many_requests',
      `You may make ${max} requests in ${windowMs / 1000} s; wait.`,
      wait,
    );
  }
}
