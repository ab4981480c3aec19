import type { Config } from '../config/config.token.js';
import { isOpenAi } from '../config/openai-address.js';
import { required } from './provider-registry.js';

/** Sent to servers that need no key: the SDK does not work without one. */
const NO_KEY = 'none';

/**
 * The key for an OpenAI-compatible address. Throws an Error that names OPENAI_API_KEY when the address is OpenAI's own and
 * there is none.
 */
export function openAiKey(key: string | undefined, baseUrl: string | undefined): string {
  return isOpenAi(baseUrl) ? required(key, 'OPENAI_API_KEY') : (key ?? NO_KEY);
}

/**
 * Where OpenAI's audio/speech is, and the key for it. The key of OPENAI_BASE_URL is not shown to another server. Throws as
 * `openAiKey` does.
 */
export function openAiSpeech(config: Config): { readonly apiKey: string; readonly baseUrl: string | undefined } {
  const { OPENAI_BASE_URL: shared, OPENAI_TTS_BASE_URL: own, OPENAI_API_KEY: key, OPENAI_TTS_API_KEY: ownKey } = config;
  if (own === undefined) return { apiKey: openAiKey(ownKey ?? key, shared), baseUrl: shared };
  return { apiKey: openAiKey(ownKey ?? (isOpenAi(own) ? key : undefined), own), baseUrl: own };
}
