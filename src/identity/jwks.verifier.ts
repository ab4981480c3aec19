import { setTimeout } from 'node:timers/promises';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { CLOCK_TOLERANCE_S, toVerifiedToken } from './claims.js';
import type { ExpectedClaims } from './secret.verifier.js';
import { AuthError } from './token-verifier.port.js';
import type { TokenFault, TokenVerifier, VerifiedToken } from './token-verifier.port.js';

/** How long one fetch of the keys may take, ms. */
const FETCH_TIMEOUT_MS = 3000;
/** A token with an unknown key makes us look again, but not more often than this, ms: strangers can make up such tokens. */
const UNKNOWN_KEY_COOLDOWN_MS = 1000;
/** After a refresh that failed, the next one comes no sooner than this, ms. */
const RETRY_REFRESH_MS = 30_000;
/** So many keys are tried for a token that names none; an issuer has two or three. */
const MAX_KEYS_TRIED = 8;
/** Keys are fetched again in the background when they are older than this, ms. */
const REFRESH_AFTER_MS = 600_000;
/** While the issuer cannot be reached, keys that it gave are still trusted for so long, ms. */
const TRUST_KEYS_MS = 86_400_000;

/** What jose throws when the token is at fault; whatever else it throws means that the keys could not be had. */
const TOKEN_FAULTS: readonly (readonly [abstract new (...args: never[]) => errors.JOSEError, TokenFault])[] = [
  [errors.JWTInvalid, 'form'],
  [errors.JWSInvalid, 'form'],
  [errors.JWSSignatureVerificationFailed, 'signature'],
  [errors.JOSEAlgNotAllowed, 'algorithm'],
  [errors.JOSENotSupported, 'algorithm'],
  [errors.JWKSNoMatchingKey, 'no such key'],
];

const CLAIM_FAULTS: Readonly<Record<string, TokenFault>> = { iss: 'issuer', aud: 'audience', nbf: 'not valid yet' };

function faultOf(error: unknown): TokenFault | undefined {
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_FAULTS[error.claim] ?? 'claims';
  return TOKEN_FAULTS.find(([kind]) => error instanceof kind)?.[1];
}

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
      ...(expected.issuer === undefined ? {} : { issuer: expected.issuer }),
      ...(expected.audience === undefined ? {} : { audience: expected.audience }),
    };
  }

  async verify(token: string): Promise<VerifiedToken> {
    this.refreshOldKeys();
    try {
      return toVerifiedToken(await this.payloadOf(token), token);
    } catch (error) {
      throw toAuthError(error);
    }
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, this.keys, this.options)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return this.tryEach(token, error);
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.keys.coolingDown) throw error;
    }
    // The key may have been published since we last looked, a moment ago.
    await setTimeout(UNKNOWN_KEY_COOLDOWN_MS);
    return (await jwtVerify(token, this.keys, this.options)).payload;
  }

  /** The token names no key (`kid`), and the issuer has several of its kind. */
  private async tryEach(token: string, matching: errors.JWKSMultipleMatchingKeys): Promise<JWTPayload> {
    let tried = 0;
    for await (const key of matching) {
      tried += 1;
      if (tried > MAX_KEYS_TRIED) break;
      try {
        return (await jwtVerify(token, key, this.options)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }

  /** Nobody waits for this fetch, and when it fails the keys in hand go on being used until they are too old to trust. */
  private refreshOldKeys(): void {
    const now = Date.now();
    if (this.keys.jwks() === undefined || now - this.refreshedAt < REFRESH_AFTER_MS) return;
    const firstUse = this.refreshedAt === 0;
    this.refreshedAt = now;
    if (firstUse) return;
    this.keys.reload().catch(() => {
      this.refreshedAt = now - REFRESH_AFTER_MS + RETRY_REFRESH_MS;
    });
  }
}

function toAuthError(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof errors.JWTExpired)
    return new AuthError('token_expired', 'The token has expired; get a new one.');
  const fault = faultOf(error);
  return fault !== undefined
    ? AuthError.invalid(fault, { cause: error })
    : new AuthError('auth_unavailable', 'Tokens cannot be checked at the moment; try again.', { cause: error });
}
