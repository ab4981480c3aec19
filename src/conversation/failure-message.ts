// What a client is told about a provider's failure: which one failed and how, and what can be done about it.
import { ProviderError } from '../provider/provider.port.js';
import type { ConversationEvent } from './conversation.port.js';

/** "openai: timeout". Never more: messages of providers are for the operator. */
function faultOf(error: unknown): string {
  return error instanceof ProviderError ? `${error.provider}: ${error.code}` : 'internal error';
}

/** `advice`, unless nothing that the caller does can help. */
function remedyOf(error: unknown, advice: string): string {
  if (!(error instanceof ProviderError) || error.code !== 'unauthorized') return advice;
  return `The server's operator has to check the key of ${error.provider}.`;
}

/** The call cannot hear until a recogniser is tried again, in `retryMs`. */
export function deafness(error: ProviderError, retryMs: number): ConversationEvent {
  const message = `Speech recognition failed (${faultOf(error)}) and is tried again later; until then only typed text is understood. ${remedyOf(error, '')}`;
  const retryAfter = Math.ceil(retryMs / 1000);
  return { type: 'error', code: 'stt_failed', message: message.trimEnd(), fatal: false, retryAfter };
}

/** The model has failed. */
export function speechless(error: unknown): ConversationEvent {
  const message = `No answer could be made (${faultOf(error)}). The call goes on. ${remedyOf(error, 'Say it again in a moment.')}`;
  return { type: 'error', code: 'llm_failed', message, fatal: false, ...retryAfter(error) };
}

/** The voice has failed. */
export function voiceless(error: ProviderError): ConversationEvent {
  const message = `The reply cannot be spoken (${faultOf(error)}). Its text is in response.text. ${remedyOf(error, '')}`;
  return { type: 'error', code: 'tts_failed', message: message.trimEnd(), fatal: false, ...retryAfter(error) };
}

function retryAfter(error: unknown): { retryAfter: number } | Record<string, never> {
  const ms = error instanceof ProviderError ? error.retryAfterMs : undefined;
  return ms === undefined ? {} : { retryAfter: Math.ceil(ms / 1000) };
}
