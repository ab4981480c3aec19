import type { KeyObject } from 'node:crypto';
import type { JwtService } from '@nestjs/jwt';
import { CLOCK_TOLERANCE_S, toVerifiedToken } from './claims.js';
import { AuthError } from './token-verifier.port.js';
import type { TokenFault, TokenVerifier, VerifiedToken } from './token-verifier.port.js';

export interface ExpectedClaims {
  /** Required `iss`, when set. */
  readonly issuer?: string | undefined;
  /** Required `aud`, when set. */
  readonly audience?: string | undefined;
}

/** Tokens signed with a secret that this server shares with the issuer: HS256 and nothing else. */
export class SecretTokenVerifier implements TokenVerifier {
  constructor(
    private readonly jwt: JwtService,
    private readonly key: KeyObject,
    private readonly expected: ExpectedClaims,
  ) {}

  async verify(token: string): Promise<VerifiedToken> {
    return toVerifiedToken(this.checkSignature(token), token);
  }

  private checkSignature(token: string): unknown {
    const { issuer, audience } = this.expected;
    try {
      return this.jwt.verify<Record<string, unknown>>(token, {
        // JwtService's type allows strings only, but it hands the value on to jsonwebtoken, which takes KeyObjects.
        secret: this.key as unknown as Buffer,
        algorithms: ['HS256'],
        clockTolerance: CLOCK_TOLERANCE_S,
        ...(issuer === undefined ? {} : { issuer }),
        ...(audience === undefined ? {} : { audience }),
      });
    } catch (error) {
      throw (error as Error).name === 'TokenExpiredError'
        ? new AuthError('token_expired', 'The token has expired; get a new one.')
        : AuthError.invalid(faultOf(error as Error), { cause: error });
    }
  }
}

/** jsonwebtoken tells its faults apart by the beginning of the message only. */
const FAULTS: readonly (readonly [RegExp, TokenFault])[] = [
  [/^jwt (audience|aud)/, 'audience'],
  [/^jwt (issuer|iss)/, 'issuer'],
  [/^jwt not active/, 'not valid yet'],
  [/^invalid signature|^jwt signature/, 'signature'],
  [/^invalid algorithm/, 'algorithm'],
  [/^invalid (exp|nbf|iat) value/, 'claims'],
];

const faultOf = ({ message }: Error): TokenFault => FAULTS.find(([pattern]) => pattern.test(message))?.[1] ?? 'form';
