import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { ArtifactLinks } from './artifact-links.js';

const secret = createSecretKey(Buffer.from('a secret that is long enough for HS256'));
const PATH = '/v1/artifacts/abcdefghijklmnopqrstuv.svg';
const HOUR = 3_600_000;
let now = Date.UTC(2026, 10, 29, 10);
const links = new ArtifactLinks({ secret, ttlMs: HOUR, now: () => now });

const proofOf = (link: string) => {
  const query = new URLSearchParams(link.split('?')[1]);
  return { expires: query.get('expires') ?? '', signature: query.get('signature') ?? '' };
};

describe('ArtifactLinks', () => {
  it('signs a link that is good until it expires', () => {
    const link = links.sign(PATH);
    expect(link).toMatch(/^\/v1\/artifacts\/[\w-]{22}\.svg\?expires=\d{10}&signature=[\w-]{43}$/);
    expect(links.check(PATH, proofOf(link))).toBe('valid');
    now += HOUR - 1000;
    expect(links.check(PATH, proofOf(link))).toBe('valid');
    now += 1000;
    expect(links.check(PATH, proofOf(link))).toBe('expired');
  });

  it('takes no link that was changed', () => {
    const { expires, signature } = proofOf(links.sign(PATH));
    expect(links.check(PATH.replace('a', 'b'), { expires, signature })).toBe('invalid');
    expect(links.check(PATH, { expires: String(Number(expires) + 1), signature })).toBe('invalid');
    expect(links.check(PATH, { expires: ` ${expires}`, signature })).toBe('invalid');
    fc.assert(
      fc.property(fc.string(), fc.string(), (anyExpiry, anySignature) => {
        expect(links.check(PATH, { expires: anyExpiry, signature })).toBe(anyExpiry === expires ? 'valid' : 'invalid');
        const isSame = Buffer.from(anySignature, 'base64url').equals(Buffer.from(signature, 'base64url'));
        expect(links.check(PATH, { expires, signature: anySignature })).toBe(isSame ? 'valid' : 'invalid');
      }),
    );
  });

  it('takes no link of another server, and its key makes no token', () => {
    const other = new ArtifactLinks({ secret: createSecretKey(Buffer.alloc(40, 1)), ttlMs: HOUR, now: () => now });
    expect(links.check(PATH, proofOf(other.sign(PATH)))).toBe('invalid');
    const [, query = ''] = links.sign(PATH).split('?');
    expect(query).not.toMatch(/eyJ|token/);
  });
});
