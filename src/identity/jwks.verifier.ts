import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyOptions } from 'jose';
import { CLOCK_TOLERANCE_S, toVerifiedToken } from './claims.js';
import type { ExpectedClaims } from './secret.verifier.js';
import { AuthError } from './token-verifier.port.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.port.js';

/** How long one fetch of the keys may take, ms. */
const FETCH_TIMEOUT_MS = 3000;
/** A token with an unknown key makes us look again, but not more often than this, ms. */
const UNKNOWN_KEY_COOLDOWN_MS = 30_000;
/** Keys are fetched again in the background when they are older than this, ms. */
const REFRESH_AFTER_MS = 600_000;
/** While the issuer cannot be reached, keys that it gave are still trusted for so long, ms. */
const TRUST_KEYS_MS = 86_400_000;

/** What jose throws when the token is at fault; whatever else it throws means that the keys could not be had. */
const TOKEN_FAULTS = [
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
] as const;

/** Tokens signed by an issuer that publishes its keys (Supabase, Auth0, ...): RS256 and ES256. */
export class JwksTokenVerifier implements TokenVerifier {
  private readonly keys;
  private readonly options: JWTVerifyOptions;
  private refreshedAt = 0;

  constructor(url: string, expected: ExpectedClaims) {
    this.keys = createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cooldownDuration: UNKNOWN_KEY_COOLDOWN_MS,
      cacheMaxAge: TRUST_KEYS_MS,
    });
    this.options = {
      algorithms: ['RS256', 'ES256'],
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp', 'sub'],
      ...(expected.issuer === undefined ? {} : { issuer: expected.issuer }),
      ...(expected.audience === undefined ? {} : { audience: expected.audience }),
    };
  }

  async verify(token: string): Promise<VerifiedToken> {
    this.refreshOldKeys();
    try {
      const { payload } = await jwtVerify(token, this.keys, this.options);
      return toVerifiedToken(payload, token);
    } catch (error) {
      throw toAuthError(error);
    }
  }

  /** Nobody waits for this fetch, and when it fails the keys in hand go on being used until they are too old to trust. */
  private refreshOldKeys(): void {
    const now = Date.now();
    if (this.keys.jwks() === undefined || now - this.refreshedAt < REFRESH_AFTER_MS) return;
    const firstUse = this.refreshedAt === 0;
    this.refreshedAt = now;
    if (firstUse) return;
    this.keys.reload().catch(() => {
      this.refreshedAt = now - REFRESH_AFTER_MS + UNKNOWN_KEY_COOLDOWN_MS;
    });
  }
}

function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof errors.JWTExpired)
    return new AuthError('token_expired', 'The token has expired; get a new one.');
  return TOKEN_FAULTS.some((fault) => error instanceof fault)
    ? new AuthError('token_invalid', 'The token is not valid for this server.', { cause: error })
    : new AuthError('auth_unavailable', 'Tokens cannot be checked at the moment; try again.', { cause: error });
}
