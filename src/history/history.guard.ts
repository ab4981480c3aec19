import { HttpException, HttpStatus, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { callerOf, JwtGuard } from '../identity/jwt.guard.js';
import { addressKey, clientAddress } from '../limits/client-address.js';
import { HANDSHAKE_COUNTS } from '../limits/limits.port.js';

/** A good token, and not too many requests of its user, or of this address. */
@Injectable()
export class HistoryGuard implements CanActivate {
  constructor(
    @Inject(JwtGuard) private readonly tokens: JwtGuard,
    @Inject(HANDSHAKE_COUNTS) private readonly counts: ThrottlerStorage,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    // A record is its caller's: nothing on the way may keep it.
    response.setHeader('Cache-Control', 'no-store');
    await this.count(`address:${addressKey(clientAddress(request, this.config.TRUST_PROXY))}`, response);
    await this.tokens.canActivate(context);
    await this.count(`user:${callerOf(request).userId}`, response);
    return true;
  }

  private async count(key: string, response: Response): Promise<void> {
    const { REST_RATE_LIMIT_MAX: max, STREAM_RATE_LIMIT_WINDOW_MS: windowMs } = this.config;
    // A block of 0 ms is the storage's sliding window without a penalty.
    const record = await this.counts.increment(`calls:${key}`, windowMs, max, 0, 'calls');
    if (!record.isBlocked) return;
    response.setHeader('Retry-After', String(Math.max(1, record.timeToBlockExpire)));
    const message = `At most ${max} requests in ${windowMs / 1000} s; wait.`;
    throw new HttpException({ error: 'too_many_requests', message }, HttpStatus.TOO_MANY_REQUESTS);
  }
}
