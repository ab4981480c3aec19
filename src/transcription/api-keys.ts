import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const ID_CHARS = 16;

/** Keys of machines that transcribe without a token. Only their hashes are kept. */
export class ApiKeys {
  private readonly digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.digests = keys.map(digest);
  }

  /**
   * The name under which this key's requests are counted and cached (a part of its hash); undefined when it is not one of
   * the keys. Takes the same time for every key of the same length.
   */
  idOf(key: string): string | undefined {
    const given = digest(key);
    let isKnown = false;
    for (const known of this.digests) isKnown = timingSafeEqual(known, given) || isKnown;
    return isKnown ? given.toString('hex').slice(0, ID_CHARS) : undefined;
  }
}
