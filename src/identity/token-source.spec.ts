import { findToken } from './token-source.js';

describe('findToken', () => {
  const find = (headers: Record<string, string>, url = '/v1/stream') => findToken({ headers, url });

  it('reads the Authorization header, a subprotocol or the query', () => {
    expect(find({ authorization: 'Bearer aaa.bbb.ccc' })).toBe('aaa.bbb.ccc');
    expect(find({ authorization: 'bearer  aaa.bbb.ccc' })).toBe('aaa.bbb.ccc');
    expect(find({ 'sec-websocket-protocol': 'parley.v1, bearer.aaa.bbb.ccc' })).toBe('aaa.bbb.ccc');
    expect(find({}, '/v1/stream?agent=x&token=aaa.bbb.ccc')).toBe('aaa.bbb.ccc');
  });

  it('prefers the header to the subprotocol, and that to the query', () => {
    const url = '/v1/stream?token=query';
    const protocols = { 'sec-websocket-protocol': 'bearer.protocol,parley.v1' };
    expect(find({ authorization: 'Bearer header', ...protocols }, url)).toBe('header');
    expect(find(protocols, url)).toBe('protocol');
  });

  it.each([
    ['nothing', {}, '/v1/stream'],
    ['an empty token', {}, '/v1/stream?token='],
    ['another scheme', { authorization: 'Basic abc' }, '/'],
    ['two words', { authorization: 'Bearer a b' }, '/'],
    ['what no token has', {}, '/v1/stream?token=a%0d%0ab'],
    ['a token that is too long', { authorization: `Bearer ${'a'.repeat(8193)}` }, '/'],
  ])('finds no token in %s', (_what, headers, url) => {
    expect(find(headers, url)).toBeUndefined();
  });
});
