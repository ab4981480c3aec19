import { Digest, digestResponse } from './digest.js';
import type { DigestAlgorithm } from './digest.js';

/** RFC 7616 section 3.9.1. */
const MUFASA = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  uri: '/dir/index.html',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  method: 'GET',
};

const USERS = new Map([['trunk', 'Circle of Life']]);
const BOTH = ['MD5', 'SHA-256'] as const;
const nonceIn = (challenge = ''): string => /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';

function answer(
  nonce: string,
  nc = 1,
  change: Record<string, string> = {},
  algorithm: DigestAlgorithm = 'MD5',
): string {
  const fields = { username: 'trunk', realm: 'parley', nonce, uri: 'sip:desk@x', nc: String(nc).padStart(8, '0') };
  const all = { ...fields, cnonce: 'c', ...change };
  const response = digestResponse(algorithm, change['password'] ?? 'Circle of Life', { ...all, method: 'INVITE' });
  return (
    `Digest username="${all.username}", realm="${all.realm}", nonce="${all.nonce}", uri="${all.uri}", ` +
    `response="${change['response'] ?? response}", algorithm=${algorithm}, cnonce="${all.cnonce}", qop=auth, nc=${all.nc}`
  );
}

describe('digest authentication', () => {
  it('computes what RFC 7616 computes', () => {
    expect(digestResponse('MD5', 'Circle of Life', MUFASA)).toBe('8ca523f5e9506fed4657c9700eebdbec');
    expect(digestResponse('SHA-256', 'Circle of Life', MUFASA)).toBe(
      '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1',
    );
  });

  it.each(['MD5', 'SHA-256'] as const)('lets in who answers its challenge by %s', (algorithm) => {
    const digest = new Digest(USERS, BOTH);
    const challenge = digest.challenges(false).find((each) => each.includes(`algorithm=${algorithm},`));
    expect(digest.verify('INVITE', [answer(nonceIn(challenge), 1, {}, algorithm)])).toEqual({ user: 'trunk' });
  });

  it('takes no answer twice, none that is late, and none to somebody else’s challenge', () => {
    let now = 1_000_000;
    const digest = new Digest(USERS, BOTH, () => now);
    const nonce = nonceIn(digest.challenges(false)[0]);
    const ask = (nc: number): unknown => digest.verify('INVITE', [answer(nonce, nc)]);
    expect([ask(1), ask(1), ask(3), ask(2)]).toEqual([{ user: 'trunk' }, 'stale', { user: 'trunk' }, 'stale']);
    now += 31_000;
    expect(ask(4)).toBe('stale');
    expect(digest.challenges(true)[0]).toContain('stale=true');
    expect(new Digest(USERS, BOTH).verify('INVITE', [answer(nonce)])).toBe('wrong');
    expect(nonceIn(digest.challenges(false)[0])).not.toBe(nonceIn(digest.challenges(false)[0]));
  });

  it.each([
    ['another password', { password: 'Hakuna' }],
    ['another name', { username: 'Simba' }],
    ['a response of letters that are no hex', { response: 'é'.repeat(32) }],
    ['an empty response', { response: '' }],
    ['a count that is none', { nc: 'zzzzzzzz' }],
  ])('refuses %s', (_, change) => {
    const digest = new Digest(USERS, BOTH);
    const nonce = nonceIn(digest.challenges(false)[0]);
    expect(digest.verify('INVITE', [answer(nonce, 1, change)])).toBe('wrong');
    // The method is part of what was signed.
    expect(digest.verify('BYE', [answer(nonce)])).toBe('wrong');
  });

  it('offers and takes what the operator says, and nothing else', () => {
    const digest = new Digest(USERS, ['SHA-256']);
    const [challenge, ...more] = digest.challenges(false);
    expect(challenge).toContain('algorithm=SHA-256,');
    expect(more).toEqual([]);
    expect(digest.verify('INVITE', [answer(nonceIn(challenge))])).toBe('wrong');
  });

  it('has nothing to look at without an answer, or with one for another realm', () => {
    const digest = new Digest(USERS, BOTH);
    expect(digest.verify('INVITE', [])).toBe('missing');
    expect(digest.verify('INVITE', ['Basic dTpw', answer('x', 1, { realm: 'asterisk' })])).toBe('missing');
  });
});
