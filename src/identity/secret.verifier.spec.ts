import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { mayUseAgent } from './claims.js';
import { mintToken } from './mint-token.js';
import { SecretTokenVerifier } from './secret.verifier.js';
import { AuthError } from './token-verifier.port.js';

const key = createSecretKey(Buffer.from('a secret that is long enough for HS256'));
const jwt = new JwtService({});
const verifier = new SecretTokenVerifier(jwt, key, {});

/** A token with these claims, signed as the server expects. */
const sign = (claims: object, options: object = {}) =>
  jwt.sign(claims as Record<string, unknown>, { secret: key as unknown as Buffer, algorithm: 'HS256', ...options });

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const soon = () => Math.floor(Date.now() / 1000) + 60;

describe('SecretTokenVerifier', () => {
  it('accepts what mintToken makes', async () => {
    const token = mintToken(key, { userId: 'demo', ttlSeconds: 60, agents: ['julia'], claims: { name: 'Ann' } });
    const verified = await verifier.verify(token);
    expect(verified.caller).toMatchObject({ userId: 'demo', accessToken: token, claims: { sub: 'demo', name: 'Ann' } });
    expect(verified.expiresAt).toBeGreaterThan(Date.now() + 55_000);
    expect(mayUseAgent(verified, 'julia')).toBe(true);
    expect(mayUseAgent(verified, 'max')).toBe(false);
  });

  it('allows every agent when the token names none', async () => {
    const verified = await verifier.verify(mintToken(key, { userId: 'demo', ttlSeconds: 60 }));
    expect(mayUseAgent(verified, 'anyone')).toBe(true);
  });

  it.each([
    ['garbage', () => 'garbage', 'token_invalid'],
    [
      'another secret',
      () => mintToken(createSecretKey(Buffer.alloc(40, 1)), { userId: 'demo', ttlSeconds: 60 }),
      'token_invalid',
    ],
    ['an old token', () => mintToken(key, { userId: 'demo', ttlSeconds: -60 }), 'token_expired'],
    ['a token of tomorrow', () => sign({ sub: 'demo' }, { expiresIn: 60, notBefore: 3600 }), 'token_invalid'],
    ['no exp', () => sign({ sub: 'demo' }), 'token_invalid'],
    ['no sub', () => sign({}, { expiresIn: 60 }), 'token_invalid'],
    ['an empty sub', () => sign({ sub: '', exp: soon() }), 'token_invalid'],
    ['agents that are no list', () => sign({ sub: 'demo', exp: soon(), agents: 'julia' }), 'token_invalid'],
    [
      'no signature',
      () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ sub: 'demo', exp: soon() })}.`,
      'token_invalid',
    ],
    ['another hash', () => sign({ sub: 'demo' }, { expiresIn: 60, algorithm: 'HS512' }), 'token_invalid'],
    [
      'the key of another algorithm',
      () => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        return jwt.sign({ sub: 'demo' }, { privateKey, algorithm: 'RS256', expiresIn: 60 });
      },
      'token_invalid',
    ],
  ])('refuses %s, without repeating the token', async (_what, make, code) => {
    const token = make();
    const error: unknown = await verifier.verify(token).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthError);
    expect(error).toMatchObject({ code });
    expect((error as AuthError).message).not.toContain(token.slice(0, 20));
  });

  it('checks issuer and audience when they are configured', async () => {
    const strict = new SecretTokenVerifier(jwt, key, { issuer: 'https://me', audience: 'parley' });
    const token = (issuer?: string, audience?: string) =>
      mintToken(key, { userId: 'demo', ttlSeconds: 60, issuer, audience });
    await expect(strict.verify(token('https://me', 'parley'))).resolves.toMatchObject({ caller: { userId: 'demo' } });
    await expect(strict.verify(token('https://you', 'parley'))).rejects.toMatchObject({ code: 'token_invalid' });
    await expect(strict.verify(token('https://me'))).rejects.toMatchObject({ code: 'token_invalid' });
  });
});
