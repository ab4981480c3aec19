import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerOf, JwtGuard } from '../identity/jwt.guard.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { RestGate } from '../rest/rest-gate.js';
import { ApiKeys } from './api-keys.js';

const callers = new WeakMap<Request, string>();

/** Who the guard let through: `user:<id>` or `key:<part of the key's hash>`, so that neither can pass for the other. */
export function transcribingCaller(request: Request): string {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('transcribingCaller() was used on a route without TranscriptionGuard');
  return caller;
}

/**
 * An API key in X-API-Key, else a token as everywhere. Those who show neither are nobody whose requests could be counted:
 * theirs count for their address, as on other routes, and are refused with 429 beyond that.
 */
@Injectable()
export class TranscriptionGuard implements CanActivate {
  private readonly keys: ApiKeys;

  constructor(
    @Inject(JwtGuard) private readonly tokens: JwtGuard,
    @Inject(RestGate) private readonly gate: RestGate,
    @Inject(CONFIG) config: Config,
  ) {
    this.keys = new ApiKeys(config.TRANSCRIBE_API_KEYS);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.isKnown(context);
    } catch (refused) {
      const http = context.switchToHttp();
      await this.gate.address(TranscriptionGuard.name, http.getRequest<Request>(), http.getResponse<Response>());
      throw refused;
    }
  }

  private async isKnown(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const key = request.headers['x-api-key'];
    if (key === undefined) {
      const isIn = await this.tokens.canActivate(context);
      callers.set(request, `user:${callerOf(request).userId}`);
      return isIn;
    }
    const id = this.keys.idOf(String(key));
    if (id === undefined) {
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'Bearer');
      throw new HttpException({ error: 'api_key_invalid', message: 'X-API-Key is none of this server’s keys.' }, 401);
    }
    callers.set(request, `key:${id}`);
    return true;
  }
}
