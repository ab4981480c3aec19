import { HttpException, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { callerOf } from './jwt.guard.js';

/** Lets a request through whose token says `"role": "admin"` or `"admin": true`. Stands behind JwtGuard. */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { claims } = callerOf(context.switchToHttp().getRequest<Request>());
    if (claims['role'] === 'admin' || claims['admin'] === true) return true;
    throw new HttpException({ error: 'admin_required', message: 'The token needs the claim "role": "admin".' }, 403);
  }
}
