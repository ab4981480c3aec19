import { z } from 'zod';
import { AuthError } from './token-verifier.port.js';
import type { VerifiedToken } from './token-verifier.port.js';

/** Clocks of the issuer and of this server may differ by this much, s. */
export const CLOCK_TOLERANCE_S = 5;

/** What every token must say, whoever signed it; other claims are kept as they are. */
const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(256),
  exp: z.number().int().positive(),
  agents: z.array(z.string().min(1).max(64)).max(100).optional(),
});

/** The caller that the claims of a token with a valid signature describe. Throws AuthError. */
export function toVerifiedToken(payload: unknown, token: string): VerifiedToken {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    const claim = String(claims.error.issues[0]?.path[0] ?? 'sub');
    throw new AuthError('token_invalid', `The token's "${claim}" claim is missing or not usable.`);
  }
  const { sub, exp, agents } = claims.data;
  return {
    caller: { userId: sub, claims: claims.data, accessToken: token },
    expiresAt: (exp + CLOCK_TOLERANCE_S) * 1000,
    agents,
  };
}

/** Whether the token lets its bearer talk to this agent. */
export function mayUseAgent(token: VerifiedToken, agent: string): boolean {
  return token.agents === undefined || token.agents.includes(agent);
}
