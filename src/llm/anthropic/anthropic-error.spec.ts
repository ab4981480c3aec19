import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { ProviderError } from '../../provider/provider.port.js';
import { fromAnthropicError } from './anthropic-error.js';

const answer = (status: number, error: object, headers: Record<string, string> = {}): Error =>
  APIError.generate(status, { type: 'error', error }, undefined, new Headers(headers));

const inStream = (type: string): Error =>
  new APIError(undefined, { type: 'error', error: { type, message: 'secret words' } }, undefined, new Headers());

describe('an error of the Anthropic SDK', () => {
  it('keeps its status and type, and nothing that the vendor wrote', () => {
    const error = answer(401, { type: 'authentication_error', message: 'invalid x-api-key sk-ant-ab***' });
    const mapped = fromAnthropicError('anthropic', error);
    expect(mapped).toMatchObject({ code: 'unauthorized', retryable: false, status: 401 });
    expect(mapped.message).toBe('anthropic answered 401: authentication_error');
    expect(JSON.stringify(mapped, Object.getOwnPropertyNames(mapped))).not.toContain('sk-ant');
    expect(mapped.cause).toBeUndefined();
  });

  it('says how long to wait', () => {
    const error = answer(429, { type: 'rate_limit_error' }, { 'retry-after': '3' });
    expect(fromAnthropicError('anthropic', error)).toMatchObject({ code: 'rate_limited', retryAfterMs: 3000 });
  });

  it('does not retry when all that may be spent is spent', () => {
    const error = answer(429, { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } });
    expect(fromAnthropicError('anthropic', error)).toMatchObject({ code: 'rate_limited', retryable: false });
  });

  it.each([
    ['overloaded_error', { code: 'unavailable', retryable: true, status: 529 }],
    ['api_error', { code: 'unavailable', retryable: true, status: 500 }],
    ['rate_limit_error', { code: 'rate_limited', retryable: true, status: 429 }],
    ['invalid_request_error', { code: 'bad_request', retryable: false, status: 400 }],
    ['authentication_error', { code: 'unauthorized', retryable: false, status: 401 }],
    ['something_new', { code: 'unavailable', retryable: true, status: 500 }],
  ])('within a stream: %s', (type, expected) => {
    const mapped = fromAnthropicError('anthropic', inStream(type));
    expect(mapped).toMatchObject(expected);
    expect(mapped.message).not.toContain('secret');
  });

  it('tells a lost connection, an event that is not JSON, and what is mapped already', () => {
    const lost = new APIConnectionError({ message: 'x', cause: Object.assign(new Error('y'), { code: 'ECONNRESET' }) });
    expect(fromAnthropicError('anthropic', lost)).toMatchObject({
      code: 'unavailable',
      message: 'the connection to anthropic failed (ECONNRESET)',
    });
    expect(fromAnthropicError('anthropic', new TypeError('terminated'))).toMatchObject({ code: 'unavailable' });
    expect(fromAnthropicError('anthropic', new SyntaxError('x'))).toMatchObject({ code: 'protocol' });
    const mapped = new ProviderError('x', { provider: 'anthropic', code: 'timeout', retryable: true });
    expect(fromAnthropicError('anthropic', mapped)).toBe(mapped);
  });
});
