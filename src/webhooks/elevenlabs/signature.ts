// ElevenLabs signs `<t>.<body>` with HMAC-SHA256 and says so in one header: `t=<unix seconds>,v0=<hex>`. Its own SDK takes
// times in the future and compares in a time that depends on the digest; here neither is so.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Hmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'elevenlabs-signature';

/** How old a signature may be, as in the vendor's SDK, ms. */
const MAX_AGE_MS = 30 * 60_000;
/** How far its clock may be ahead of ours, ms. */
const MAX_AHEAD_MS = 60_000;

const FAULTS = {
  signature_missing: 'There is no ElevenLabs-Signature.',
  signature_malformed: 'ElevenLabs-Signature has to be t=<unix seconds>,v0=<64 hex digits>.',
  signature_old: 'The signature is more than 30 minutes old.',
  signature_future: 'The signature is of a time to come: set the clocks.',
  signature_invalid: 'The body was not signed with the secret that this server has.',
} as const;

/** The request is not ElevenLabs', or not as it was sent. */
export class SignatureError extends Error {
  constructor(readonly code: keyof typeof FAULTS) {
    super(FAULTS[code]);
    this.name = 'SignatureError';
  }
}

/** The check of one body, which may come in pieces. */
export class SignatureCheck {
  private readonly hmac: Hmac;

  private constructor(
    timestamp: string,
    private readonly given: readonly Buffer[],
    secret: string,
  ) {
    this.hmac = createHmac('sha256', secret).update(`${timestamp}.`);
  }

  /** What can be refused before there is a body is. `now` in ms since 1970. Throws SignatureError. */
  static begin(header: string | undefined, secret: string, now: number): SignatureCheck {
    if (header === undefined || header === '') throw new SignatureError('signature_missing');
    const parts = header.split(',', 8).map((part) => part.trim());
    const timestamp = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2);
    const digests = parts
      .filter((part) => /^v0=[\da-f]{64}$/i.test(part))
      .map((part) => Buffer.from(part.slice(3), 'hex'));
    if (timestamp === undefined || digests.length === 0) throw new SignatureError('signature_malformed');
    const age = now - Number(timestamp) * 1000;
    if (age > MAX_AGE_MS) throw new SignatureError('signature_old');
    if (-age > MAX_AHEAD_MS) throw new SignatureError('signature_future');
    return new SignatureCheck(timestamp, digests, secret);
  }

  update(piece: Uint8Array): void {
    this.hmac.update(piece);
  }

  /** Once, when the body is whole; takes as long for a wrong digest as for a right one. Throws SignatureError. */
  end(): void {
    const digest = this.hmac.digest();
    if (!this.given.some((given) => timingSafeEqual(given, digest))) throw new SignatureError('signature_invalid');
  }
}
