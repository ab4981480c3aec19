import { AuthError } from './token-verifier.port.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.port.js';
import { KeyedTokenVerifier } from './keyed.verifier.js';

const verified = (userId: string): VerifiedToken => ({
  caller: { userId, claims: {}, accessToken: '' },
  expiresAt: 0,
  agents: undefined,
});
const by = (userId: string): TokenVerifier => ({ verify: async () => verified(userId) });
const token = (alg: unknown): string => `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.e30.c2ln`;

describe('KeyedTokenVerifier', () => {
  const both = new KeyedTokenVerifier(by('secret'), by('published'));

  it.each([
    ['HS256', 'secret'],
    ['RS256', 'published'],
    ['ES256', 'published'],
    ['none', 'published'],
    ['hs256', 'published'],
  ])('has %s checked with the %s key and no other', async (alg, userId) => {
    expect((await both.verify(token(alg))).caller.userId).toBe(userId);
  });

  it('refuses what there is no key for, and what is no token', async () => {
    await expect(new KeyedTokenVerifier(undefined, by('p')).verify(token('HS256'))).rejects.toMatchObject({
      code: 'token_invalid',
      why: 'algorithm',
    });
    await expect(new KeyedTokenVerifier(by('s'), undefined).verify(token('RS256'))).rejects.toBeInstanceOf(AuthError);
    await expect(both.verify('no token')).rejects.toMatchObject({ code: 'token_invalid', why: 'form' });
  });
});
