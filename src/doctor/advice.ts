import { envSchema } from '../config/env.schema.js';
import type { ProviderError } from '../provider/provider.port.js';

/** The environment variables of a provider whose names end so: `OPENAI_API_KEY`, `WHISPER_SERVICE_URL`, ... */
function keysOf(provider: string, ending: RegExp): string {
  const prefix = `${provider.toUpperCase()}_`;
  const keys = Object.keys(envSchema.shape).filter((key) => key.startsWith(prefix) && ending.test(key));
  return keys.join(', ');
}

const check = (...keys: string[]): string => {
  const known = keys.filter((key) => key !== '');
  return known.length === 0 ? '' : ` Check ${known.join(' and ')}.`;
};

/** What a provider's failure means for whoever has configured it, and what to do. */
export function advice(provider: string, error: ProviderError): string {
  const status = error.status === undefined ? '' : ` (${error.status})`;
  const key = keysOf(provider, /_(KEY|TOKEN|SECRET)$|_KEY_ID$/);
  const address = keysOf(provider, /_URL$/);
  switch (error.code) {
    case 'unauthorized':
      return `the key was refused${status}.${check(key)}`;
    case 'rate_limited':
      return error.retryable
        ? `the key works, but its limit is reached${status}. Try again later, or have the limit raised.`
        : `the key works, but the account has no credit left${status}. Look at its billing page.`;
    case 'bad_request':
      return `does not take what it is asked for${status}.${check(keysOf(provider, /_MODEL(_SIZE)?$/), address)}`;
    case 'unavailable':
      return error.status === undefined
        ? `${error.message}.${check(address)}`
        : `${error.message}: the fault is on its side. Try again, and look at its status page.`;
    case 'timeout':
      return `${error.message}.${check(address)}`;
    case 'closed_early':
    case 'protocol':
    default:
      return `${error.message}: is it the right server?${check(address)}`;
  }
}
