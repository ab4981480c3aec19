import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { JwtGuard } from '../identity/jwt.guard.js';
import { addressKey, clientAddress } from '../limits/client-address.js';
import { HANDSHAKE_COUNTS } from '../limits/limits.port.js';
import { refusal } from './refusal.js';

/** Counts requests of each room by itself, so that who reads charts can still read calls. Throws 429 with Retry-After. */
@Injectable()
export class RestGate {
  constructor(
    @Inject(JwtGuard) readonly tokens: JwtGuard,
    @Inject(HANDSHAKE_COUNTS) private readonly counts: ThrottlerStorage,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  address(room: string, request: Request, response: Response): Promise<void> {
    const { REST_RATE_LIMIT_MAX: max, STREAM_RATE_LIMIT_WINDOW_MS: windowMs } = this.config;
    return this.count(`${room}:address:${this.addressOf(request)}`, max, windowMs, response);
  }

  user(room: string, userId: string, response: Response): Promise<void> {
    const { REST_RATE_LIMIT_MAX: max, STREAM_RATE_LIMIT_WINDOW_MS: windowMs } = this.config;
    return this.count(`${room}:user:${userId}`, max, windowMs, response);
  }

  /** For those who tell a thousand things a second: the storage keeps the time of each request of the window. */
  second(room: string, request: Request, response: Response): Promise<void> {
    return this.count(`${room}:second:${this.addressOf(request)}`, this.config.WEBHOOK_RATE_LIMIT_MAX, 1_000, response);
  }

  private addressOf(request: Request): string {
    return addressKey(clientAddress(request, this.config.TRUST_PROXY));
  }

  private async count(key: string, max: number, windowMs: number, response: Response): Promise<void> {
    // A block of 0 ms is the storage's sliding window without a penalty.
    const record = await this.counts.increment(`rest:${key}`, windowMs, max, 0, 'rest');
    if (!record.isBlocked) return;
    response.setHeader('Retry-After', String(Math.max(1, record.timeToBlockExpire)));
    throw refusal(429, 'too_many_requests', `At most ${max} requests in ${windowMs / 1000} s; wait.`);
  }
}
