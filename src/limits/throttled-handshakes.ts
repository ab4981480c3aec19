import type { ThrottlerStorage } from '@nestjs/throttler';
import type { HandshakeKind, HandshakeLimiter } from './limits.port.js';

export interface HandshakeLimits {
  readonly max: number;
  readonly windowMs: number;
}

/**
 * At most `max` handshakes of a key in any window. Refused ones are not counted, so that a client that keeps knocking gets
 * in as soon as the window allows.
 */
export class ThrottledHandshakes implements HandshakeLimiter {
  constructor(
    private readonly storage: ThrottlerStorage,
    private readonly limits: HandshakeLimits,
  ) {}

  async hit(kind: HandshakeKind, key: string): Promise<number | undefined> {
    const { max, windowMs } = this.limits;
    // A block of 0 ms is the storage's sliding window without a penalty.
    const record = await this.storage.increment(`${kind}:${key}`, windowMs, max, 0, kind);
    return record.isBlocked ? Math.max(1, record.timeToBlockExpire) : undefined;
  }
}
