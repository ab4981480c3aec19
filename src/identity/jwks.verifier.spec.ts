import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { JwksTokenVerifier } from './jwks.verifier.js';

interface Issuer {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

async function makeIssuer(alg: 'RS256' | 'ES256', kid: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

async function sign({ kid, jwk, privateKey }: Issuer, claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ sub: 'demo', ...claims })
    .setProtectedHeader({ alg: String(jwk.alg), kid })
    .setExpirationTime(Math.floor(Date.now() / 1000) + 60)
    .sign(privateKey);
}

describe('JwksTokenVerifier', () => {
  let rsa: Issuer;
  let elliptic: Issuer;
  let server: Server;
  let url: string;
  let published: JWK[] = [];
  let status = 200;
  let fetches = 0;

  beforeAll(async () => {
    [rsa, elliptic] = await Promise.all([makeIssuer('RS256', 'r'), makeIssuer('ES256', 'e')]);
    server = createServer((_request, response) => {
      fetches += 1;
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  });
  beforeEach(() => {
    published = [rsa.jwk, elliptic.jwk];
    status = 200;
    fetches = 0;
  });
  afterAll(() => void server.close());

  it('accepts RS256 and ES256 of the published keys, and fetches them once', async () => {
    const verifier = new JwksTokenVerifier(url, {});
    const tokens = await Promise.all([sign(rsa), sign(elliptic), sign(rsa)]);
    const verified = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(verified.map(({ caller }) => caller.userId)).toEqual(['demo', 'demo', 'demo']);
    expect(fetches).toBe(1);
  });

  it('refuses keys that are not published, and claims that are not expected', async () => {
    const verifier = new JwksTokenVerifier(url, { issuer: 'https://me' });
    const stranger = await makeIssuer('ES256', 'unknown');
    await expect(verifier.verify(await sign(stranger, { iss: 'https://me' }))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(verifier.verify(await sign(rsa, { iss: 'https://you' }))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(verifier.verify(await sign(rsa, { iss: 'https://me', sub: '' }))).rejects.toMatchObject({
      code: 'token_invalid',
    });
    await expect(verifier.verify('garbage')).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('refuses a token that is signed with the public key as if it were a secret', async () => {
    const verifier = new JwksTokenVerifier(url, {});
    const forged = await new SignJWT({ sub: 'demo' })
      .setProtectedHeader({ alg: 'HS256', kid: 'r' })
      .setExpirationTime('1m')
      .sign(new TextEncoder().encode(JSON.stringify(rsa.jwk)));
    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'token_invalid' });
    expect(fetches).toBe(0);
  });

  it('tells an expired token from a bad one', async () => {
    const old = await new SignJWT({ sub: 'demo' })
      .setProtectedHeader({ alg: 'RS256', kid: 'r' })
      .setExpirationTime(Math.floor(Date.now() / 1000) - 60)
      .sign(rsa.privateKey);
    await expect(new JwksTokenVerifier(url, {}).verify(old)).rejects.toMatchObject({ code: 'token_expired' });
  });

  it('tries each key for a token that names none', async () => {
    const second = await makeIssuer('RS256', 'r2');
    published = [rsa.jwk, second.jwk];
    const verifier = new JwksTokenVerifier(url, {});
    const nameless = async ({ privateKey }: Issuer) =>
      new SignJWT({ sub: 'demo' }).setProtectedHeader({ alg: 'RS256' }).setExpirationTime('1m').sign(privateKey);
    await expect(verifier.verify(await nameless(second))).resolves.toMatchObject({ caller: { userId: 'demo' } });
    await expect(verifier.verify(await nameless(await makeIssuer('RS256', 'x')))).rejects.toMatchObject({
      code: 'token_invalid',
      why: 'signature',
    });
  });

  it('takes a key that was published a moment ago', async () => {
    const verifier = new JwksTokenVerifier(url, {});
    await verifier.verify(await sign(rsa));
    const fresh = await makeIssuer('RS256', 'fresh');
    published = [rsa.jwk, fresh.jwk];
    await expect(verifier.verify(await sign(fresh))).resolves.toMatchObject({ caller: { userId: 'demo' } });
    expect(fetches).toBe(2);
  });

  it('does not ask the issuer for every token that strangers make up', async () => {
    const verifier = new JwksTokenVerifier(url, {});
    await verifier.verify(await sign(rsa));
    const strangers = await Promise.all(Array.from({ length: 20 }, (_, index) => makeIssuer('ES256', `s${index}`)));
    const outcomes = await Promise.allSettled(strangers.map(async (stranger) => verifier.verify(await sign(stranger))));
    expect(outcomes.every(({ status: outcome }) => outcome === 'rejected')).toBe(true);
    expect(fetches).toBeLessThanOrEqual(3);
  });

  it.each([
    [{ exp: Math.floor(Date.now() / 1000) + 60.5 }, undefined],
    [{ sub: 7 }, /^The token's claim "sub" must be a text/],
    [{ exp: Date.now() + 60_000 }, /^The token's claim "exp" seems to be in milliseconds/],
    [{ agents: 'julia' }, /^The token's claim "agents" must be a list of names/],
    [{ agents: [1] }, /^The token's claim "agents" must be a list of names/],
  ])('reads the claims %j', async (claims, fault) => {
    const verifier = new JwksTokenVerifier(url, {});
    const payload = { sub: 'demo', exp: Math.floor(Date.now() / 1000) + 60, ...claims };
    const token = await new SignJWT(payload as JWTPayload)
      .setProtectedHeader({ alg: 'ES256', kid: 'e' })
      .sign(elliptic.privateKey);
    const verified = verifier.verify(token);
    if (fault === undefined) expect((await verified).expiresAt % 1).toBe(0);
    else await expect(verified).rejects.toMatchObject({ code: 'token_invalid', message: expect.stringMatching(fault) });
  });

  it('says that it cannot check when the issuer cannot be reached, and recovers', async () => {
    const verifier = new JwksTokenVerifier(url, {});
    status = 500;
    await expect(verifier.verify(await sign(rsa))).rejects.toMatchObject({ code: 'auth_unavailable' });
    status = 200;
    await expect(verifier.verify(await sign(rsa))).resolves.toMatchObject({ caller: { userId: 'demo' } });
    status = 500;
    await expect(verifier.verify(await sign(rsa))).resolves.toMatchObject({ caller: { userId: 'demo' } });
    const nobody = new JwksTokenVerifier('http://127.0.0.1:1/keys', {});
    await expect(nobody.verify(await sign(rsa))).rejects.toMatchObject({ code: 'auth_unavailable' });
  });
});
