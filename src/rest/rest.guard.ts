import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { demandAdmin, demandPlacer } from '../identity/demanded-claims.js';
import { callerOf } from '../identity/jwt.guard.js';
import { REST_INFO } from './rest-info.js';
import type { RestInfo } from './rest-info.js';
import { RestGate } from './rest-gate.js';
import { refusal } from './refusal.js';

/** A body of another kind is not read, and its fields would be missed one by one. Throws HttpException 415. */
function demandReadable({ body, bodyType }: RestInfo, request: Request): void {
  // Express takes no bytes for a body, too.
  const isEmpty = request.headers['content-length'] === '0';
  if (body === undefined || bodyType !== undefined || isEmpty || request.is('application/json') !== false) return;
  throw refusal(415, 'unsupported_media_type', 'Send JSON, and Content-Type: application/json with it.');
}

/**
 * Has a route kept as its RestInfo says: not too many requests of an address, a good token, not too many of its user, JSON where
 * that is what it reads.
 */
@Injectable()
export class RestGuard implements CanActivate {
  constructor(@Inject(RestGate) private readonly gate: RestGate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    // What is answered is the caller's: nothing on the way may keep it, unless its route says so.
    response.setHeader('Cache-Control', 'no-store');
    const info = Reflect.getMetadata(REST_INFO, context.getHandler()) as RestInfo;
    const { protection, limit } = info;
    const room = context.getClass().name;
    if (limit === 'address' || limit === 'user') await this.gate.address(room, request, response);
    if (limit === 'second') await this.gate.second(room, request, response);
    if (protection !== 'token' && protection !== 'admin' && protection !== 'placer') return true;
    await this.gate.tokens.canActivate(context);
    const caller = callerOf(request);
    if (protection === 'admin') demandAdmin(caller);
    if (protection === 'placer') demandPlacer(caller);
    if (limit === 'user') await this.gate.user(room, caller.userId, response);
    demandReadable(info, request);
    return true;
  }
}
