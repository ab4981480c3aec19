import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { JwtGuard } from './jwt.guard.js';
import { findToken } from './token-source.js';

/** The query of a signed link. */
export interface LinkProof {
  readonly expires: string;
  readonly signature: string;
}

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
