import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { JwtGuard } from '../../identity/jwt.guard.js';
import { findToken } from '../../identity/token-source.js';
import type { LinkProof } from './artifact-store.port.js';

/** The proof of a signed link; undefined when there is none, or a token beside it, which counts for more. */
export function proofOf(request: Request): LinkProof | undefined {
  const { expires, signature } = request.query;
  const isLink = typeof expires === 'string' && typeof signature === 'string' && findToken(request) === undefined;
  return isLink ? { expires, signature } : undefined;
}

/** Lets a request through that shows a link, whose proof the route has to check, or a good token. */
@Injectable()
export class LinkOrJwtGuard implements CanActivate {
  constructor(@Inject(JwtGuard) private readonly jwt: JwtGuard) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const isLink = proofOf(context.switchToHttp().getRequest<Request>()) !== undefined;
    return isLink || this.jwt.canActivate(context);
  }
}
