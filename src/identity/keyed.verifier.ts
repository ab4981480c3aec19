import { decodeProtectedHeader } from 'jose';
import { AuthError } from './token-verifier.port.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.port.js';

/**
 * Chooses by the algorithm that the token names: HS256 is checked with the secret and with nothing else, everything else
 * with the issuer's published keys. So an issuer may move from the one to the other while tokens of both are in use, and
 * a published key is never taken for a secret.
 */
export class KeyedTokenVerifier implements TokenVerifier {
  constructor(
    private readonly secret: TokenVerifier | undefined,
    private readonly published: TokenVerifier | undefined,
  ) {}

  async verify(token: string): Promise<VerifiedToken> {
    const verifier = algorithmOf(token) === 'HS256' ? this.secret : this.published;
    if (verifier === undefined) throw AuthError.invalid('algorithm');
    return verifier.verify(token);
  }
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch (error) {
    throw AuthError.invalid('form', { cause: error });
  }
}
