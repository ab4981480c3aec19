import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { mayUseAgent } from '../../identity/claims.js';
import { MISSING_TOKEN_HELP } from '../../identity/jwt.guard.js';
import { findToken } from '../../identity/token-source.js';
import { AuthError, TOKEN_VERIFIER } from '../../identity/token-verifier.port.js';
import type { TokenVerifier, VerifiedToken } from '../../identity/token-verifier.port.js';
import type { Door, Visitor } from './door.js';
import { Refusal, RETRY_SOON } from './refusal.js';

/** Lets in whoever has a JSON Web Token for this server; `?agent=` names an agent, `?resume=` a session to come back to. */
@Injectable()
export class TokenDoor implements Door {
  constructor(@Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier) {}

  isReturning({ url }: IncomingMessage): boolean {
    return inQuery(url, 'resume') !== undefined;
  }

  async identify(request: IncomingMessage): Promise<Visitor> {
    const token = await this.authenticate(request);
    const agent = inQuery(request.url, 'agent')?.slice(0, 64);
    if (agent !== undefined && !mayUseAgent(token, agent)) {
      throw new Refusal('agent_not_allowed', 'Your token does not allow this agent.');
    }
    return { token, agent };
  }

  private async authenticate(request: IncomingMessage): Promise<VerifiedToken> {
    try {
      const token = findToken(request);
      if (token === undefined) throw new AuthError('token_missing', MISSING_TOKEN_HELP);
      return await this.verifier.verify(token);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      const headers = error.code === 'auth_unavailable' ? RETRY_SOON : { 'WWW-Authenticate': 'Bearer' };
      throw new Refusal(error.code, error.message, headers, error.why);
    }
  }
}

function inQuery(url = '', name: string): string | undefined {
  const query = url.indexOf('?');
  const value = query === -1 ? null : new URLSearchParams(url.slice(query)).get(name);
  return value === null || value === '' ? undefined : value;
}
