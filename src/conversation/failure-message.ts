// What a client is told about a provider's failure: which one failed and how, and what can be done about it.
import { ProviderError } from '../provider/provider.port.js';

/** "openai: timeout". Never more: messages of providers are for the operator. */
export function faultOf(error: unknown): string {
  return error instanceof ProviderError ? `${error.provider}: ${error.code}` : 'internal error';
}

/** `advice`, unless nothing that the caller does can help. */
export function remedyOf(error: unknown, advice: string): string {
  if (!(error instanceof ProviderError) || error.code !== 'unauthorized') return advice;
  return `The server's operator has to check the key of ${error.provider}.`;
}
