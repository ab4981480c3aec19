import { ProviderError } from '../provider/provider.port.js';
import type { ProviderErrorCode } from '../provider/provider.port.js';
import { advice } from './advice.js';

const about = (code: ProviderErrorCode, status?: number, retryable = true): string =>
  advice(
    'openai',
    new ProviderError('openai did something', {
      provider: 'openai',
      code,
      retryable,
      ...(status === undefined ? {} : { status }),
    }),
  );

describe('advice about a provider', () => {
  it('names the key that was refused', () => {
    expect(about('unauthorized', 401, false)).toMatch(/^the key was refused \(401\)\. Check OPENAI_API_KEY/);
  });

  it('tells a limit that passes from credit that is used up', () => {
    expect(about('rate_limited', 429)).toMatch(/limit is reached \(429\)\. Try again later/);
    expect(about('rate_limited', 429, false)).toMatch(/no credit left \(429\)/);
  });

  it('names the model and the address that may be wrong', () => {
    expect(about('bad_request', 404, false)).toMatch(/\(404\)\. Check .*OPENAI_MODEL.* and .*OPENAI_BASE_URL/);
    expect(about('unavailable')).toMatch(/^openai did something\. Check .*OPENAI_BASE_URL/);
    expect(about('timeout')).toMatch(/Check .*OPENAI_BASE_URL/);
    expect(about('protocol')).toMatch(/is it the right server\? Check .*OPENAI_BASE_URL/);
    expect(about('closed_early')).toMatch(/is it the right server\?/);
  });

  it('does not blame the settings for a fault of the other side', () => {
    expect(about('unavailable', 503)).toBe(
      'openai did something: the fault is on its side. Try again, and look at its status page.',
    );
  });

  it('names no settings of a provider that has none', () => {
    const error = new ProviderError('flite is not installed', {
      provider: 'flite',
      code: 'unavailable',
      retryable: false,
    });
    expect(advice('flite', error)).toBe('flite is not installed.');
  });
});
