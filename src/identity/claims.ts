import { z } from 'zod';
import { AuthError } from './token-verifier.port.js';
import type { VerifiedToken } from './token-verifier.port.js';

/** Clocks of the issuer and of this server may differ by this much, s. */
export const CLOCK_TOLERANCE_S = 5;

/** Later than any date in seconds that an issuer can mean, and earlier than every one since 1973 in milliseconds. */
const MILLISECONDS_FROM = 100_000_000_000;

const AGENT_NAME = z
  .string({ error: 'must be a list of names of agents, such as ["julia"]' })
  .min(1, { error: 'must not hold an empty name' })
  .max(64, { error: 'must hold names of at most 64 characters' });

/** What every token must say, whoever signed it; other claims are kept as they are. RFC 7519: `exp` may have a fraction. */
const claimsSchema = z.looseObject({
  sub: z
    .string({ error: 'must be a text of 1 to 256 characters' })
    .min(1, { error: 'must not be empty' })
    .max(256, { error: 'must have at most 256 characters' }),
  exp: z
    .number({ error: 'must be a number, in seconds since 1970' })
    .positive({ error: 'must be a number, in seconds since 1970' })
    .lt(MILLISECONDS_FROM, { error: 'seems to be in milliseconds; it has to be in seconds since 1970' }),
  agents: z
    .array(AGENT_NAME, { error: 'must be a list of names of agents, such as ["julia"]' })
    .max(100, { error: 'must name at most 100 agents' })
    .optional(),
});

/** The caller that the claims of a token with a valid signature describe. Throws AuthError. */
export function toVerifiedToken(payload: unknown, token: string): VerifiedToken {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    // Of a token whose signature was good: its issuer is told what to mend.
    const { path: [claim] = [], message } = claims.error.issues[0] ?? { message: 'cannot be used' };
    throw new AuthError('token_invalid', `The token's claim "${String(claim ?? 'sub')}" ${message}.`, {
      fault: 'claims',
    });
  }
  const { sub, exp, agents } = claims.data;
  return {
    caller: { userId: sub, claims: claims.data, accessToken: token },
    expiresAt: Math.floor((exp + CLOCK_TOLERANCE_S) * 1000),
    agents,
  };
}

/** Whether the token lets its bearer talk to this agent. */
export function mayUseAgent(token: VerifiedToken, agent: string): boolean {
  return token.agents === undefined || token.agents.includes(agent);
}
