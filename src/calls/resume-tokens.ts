import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a token. */
const TOKEN_BYTES = 32;

const makeToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** The hash of the token among those that are valid, found in a time that does not depend on them. */
export function findToken(token: string, hashes: readonly string[]): string | undefined {
  const given = Buffer.from(hashOf(token));
  return hashes.filter((hash) => hash.length === given.length && timingSafeEqual(Buffer.from(hash), given))[0];
}

/**
 * The tokens that resume one call. Each that is used has a successor, and stays valid until that is used, because the client
 * may never have got it.
 */
export class ResumeTokens {
  private newest = makeToken();
  private used: string | undefined;

  /** `used`: the hash of the token by which the call comes here from another process. */
  constructor(used?: string) {
    this.used = used;
  }

  /** What the client has to show. */
  get current(): string {
    return this.newest;
  }

  /** SHA-256 of the tokens that are valid, base64url. */
  get hashes(): readonly string[] {
    return this.used === undefined ? [hashOf(this.newest)] : [hashOf(this.newest), this.used];
  }

  /** Whether the token is valid; if so, it counts as used. */
  use(token: string): boolean {
    const found = findToken(token, this.hashes);
    if (found === undefined) return false;
    this.used = found;
    this.newest = makeToken();
    return true;
  }
}
