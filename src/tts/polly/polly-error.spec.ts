import { fromPollyError } from './polly-error.js';

const exception = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error('The text "a secret" is bad.'), { name, $metadata: { httpStatusCode } });

describe('a fault of Polly’s', () => {
  it.each([
    ['ThrottlingException', 400, 'rate_limited', true],
    ['TooManyRequestsException', 429, 'rate_limited', true],
    ['UnrecognizedClientException', 400, 'unauthorized', false],
    ['AccessDeniedException', 403, 'unauthorized', false],
    ['TextLengthExceededException', 400, 'bad_request', false],
    ['EngineNotSupportedException', 400, 'bad_request', false],
    ['ServiceFailureException', 500, 'unavailable', true],
  ])('%s (%i) is %s', (name, status, code, retryable) => {
    const error = fromPollyError(exception(name, status));
    expect(error).toMatchObject({ code, retryable, provider: 'polly' });
    expect(error.message).not.toContain('secret');
    expect(error.message).toContain(name);
  });

  it('without credentials is not worth a retry', () => {
    const error = Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
    expect(fromPollyError(error)).toMatchObject({ code: 'unauthorized', retryable: false });
  });

  it('without an answer is a lost connection', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', $metadata: { attempts: 1 } });
    expect(fromPollyError(error)).toMatchObject({ code: 'unavailable', retryable: true });
  });
});
