import { connectionError, meaningOfStatus, printable, retryAfterMs, statusError, systemCode } from './failure.js';

describe('a provider’s failure', () => {
  it.each([
    [400, 'bad_request', false],
    [401, 'unauthorized', false],
    [402, 'unauthorized', false],
    [403, 'unauthorized', false],
    [404, 'bad_request', false],
    [408, 'timeout', true],
    [409, 'unavailable', true],
    [413, 'bad_request', false],
    [422, 'bad_request', false],
    [425, 'unavailable', true],
    [429, 'rate_limited', true],
    [500, 'unavailable', true],
    [503, 'unavailable', true],
    [529, 'unavailable', true],
  ])('with status %i is %s, retryable: %s', (status, code, retryable) => {
    expect(meaningOfStatus(status)).toEqual({ code, retryable });
  });

  it('carries status, wait and the provider’s name of it', () => {
    expect(statusError('acme', 429, { detail: 'slow_down', retryAfter: '3' })).toMatchObject({
      message: 'acme answered 429: slow_down',
      provider: 'acme',
      status: 429,
      retryAfterMs: 3000,
    });
    expect(statusError('acme', 500).message).toBe('acme answered 500');
  });

  it.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    ['1.5', 1500],
    ['-3', 0],
    ['999999', 3_600_000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ])('reads Retry-After %j as %j ms', (value, expected) => {
    expect(retryAfterMs(value, Date.parse('2026-10-21T07:28:00Z'))).toBe(expected);
  });

  it('names a connection’s error by the system’s code, however deep it lies', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const nested = new Error('Connection error.', { cause: new TypeError('fetch failed', { cause: refused }) });
    expect(systemCode(nested)).toBe('ECONNREFUSED');
    expect(connectionError('acme', nested)).toMatchObject({
      message: 'the connection to acme failed (ECONNREFUSED)',
      code: 'unavailable',
      retryable: true,
    });
  });

  it('tells a connection that took too long from one that was refused', () => {
    const slow = Object.assign(new Error('slow'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
    expect(connectionError('acme', slow)).toMatchObject({ code: 'timeout', retryable: true });
    expect(connectionError('acme', 'no error at all')).toMatchObject({ code: 'unavailable' });
  });

  it('makes foreign text fit for one line of a log', () => {
    expect(printable(' a\nb\u0000c\u202e ' + 'x'.repeat(300))).toMatch(/^a b c x{194}$/);
  });
});
