import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { demandAdmin, demandPlacer } from '../identity/demanded-claims.js';
import { callerOf } from '../identity/jwt.guard.js';
import { REST_INFO } from './rest-info.js';
import type { RestInfo } from './rest-info.js';
import { RestGate } from './rest-gate.js';

/** Has a route kept as its RestInfo says: not too many requests of an address, a good token, not too many of its user. */
@Injectable()
export class RestGuard implements CanActivate {
  constructor(@Inject(RestGate) private readonly gate: RestGate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    // What is answered is the caller's: nothing on the way may keep it, unless its route says so.
    response.setHeader('Cache-Control', 'no-store');
    const { protection, limit } = Reflect.getMetadata(REST_INFO, context.getHandler()) as RestInfo;
    const room = context.getClass().name;
    if (limit === 'address' || limit === 'user') await this.gate.address(room, request, response);
    if (limit === 'second') await this.gate.second(room, request, response);
    if (protection !== 'token' && protection !== 'admin' && protection !== 'placer') return true;
    await this.gate.tokens.canActivate(context);
    const caller = callerOf(request);
    if (protection === 'admin') demandAdmin(caller);
    if (protection === 'placer') demandPlacer(caller);
    if (limit === 'user') await this.gate.user(room, caller.userId, response);
    return true;
  }
}
