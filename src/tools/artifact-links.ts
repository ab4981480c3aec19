import { createHmac, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto';

/** What a signed link says besides its path: the query's parts, as they came. */
export interface LinkProof {
  /** Seconds since 1970. */
  readonly expires: string;
  /** HMAC-SHA256 of path and expiry, base64url. */
  readonly signature: string;
}

/** `expired` is only said of a link that was good once. */
export type LinkState = 'valid' | 'expired' | 'invalid';

export interface ArtifactLinksOptions {
  /** From which the key of the links is derived; all workers of a server have the same. */
  readonly secret: KeyObject;
  /** How long a link is good, ms. */
  readonly ttlMs: number;
  /** ms since the epoch. */
  readonly now?: () => number;
}

/**
 * Links that open one file for a while, for whoever has them: no token stands in them, and they say nothing of their owner.
 * The key is derived (HKDF, RFC 5869), so that no signature of a link helps to make a token.
 */
export class ArtifactLinks {
  private readonly key: Uint8Array;
  private readonly ttlMs: number;
  private readonly now: () => number;

  constructor({ secret, ttlMs, now = Date.now }: ArtifactLinksOptions) {
    this.key = new Uint8Array(hkdfSync('sha256', secret, '', 'parley artifact links', 32));
    this.ttlMs = ttlMs;
    this.now = now;
  }

  /** The path with its proof in the query. */
  sign(path: string): string {
    const expires = String(Math.floor((this.now() + this.ttlMs) / 1000));
    return `${path}?expires=${expires}&signature=${this.signatureOf(path, expires).toString('base64url')}`;
  }

  check(path: string, { expires, signature }: LinkProof): LinkState {
    const given = Buffer.from(signature, 'base64url');
    const right = this.signatureOf(path, expires);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return 'invalid';
    return Number(expires) * 1000 > this.now() ? 'valid' : 'expired';
  }

  private signatureOf(path: string, expires: string): Buffer {
    return createHmac('sha256', this.key).update(`${path}\n${expires}`).digest();
  }
}
