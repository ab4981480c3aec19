import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { credentials } from './header-values.js';

/** RFC 7616 and RFC 8760: what a caller may prove himself with. */
const ALGORITHMS = { MD5: 'md5', 'SHA-256': 'sha256' } as const;
export type DigestAlgorithm = keyof typeof ALGORITHMS;

/** How long a challenge can be answered, ms: one round trip, and a person who types nothing. */
const NONCE_TTL_MS = 30_000;
/** Nonces whose counts are remembered. What is forgotten early is refused once, as stale. */
const MAX_NONCES = 10_000;
const REALM = 'parley';
const HEX_COUNT = /^[\da-f]{8}$/;

export interface DigestAnswer {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly method: string;
}

const hash = (algorithm: DigestAlgorithm, text: string): string =>
  createHash(ALGORITHMS[algorithm]).update(text).digest('hex');

/** RFC 7616 section 3.4.1 with qop=auth, in hex. */
export function digestResponse(algorithm: DigestAlgorithm, password: string, answer: DigestAnswer): string {
  const { username, realm, nonce, uri, nc, cnonce, method } = answer;
  const secret = hash(algorithm, `${username}:${realm}:${password}`);
  const what = hash(algorithm, `${method}:${uri}`);
  return hash(algorithm, [secret, nonce, nc, cnonce, 'auth', what].join(':'));
}

/** `stale`: the right password, for a challenge that is too old or was answered so already. */
export type Verdict = { readonly user: string } | 'wrong' | 'stale' | 'missing';

/** Challenges callers and looks at their answers. A nonce says itself when it was made, so that nothing is kept for strangers. */
export class Digest {
  private readonly key = randomBytes(32);
  /** The highest count that was used with a nonce. */
  private readonly counts = new LRUCache<string, number>({ max: MAX_NONCES });

  constructor(
    /** Passwords by name. */
    private readonly users: ReadonlyMap<string, string>,
    /** Those that are offered, first to last; no other is taken. */
    private readonly algorithms: readonly DigestAlgorithm[],
    private readonly now: () => number = Date.now,
  ) {}

  /** Values of WWW-Authenticate, one an algorithm. */
  challenges(isStale: boolean): string[] {
    const nonce = this.sign(`${this.now().toString(16)}-${randomBytes(8).toString('hex')}`);
    return this.algorithms.map(
      (algorithm) =>
        `Digest realm="${REALM}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${isStale ? ', stale=true' : ''}`,
    );
  }

  /** Of the Authorization headers of a request. */
  verify(method: string, authorizations: readonly string[]): Verdict {
    const answers = authorizations.map((value) => credentials(value));
    const params = answers.find((each) => each.scheme === 'digest' && each.params.get('realm') === REALM)?.params;
    if (params === undefined) return 'missing';
    const [username = '', nonce = '', uri = '', nc = '', cnonce = '', response = ''] = FIELDS.map((field) =>
      params.get(field),
    );
    const algorithm = this.algorithms.find((each) => each === (params.get('algorithm')?.toUpperCase() ?? 'MD5'));
    if (algorithm === undefined || params.get('qop') !== 'auth' || !HEX_COUNT.test(nc)) return 'wrong';
    const password = this.users.get(username);
    const answer = { username, realm: REALM, nonce, uri, nc, cnonce, method };
    // A stranger's name takes as long as a known one.
    const right = digestResponse(algorithm, password ?? this.key.toString('hex'), answer);
    if (!same(right, response.toLowerCase()) || password === undefined || !this.isOurs(nonce)) return 'wrong';
    return this.isFresh(nonce, Number.parseInt(nc, 16)) ? { user: username } : 'stale';
  }

  private sign(made: string): string {
    return `${made}-${createHmac('sha256', this.key).update(made).digest('hex').slice(0, 32)}`;
  }

  private isOurs(nonce: string): boolean {
    return same(nonce, this.sign(nonce.slice(0, Math.max(0, nonce.lastIndexOf('-')))));
  }

  private isFresh(nonce: string, count: number): boolean {
    if (this.now() - Number.parseInt(nonce, 16) > NONCE_TTL_MS) return false;
    if (count <= (this.counts.get(nonce) ?? 0)) return false;
    this.counts.set(nonce, count);
    return true;
  }
}

const FIELDS = ['username', 'nonce', 'uri', 'nc', 'cnonce', 'response'] as const;
function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
