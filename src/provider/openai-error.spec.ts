import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { fromOpenAiError } from './openai-error.js';
import { ProviderError } from './provider.port.js';

const answer = (status: number, error: object, headers: Record<string, string> = {}): Error =>
  APIError.generate(status, { error }, undefined, new Headers(headers));

describe('an error of the OpenAI SDK', () => {
  it('keeps its status and name, and nothing that the vendor wrote', () => {
    const error = answer(401, { message: 'Incorrect API key provided: sk-ab***yz.', code: 'invalid_api_key' });
    const mapped = fromOpenAiError('openai', error);
    expect(mapped).toMatchObject({ code: 'unauthorized', retryable: false, status: 401 });
    expect(mapped.message).toBe('openai answered 401: invalid_api_key');
    expect(JSON.stringify(mapped, Object.getOwnPropertyNames(mapped))).not.toContain('sk-ab');
  });

  it('uses the type where there is no code', () => {
    expect(fromOpenAiError('openai', answer(400, { type: 'invalid_request_error', code: null })).message).toBe(
      'openai answered 400: invalid_request_error',
    );
  });

  it('says how long to wait, to the millisecond where that is known', () => {
    const wait = (headers: Record<string, string>) => fromOpenAiError('openai', answer(429, {}, headers)).retryAfterMs;
    expect(wait({ 'retry-after': '3' })).toBe(3000);
    expect(wait({ 'retry-after': '3', 'retry-after-ms': '250' })).toBe(250);
    expect(wait({ 'retry-after': '3', 'retry-after-ms': 'soon' })).toBe(3000);
    expect(wait({})).toBeUndefined();
  });

  it('does not retry when the credit is used up', () => {
    expect(fromOpenAiError('openai', answer(429, { code: 'insufficient_quota' }))).toMatchObject({
      code: 'rate_limited',
      retryable: false,
      status: 429,
    });
  });

  it.each([
    [{ type: 'server_error' }, { code: 'unavailable', retryable: true }],
    [{ code: 'rate_limit_exceeded' }, { code: 'rate_limited', retryable: true }],
    [{ code: 'context_length_exceeded' }, { code: 'bad_request', retryable: false }],
    [{ type: 'invalid_request_error' }, { code: 'bad_request', retryable: false }],
    [{ message: 'Something.' }, { code: 'unavailable', retryable: true }],
  ])('within a stream: %j', (error, expected) => {
    expect(fromOpenAiError('openai', new APIError(undefined, error, undefined, new Headers()))).toMatchObject(expected);
  });

  it('names a connection’s fault by its code', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
    const mapped = fromOpenAiError('openai', new APIConnectionError({ message: 'Connection error.', cause }));
    expect(mapped).toMatchObject({ code: 'unavailable', retryable: true });
    expect(mapped.message).toBe('the connection to openai failed (ECONNREFUSED)');
    const slow = Object.assign(new APIConnectionTimeoutError(), {
      cause: Object.assign(new Error('slow'), { code: 'UND_ERR_CONNECT_TIMEOUT' }),
    });
    expect(fromOpenAiError('openai', slow)).toMatchObject({ code: 'timeout', retryable: true });
  });

  it('takes what is no error of the SDK for the connection’s, a broken event for the wire’s, and leaves ours alone', () => {
    expect(fromOpenAiError('openai', new TypeError('terminated'))).toMatchObject({ code: 'unavailable' });
    expect(fromOpenAiError('openai', new SyntaxError('bad JSON'))).toMatchObject({ code: 'protocol' });
    const ours = new ProviderError('x', { provider: 'openai', code: 'timeout', retryable: true });
    expect(fromOpenAiError('openai', ours)).toBe(ours);
  });
});
