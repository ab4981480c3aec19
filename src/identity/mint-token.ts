import type { KeyObject } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';

export interface MintOptions {
  readonly userId: string;
  /** s. */
  readonly ttlSeconds: number;
  /** Restricts the token to these agents; all when absent. */
  readonly agents?: readonly string[];
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Further claims, for example for the variables of an agent's instructions. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An HS256 token that a server with the same secret accepts: for development, demos and tests. */
export function mintToken(key: KeyObject, options: MintOptions): string {
  const { userId, ttlSeconds, agents, issuer, audience, claims } = options;
  return new JwtService({ secret: key }).sign(
    { ...claims, ...(agents === undefined ? {} : { agents: [...agents] }) },
    {
      algorithm: 'HS256',
      subject: userId,
      expiresIn: ttlSeconds,
      ...(issuer === undefined ? {} : { issuer }),
      ...(audience === undefined ? {} : { audience }),
    },
  );
}
