import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Caller } from '../identity/caller.port.js';
import { findToken } from './token-source.js';
import { AuthError, TOKEN_VERIFIER } from './token-verifier.port.js';
import type { TokenVerifier } from './token-verifier.port.js';

const callers = new WeakMap<Request, Caller>();

/** The caller that JwtGuard let through. Throws when the route has no guard, which is a fault of ours. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('callerOf() was used on a route without JwtGuard');
  return caller;
}

/** Lets a REST request through when its token is good; the same check as for the WebSocket. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    try {
      const token = findToken(request);
      if (token === undefined) throw new AuthError('token_missing', MISSING_TOKEN_HELP);
      callers.set(request, (await this.verifier.verify(token)).caller);
      return true;
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      if (error.code === 'auth_unavailable')
        throw new HttpException({ error: error.code, message: error.message }, 503, { cause: error });
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'Bearer');
      throw new HttpException({ error: error.code, message: error.message }, 401, { cause: error });
    }
  }
}

export const MISSING_TOKEN_HELP =
  'A token is needed: send "Authorization: Bearer <jwt>", the subprotocol "bearer.<jwt>", or ?token=<jwt>.';
